// The scenario of many messages and no consumer: backlog.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/restart.hpp"
#include "client/cli/bench/scenarios.hpp"
#include "client/cli/exit_code.hpp"

#include <boost/json.hpp>

#include <csignal>

namespace peyk::cli::bench {
namespace {

constexpr std::uint64_t backlog_count = 1'000'000;
// Published before memory is read first: what a broker needs once is not counted per message.
constexpr std::uint64_t first_count = 1'000;

} // namespace

boost::json::object run_backlog(rig& on) {
    if (on.own() == nullptr) {
        throw failure{exit_code::usage,
                      "backlog restarts its broker, so it needs one of its own; leave out --url"};
    }
    auto const count = on.what().count.value_or(backlog_count);
    fill(on, std::min(count, first_count));
    auto const memory_before = resident_bytes(on.own()->pid());
    auto const disk_before = disk_bytes(on.own()->data());
    boost::json::object fields;
    {
        producers from{on, producer_of(on)};
        measured_run run{on, "publishing", [&] {
                             return from.confirmed();
                         }};
        run.for_count(count);
        from.on_confirmed([&](clock::time_point) { run.advance(); });
        run.run([&] { from.allow(count); });
        fields = run.fields();
    }
    auto const memory = resident_bytes(on.own()->pid());
    auto const grown = memory > memory_before ? memory - memory_before : 0;
    fields["bytes_per_message"] = static_cast<double>(grown) / static_cast<double>(count);
    fields["resident_bytes"] = memory;
    fields["disk_bytes"] = disk_bytes(on.own()->data());
    fields["disk_bytes_before"] = disk_before;
    fields["journal_bytes"] = on.stats().journal_bytes;

    add_restarts(on, fields);
    fields["resident_bytes_after_restart"] = resident_bytes(on.own()->pid());
    return fields;
}

} // namespace peyk::cli::bench
