#include "client/cli/limit_changes.hpp"

#include "client/cli/answer.hpp"
#include "client/cli/limit_text.hpp"
#include "client/cli/option_group.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

limit_change change_of(limit_value_options const& options) {
    limit_change change;
    if (!options.rate.empty())
        change.rate = read_rate("--rate", options.rate);
    change.burst = options.burst;
    change.concurrency = options.concurrency;
    if (options.per_worker && options.together)
        throw failure{exit_code::usage, "--per-worker or --together, not both"};
    if (options.per_worker || options.together)
        change.per_worker = options.per_worker;
    if (!change.rate && !change.burst && !change.concurrency && !change.per_worker) {
        throw failure{
            exit_code::usage,
            "say what the limit is: --rate 10/m, --rate 10/m --burst 3 or --concurrency 5"};
    }
    return change;
}

// A burst and --per-worker are about a rate: the one given, or the one that is set already.
void check_rate(limit_change const& change, limit_info const* before) {
    bool const about_rate = change.burst || change.per_worker.value_or(false);
    auto const rate = change.rate.value_or(before == nullptr ? peyk::rate{} : before->rate);
    if (about_rate && rate.count <= 0) {
        throw failure{exit_code::usage,
                      std::string{change.burst ? "--burst" : "--per-worker"} +
                          " needs a rate, and there is none; give one, as 10/m"};
    }
}

} // namespace

void add_limit_names(CLI::App& command, limit_names& into) {
    option_group names{command, "What it is about; each combination of names counts for itself"};
    names.add("--task", into.task, "Messages of these tasks: mail.send, 'mail.*'", "PATTERN");
    names.add("--queue,-q", into.queue, "Messages of these queues", "PATTERN");
    names.add("--key", into.key, "Messages with these limit keys: 'tenant=*'", "PATTERN");
}

void add_burst_options(CLI::App& command, limit_value_options& into) {
    option_group values{command, limit_heading};
    values.add("--burst", into.burst, "At once after a pause; 1: evenly spaced, the default", "N")
        ->check(whole_number_between(1, UINT32_MAX));
    command.add_flag("--per-worker", into.per_worker, "Each worker has the rate")
        ->group(limit_heading);
    command
        .add_flag("--together", into.together, "All workers together have the rate, the default")
        ->group(limit_heading);
}

void check_given(limit_names const& names) {
    if (names == limit_names{}) {
        throw failure{exit_code::usage,
                      "say what the limit is about: --task, --queue or --key, or several of them"};
    }
}

exit_code set_limit(common_options const& common,
                    limit_names const& names,
                    limit_value_options const& options,
                    bool must_override) {
    check_given(names);
    auto const change = change_of(options);
    admin const broker{connect(common)};
    auto const before = broker.limits();
    check_rate(change, find(before.limits, names));
    auto const* const wider = overridden(before.limits, names);
    if (must_override && wider == nullptr) {
        throw failure{exit_code::unknown,
                      "no limit with a pattern for " + text_of(names) +
                          " is there to override; `peyk limit set` sets one of its own, and "
                          "`peyk limit ls` shows those there are"};
    }
    broker.set_limit(names, change);
    auto const after = broker.limits();
    auto const* const now = find(after.limits, names);
    auto fields = now == nullptr ? present(limit_info{.names = names}) : present(*now);
    fields["overrides"] = wider == nullptr ? json::value{} : json::value(present(wider->names));
    answer(common,
           fields,
           now == nullptr ? text_of(names) + " is not limited any more"
                          : text_of(names) + ": " + text_of(*now) + instead_of(wider));
    return exit_code::ok;
}

} // namespace peyk::cli
