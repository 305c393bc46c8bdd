#pragma once
// peyk-worker with the tasks of the bench, in one of its pools.

#include "client/cli/bench/rig.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace peyk::cli::bench {

struct bench_pool {
    std::string_view name;
    std::uint32_t concurrency;
    std::uint32_t prefetch; // for tasks that are shorter than the way to the broker
    bool coroutines;        // waiting is a coroutine in it
};

// All that are compared.
inline constexpr std::array<bench_pool, 4> bench_pools{{{"solo", 1, 0, false},
                                                        {"threads", 16, 1'000, false},
                                                        {"prefork", 16, 1'000, false},
                                                        {"async", 2'000, 0, true}}};

class worker_process {
public:
    // Throws failure if there is no peyk-worker. `short_tasks`: it prefetches.
    worker_process(rig& on, bench_pool const& pool, bool short_tasks);
    // Warm: what it holds is finished. When something failed it ends at once: without its broker it
    // would wait for it to come back.
    ~worker_process();
    worker_process(worker_process const&) = delete;
    worker_process& operator=(worker_process const&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

} // namespace peyk::cli::bench
