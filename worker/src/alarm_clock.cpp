#include "worker/src/alarm_clock.hpp"

#include <boost/asio/post.hpp>

namespace peyk::worker_detail {

void alarm_clock::set(delivery_token token, time at, std::function<void()> what) {
    bool is_first = false;
    {
        std::lock_guard const lock{mutex_};
        alarms_.emplace(at, std::pair{token, std::move(what)});
        is_first = at < armed_for_;
        if (is_first)
            armed_for_ = at;
    }
    if (is_first)
        boost::asio::post(timer_.get_executor(), [this] { arm(); });
}

void alarm_clock::cancel(delivery_token token) {
    std::lock_guard const lock{mutex_};
    // The timer stays armed: it finds nothing due and looks for the next.
    std::erase_if(alarms_, [&](auto const& each) { return each.second.first == token; });
}

void alarm_clock::arm() {
    {
        std::lock_guard const lock{mutex_};
        armed_for_ = alarms_.empty() ? time::max() : alarms_.begin()->first;
        if (alarms_.empty())
            return;
        timer_.expires_at(armed_for_);
    }
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error)
            ring();
    });
}

void alarm_clock::ring() {
    // Outside the lock: what is called may set and cancel.
    for (auto const& [at, alarm] : take_due(std::chrono::steady_clock::now()))
        alarm.second();
    arm();
}

std::multimap<alarm_clock::time, std::pair<delivery_token, std::function<void()>>>
alarm_clock::take_due(time now) {
    std::lock_guard const lock{mutex_};
    std::multimap<time, std::pair<delivery_token, std::function<void()>>> due;
    while (!alarms_.empty() && alarms_.begin()->first <= now)
        due.insert(due.end(), alarms_.extract(alarms_.begin()));
    return due;
}

} // namespace peyk::worker_detail
