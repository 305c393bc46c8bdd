#include "broker/storage/sync_timer.hpp"

#include <utility>

namespace peyk::storage {

sync_timer::sync_timer(std::function<void()> sync)
    : sync_(std::move(sync)), thread_([this] { run(); }) {}

sync_timer::~sync_timer() {
    {
        std::lock_guard const lock{mutex_};
        stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void sync_timer::arm(clock::time_point when) {
    {
        std::lock_guard const lock{mutex_};
        if (due_) {
            return;
        }
        due_ = when;
    }
    changed_.notify_one();
}

void sync_timer::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || due_.has_value(); });
        if (stop_) {
            return;
        }
        if (changed_.wait_until(lock, *due_, [this] { return stop_; })) {
            return;
        }
        due_.reset();
        lock.unlock();
        sync_();
        lock.lock();
    }
}

} // namespace peyk::storage
