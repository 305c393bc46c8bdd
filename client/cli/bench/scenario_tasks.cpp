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
// One after the other, calls and syncs by turns, so that both meet the same disk and the same
// machine.
constexpr int turns = 10;
constexpr std::uint64_t turn_max = 200;

double us_of(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

// What the disk itself takes for a little more of a file, beside the journal of the broker.
class synced_file {
public:
    explicit synced_file(std::filesystem::path const& place)
        : path_(place / "synced"),
          file_(::open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) {
        if (file_.number() < 0)
            fail_with_errno("cannot write " + path_.string());
    }
    synced_file(synced_file const&) = delete;
    synced_file& operator=(synced_file const&) = delete;
    ~synced_file() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    void sync(samples& took, std::uint64_t count) {
        constexpr std::array<char, 512> some{};
        for (std::uint64_t at = 0; at < count; ++at) {
            if (::write(file_.number(), some.data(), some.size()) < 0)
                fail_with_errno("cannot write " + path_.string());
            auto const begin = std::chrono::steady_clock::now();
            ::fdatasync(file_.number());
            took.add(std::chrono::steady_clock::now() - begin);
        }
    }

private:
    std::filesystem::path path_;
    descriptor file_;
};

boost::json::object measure(rig& on, bench_pool const& pool, task_calls& calls) {
    auto const& what = on.what();
    auto const count = what.count.value_or(tasks_count);
    auto const name = std::string{"peyk.bench.empty"} + (pool.coroutines ? "_async" : "");
    worker_process const works{on, pool, true};
    task_calls::load load{.name = name, .count = 1, .batch = what.batch, .unfinished = what.window};
    calls.run(load); // it is there
    // Before the load, whose journal is still being tidied when it is over.
    samples took;
    samples syncs;
    {
        synced_file file{on.place()};
        for (int turn = 0; turn < turns; ++turn) {
            calls.one_by_one(name, took, std::min(count, turn_max));
            file.sync(syncs, std::min(count, turn_max));
        }
    }
    auto const disk = us_of(syncs.quantile(0.5));
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
