#pragma once
// A worker process of the lane kill test: this very program, started again with other words, so
// that it can be killed with -9. Several tasks at once; each says in the log when it begins and
// ends.

#include "tests/support/child_process.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace peyk::test {

class run_log;

inline constexpr char const* lane_queue = "lanes";
inline constexpr char const* limited_task = "lane.limited";
inline constexpr char const* ordered_task = "lane.ordered";
inline constexpr char const* lane_worker_word = "--worker-process"; // of its command line

class lane_worker_process {
public:
    // `url` of the broker. Each start is a life with a number of its own in the log.
    lane_worker_process(run_log& log, std::string url);
    ~lane_worker_process();
    lane_worker_process(lane_worker_process const&) = delete;
    lane_worker_process& operator=(lane_worker_process const&) = delete;

    void start();
    // kill -9, waits, and says so in the log.
    void kill();
    // SIGTERM, and waits: the exit code, or 128 + the signal that ended it.
    int terminate();

private:
    int wait();

    run_log& log_;
    std::string url_;
    std::uint32_t life_ = 0;
    child_process process_;
};

// What that process does: works until SIGTERM. The exit code.
int run_lane_worker(std::string const& url, int log_file, std::uint32_t life);

} // namespace peyk::test
