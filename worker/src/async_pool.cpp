#include "worker/src/async_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace peyk::worker_detail {

std::size_t async_pool::slots() const {
    std::lock_guard const lock{mutex_};
    return slots_;
}

bool async_pool::resize(std::size_t slots) {
    {
        std::lock_guard const lock{mutex_};
        slots_ = slots;
    }
    asio::post(loop_, [this] { start_waiting(); });
    return true;
}

void async_pool::submit(std::vector<delivery> batch) {
    waiting_.push(std::move(batch));
    asio::post(loop_, [this] { start_waiting(); });
}

void async_pool::run() {
    loop_.run();
}

void async_pool::stop() {
    asio::post(loop_, [this] { guard_.reset(); });
}

void async_pool::start_waiting() {
    while (auto what = next())
        asio::co_spawn(loop_, start_(std::move(*what)), [this](std::exception_ptr) { ended(); });
}

std::optional<delivery> async_pool::next() {
    std::lock_guard const lock{mutex_};
    if (running_ >= slots_)
        return std::nullopt;
    auto what = waiting_.pop();
    if (what)
        ++running_;
    return what;
}

void async_pool::ended() {
    {
        std::lock_guard const lock{mutex_};
        --running_;
    }
    start_waiting();
}

} // namespace peyk::worker_detail
