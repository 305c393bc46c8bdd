// The scenario of the whole way of a task: called, run by a real worker, its result kept and
// fetched.

#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/scenarios.hpp"
#include "client/cli/bench/spawn.hpp"
#include "client/cli/bench/task_calls.hpp"
#include "client/cli/bench/worker_process.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace peyk::cli::bench {
namespace {

constexpr std::uint64_t tasks_count = 100'000;
// Connections, memory and the journal's first segment settle within it.
constexpr std::uint64_t warm_up_part = 10;
constexpr std::uint64_t one_by_one_max = 500;
constexpr int syncs = 500;

double us_of(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

// What the disk itself takes for a little more of a file, beside the journal of the broker.
samples sync_times(std::filesystem::path const& place) {
    auto const path = place / "synced";
    samples took;
    {
        descriptor const file{::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)};
        if (file.number() < 0)
            fail_with_errno("cannot write " + path.string());
        constexpr std::array<char, 512> some{};
        for (int at = 0; at < syncs; ++at) {
            if (::write(file.number(), some.data(), some.size()) < 0)
                fail_with_errno("cannot write " + path.string());
            auto const begin = std::chrono::steady_clock::now();
            ::fdatasync(file.number());
            took.add(std::chrono::steady_clock::now() - begin);
        }
    }
    std::filesystem::remove(path);
    return took;
}

boost::json::object measure(rig& on, bench_pool const& pool, task_calls& calls) {
    auto const& what = on.what();
    auto const count = what.count.value_or(tasks_count);
    auto const name = std::string{"peyk.bench.empty"} + (pool.coroutines ? "_async" : "");
    worker_process const works{on, pool, true};
    task_calls::load load{.name = name, .count = 1, .batch = what.batch, .unfinished = what.window};
    calls.run(load); // it is there
    // Before the load, whose journal is still being tidied when it is over.
    auto const took = calls.one_by_one(name, std::min(count, one_by_one_max));
    auto const disk = us_of(sync_times(on.place()).quantile(0.5));
    load.count = std::max<std::uint64_t>(count / warm_up_part, 1);
    calls.run(load);
    load.count = count;
    auto const cpu = on.cpu();
    auto const worker_cpu = cpu_of(works.pid());
    auto const seconds = calls.seconds_of(load);
    auto const after = on.cpu();
    auto const per_task = [&](std::chrono::microseconds spent) {
        return static_cast<double>(spent.count()) / static_cast<double>(count);
    };
    boost::json::object fields{{"pool", pool.name},
                               {"concurrency", pool.concurrency},
                               {"prefetch", pool.prefetch},
                               {"tasks_per_s", static_cast<double>(count) / seconds},
                               {"broker_cpu_us", per_task(after.broker - cpu.broker)},
                               {"worker_cpu_us", per_task(cpu_of(works.pid()) - worker_cpu)},
                               {"client_cpu_us", per_task(after.client - cpu.client)}};
    fields["p50_us"] = us_of(took.quantile(0.5));
    fields["p99_us"] = us_of(took.quantile(0.99));
    fields["fdatasync_p50_us"] = disk;
    fields["ratio"] = disk > 0 ? us_of(took.quantile(0.5)) / disk : 0;
    return fields;
}

} // namespace

boost::json::object run_tasks(rig& on) {
    task_calls calls{on};
    boost::json::array pools;
    for (auto const& pool : bench_pools) {
        if (pool.concurrency > 1) // the others are for tasks that are not empty
            pools.push_back(measure(on, pool, calls));
    }
    return {{"tasks", on.what().count.value_or(tasks_count)}, {"pools", std::move(pools)}};
}

} // namespace peyk::cli::bench
