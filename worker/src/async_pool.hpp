#pragma once
// The pool of coroutines: one thread, the one that calls run(), takes turns between all that wait.

#include "worker/src/pool.hpp"
#include "worker/src/waiting_list.hpp"
#include <peyk/asio.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace peyk::worker_detail {

class async_pool final : public pool {
public:
    // What `start` gives does not throw.
    async_pool(std::size_t slots, std::function<asio::awaitable<void>(delivery)> start)
        : start_(std::move(start)), guard_(loop_.get_executor()), slots_(slots) {}

    [[nodiscard]] std::size_t slots() const override;
    [[nodiscard]] bool resize(std::size_t slots) override;
    void submit(std::vector<delivery> batch) override;
    [[nodiscard]] std::vector<delivery> take_back() override { return waiting_.take_all(); }
    [[nodiscard]] bool take_back(delivery_token token) override { return waiting_.remove(token); }
    void run() override;
    void stop() override;

private:
    void start_waiting();
    [[nodiscard]] std::optional<delivery> next();
    void ended();

    std::function<asio::awaitable<void>(delivery)> start_;
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    waiting_list waiting_;
    mutable std::mutex mutex_; // guards all below
    std::size_t slots_;
    std::size_t running_ = 0;
};

} // namespace peyk::worker_detail
