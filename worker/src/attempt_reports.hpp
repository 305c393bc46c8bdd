#pragma once
// Sends what one attempt tells about itself, while it runs and at its end. Shared by the context,
// the runner and what is under way. Thread-safe.

#include "worker/src/report_buffer.hpp"
#include "worker/src/report_route.hpp"
#include <peyk/delivery.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace peyk::worker_detail {

class attempt_reports : public std::enable_shared_from_this<attempt_reports> {
public:
    // `executor`: of what waits for its time.
    attempt_reports(report_route& to, asio::any_io_executor executor, delivery_token token)
        : route_(to), executor_(std::move(executor)), token_(token) {}

    // None of these blocks.
    void progress(std::uint64_t done, std::uint64_t total, std::string_view text);
    void checkpoint(std::string_view bytes);
    void log(std::string_view text);
    // Nothing is sent any more; before that, if the end counts, all that is left.
    void finish(bool counts);

private:
    template <class Tell>
    void tell(Tell what);
    void send_due();
    void send(task_report what);
    void arm();
    void answered(error_code error);

    report_route& route_; // outlives every attempt
    asio::any_io_executor executor_;
    delivery_token token_;
    std::mutex mutex_; // guards all below
    report_buffer buffer_;
    std::optional<asio::steady_timer> timer_; // made when first needed
    bool is_armed_ = false;
    bool is_over_ = false;
};

} // namespace peyk::worker_detail
