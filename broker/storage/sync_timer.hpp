#pragma once
// A thread that syncs a while after something was written, for the sync mode `interval`: the last
// batches before a pause reach the disk too. Waits without waking when nothing is due.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace peyk::storage {

class sync_timer {
public:
    using clock = std::chrono::steady_clock;

    // `sync` is called on the timer's thread.
    explicit sync_timer(std::function<void()> sync);
    ~sync_timer();

    // Calls `sync` at `when`, unless an earlier call is due already.
    void arm(clock::time_point when);

private:
    void run();

    std::function<void()> const sync_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    std::optional<clock::time_point> due_;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace peyk::storage
