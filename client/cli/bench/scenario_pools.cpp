// The scenario of the pools: the same work in each of them.

#include "client/cli/bench/scenarios.hpp"
#include "client/cli/bench/slow_server.hpp"
#include "client/cli/bench/task_calls.hpp"
#include "client/cli/bench/worker_process.hpp"
#include "client/cli/exit_code.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace peyk::cli::bench {
namespace {

constexpr std::chrono::milliseconds answer_after{50};
constexpr std::chrono::seconds long_answer_after{1};
constexpr std::uint64_t many = 2'000;            // conversations at once
constexpr std::uint64_t files_beside_them = 200; // of this program, and of the worker

// `count` calls of one task. Waiting is another task where it may be a coroutine.
struct work {
    std::string_view name;
    std::string_view task;
    bool waits; // has a coroutine beside it
    std::uint64_t count;
    std::string argument;
    bool for_all = true; // else only for a pool of coroutines: the others would need minutes
};

std::array<work, 5> all_work(rig& on, slow_server const& server, slow_server const& slower) {
    auto const text = [](auto const& value) {
        return boost::json::serialize(boost::json::value(value));
    };
    auto const count = on.what().count.value_or(64);
    return {{{"processor", "peyk.bench.compute", false, count, text(50)},
             {"disk", "peyk.bench.disk", false, count, text(on.place().string())},
             {"network", "peyk.bench.network", true, count, text(server.port())},
             {"two sleeps of 1 s", "peyk.bench.sleep", true, 2, text(1'000)},
             {"network, 1 s each",
              "peyk.bench.network",
              true,
              on.what().count.value_or(many),
              text(slower.port()),
              false}}};
}

// Each conversation is an open file, here and in the worker, which inherits the limit.
void make_room_for(std::uint64_t conversations) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    auto const wanted = conversations + files_beside_them;
    if (files.rlim_max < wanted)
        throw failure{exit_code::refused,
                      std::to_string(wanted) + " open files are needed, and " +
                          std::to_string(files.rlim_max) +
                          " are allowed (ulimit -Hn); fewer with --count"};
    files.rlim_cur = std::max<rlim_t>(files.rlim_cur, wanted);
    ::setrlimit(RLIMIT_NOFILE, &files);
}

} // namespace

std::vector<std::string> pool_columns() {
    std::vector<std::string> keys{"work", "calls"};
    for (auto const& pool : bench_pools)
        keys.push_back(std::string{pool.name} + "_s");
    for (auto const& pool : bench_pools)
        keys.push_back(std::string{pool.name} + "_ratio");
    return keys;
}

boost::json::object run_pools(rig& on) {
    make_room_for(on.what().count.value_or(many));
    slow_server const server{answer_after};
    slow_server const slower{long_answer_after};
    auto const works = all_work(on, server, slower);
    boost::json::array rows;
    for (auto const& each : works)
        rows.push_back(boost::json::object{{"work", each.name}, {"calls", each.count}});
    auto const solo_seconds = std::string{bench_pools.front().name} + "_s";
    task_calls calls{on};
    for (auto const& pool : bench_pools) {
        worker_process const worker{on, pool, false};
        calls.run({.name = "peyk.bench.empty"}); // it is there
        auto const name = std::string{pool.name};
        for (std::size_t at = 0; at < works.size(); ++at) {
            auto const& each = works[at];
            if (!each.for_all && !pool.coroutines)
                continue;
            bool const coroutine = pool.coroutines && each.waits;
            auto const seconds =
                calls.seconds_of({.name = std::string{each.task} + (coroutine ? "_async" : ""),
                                  .args = {each.argument},
                                  .count = each.count,
                                  .batch = each.count});
            auto& row = rows[at].as_object();
            row[name + "_s"] = seconds;
            if (auto const* const solo = row.if_contains(solo_seconds))
                row[name + "_ratio"] = seconds / solo->as_double();
        }
    }
    return {{"works", std::move(rows)}};
}

} // namespace peyk::cli::bench
