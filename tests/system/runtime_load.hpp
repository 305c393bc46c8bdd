#pragma once
// The load of a fault test through the worker runtime: registered functions in a pool of threads.
// The runtime does not say when a settle was confirmed; the results at the end tell.

#include "tests/system/load.hpp"
#include <peyk/task_registry.hpp>
#include <peyk/worker.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace peyk::test {

class runtime_worker {
public:
    runtime_worker(load_world& world, std::uint64_t seed);

    // After the work is over: a warm stop.
    void join();

private:
    std::string run_task(context& about);

    load_world& world_;
    std::atomic<std::uint64_t> rolls_;
    task_registry tasks_;
    peyk::worker worker_;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
