// Scenarios of throughput: publish, drain, cycle.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/scenarios.hpp"

#include <boost/json.hpp>

namespace peyk::cli::bench {
namespace {

// Enough for two seconds at the speeds that are expected.
constexpr std::uint64_t drain_count = 200'000;

} // namespace

boost::json::object run_publish(rig& on) {
    boost::json::object fields;
    {
        producers from{on, producer_of(on)};
        measured_run run{on, "publishing", [&] {
                             return from.confirmed();
                         }};
        from.on_confirmed([&](clock::time_point) { run.advance(); });
        run.run([&] { from.allow(on.what().count.value_or(producer::unlimited)); });
        fields = run.fields();
    }
    clear(on);
    return fields;
}

boost::json::object run_drain(rig& on) {
    auto const count = on.what().count.value_or(drain_count);
    fill(on, count);
    std::unique_ptr<drains> to;
    measured_run run{on, "draining", [&] {
                         return to ? to->settled() : 0;
                     }};
    run.for_count(count);
    run.run([&] {
        to = std::make_unique<drains>(on, on.what().connections, on.what().credit);
        to->on_settled([&] { run.advance(); });
    });
    return run.fields();
}

boost::json::object run_cycle(rig& on) {
    boost::json::object fields;
    {
        cycling load{on, producer_of(on), on.what().count};
        measured_run run{on, "cycling", [&] {
                             return load.settled();
                         }};
        load.on_settled([&] { run.advance(); });
        run.run([&] { load.start(); });
        fields = run.fields();
    }
    clear(on);
    return fields;
}

} // namespace peyk::cli::bench
