// The scenario of the pools: the same work in each of them.

#include "client/cli/bench/scenarios.hpp"
#include "client/cli/bench/slow_server.hpp"
#include "client/cli/bench/task_calls.hpp"
#include "client/cli/bench/worker_process.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace peyk::cli::bench {
namespace {

constexpr std::chrono::milliseconds answer_after{50};

// `count` calls of one task. Waiting is another task where it may be a coroutine.
struct work {
    std::string_view name;
    std::string_view task;
    bool waits; // has a coroutine beside it
    std::uint64_t count;
    std::string argument;
};

std::array<work, 4> all_work(rig& on, slow_server const& server) {
    auto const text = [](auto const& value) {
        return boost::json::serialize(boost::json::value(value));
    };
    auto const count = on.what().count.value_or(64);
    return {{{"processor", "peyk.bench.compute", false, count, text(50)},
             {"disk", "peyk.bench.disk", false, count, text(on.place().string())},
             {"network", "peyk.bench.network", true, count, text(server.port())},
             {"two sleeps of 1 s", "peyk.bench.sleep", true, 2, text(1'000)}}};
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
    slow_server const server{answer_after};
    auto const works = all_work(on, server);
    boost::json::array rows;
    for (auto const& each : works)
        rows.push_back(boost::json::object{{"work", each.name}, {"calls", each.count}});
    task_calls calls{on};
    for (auto const& pool : bench_pools) {
        worker_process const worker{on, pool, false};
        calls.run({.name = "peyk.bench.empty"}); // it is there
        auto const name = std::string{pool.name};
        for (std::size_t at = 0; at < works.size(); ++at) {
            auto const& each = works[at];
            bool const coroutine = pool.coroutines && each.waits;
            auto const seconds =
                calls.seconds_of({.name = std::string{each.task} + (coroutine ? "_async" : ""),
                                  .args = {each.argument},
                                  .count = each.count,
                                  .batch = each.count});
            auto& row = rows[at].as_object();
            row[name + "_s"] = seconds;
            auto const solo = row.at(std::string{bench_pools.front().name} + "_s").as_double();
            row[name + "_ratio"] = seconds / solo;
        }
    }
    return {{"works", std::move(rows)}};
}

} // namespace peyk::cli::bench
