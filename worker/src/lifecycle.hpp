#pragma once
// When a worker ends, and how: running -> draining -> interrupting -> releasing -> closing ->
// ended. Stages only go forward; some are left out. Everything happens on the client's thread.

#include "worker/src/processor.hpp"
#include <peyk/client.hpp>
#include <peyk/worker.hpp>
#include <peyk/worker_options.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace peyk::worker_detail {

class lifecycle {
public:
    lifecycle(asio::io_context& loop,
              processor& works,
              client through,
              worker_options const& options);

    void watch_signals();
    void stop(std::string_view why);      // warm
    void interrupt(std::string_view why); // asks what runs to stop, and waits a little
    void stop_now(std::string_view why);  // without waiting for what runs
    void refused();                       // there is nothing to wait for
    void work_is_idle();                  // the processor says so
    // Runs when everything is over; tasks may still run if they were abandoned.
    void on_ended(std::function<void(worker_end)> what) { on_ended_ = std::move(what); }

private:
    enum class stage : std::uint8_t { running, draining, interrupting, releasing, closing, ended };

    void wait_for_signal();
    void arm(std::chrono::milliseconds after, void (lifecycle::*then)());
    void drain_is_over();
    void interrupt_is_over();
    void close();
    void end();

    processor& works_;
    client client_;
    std::chrono::milliseconds drain_timeout_;
    std::chrono::milliseconds interrupt_timeout_;
    asio::steady_timer timer_;
    std::optional<asio::signal_set> signals_;
    std::function<void(worker_end)> on_ended_;
    stage stage_ = stage::running;
    worker_end how_ = worker_end::drained;
};

} // namespace peyk::worker_detail
