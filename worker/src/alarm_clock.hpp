#pragma once
// Calls functions at their times: the time limits of the attempts that run. One timer for all.
// Thread-safe; what is called runs on the executor.

#include <peyk/delivery.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace peyk::worker_detail {

class alarm_clock {
public:
    using time = std::chrono::steady_clock::time_point;

    // Not to be destroyed while the executor runs.
    explicit alarm_clock(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

    // Any number for one delivery; at most two are made for each slot of a pool.
    void set(delivery_token token, time at, std::function<void()> what);
    // Forgets all of this delivery. One that has begun runs to its end.
    void cancel(delivery_token token);

private:
    void arm();
    void ring();
    [[nodiscard]] std::multimap<time, std::pair<delivery_token, std::function<void()>>>
    take_due(time now);

    std::mutex mutex_; // guards all but the timer, which belongs to the executor
    std::multimap<time, std::pair<delivery_token, std::function<void()>>> alarms_;
    time armed_for_ = time::max();
    boost::asio::steady_timer timer_;
};

} // namespace peyk::worker_detail
