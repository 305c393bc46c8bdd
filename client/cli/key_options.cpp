#include "client/cli/key_options.hpp"

#include "client/cli/option_group.hpp"

#include <CLI/CLI.hpp>

namespace peyk::cli {
namespace {

constexpr auto heading = "Sharing";

} // namespace

void add_key_options(CLI::App& command, key_options& into) {
    option_group sharing{command, heading};
    sharing.add("--ordering-key",
                into.ordering,
                "One at a time with this key in its queue, oldest first, through retries",
                "KEY");
    sharing.add("--fairness-key",
                into.fairness,
                "The keys of a queue take turns, however many messages each has",
                "KEY");
    sharing.add("--limit-key", into.limit, "Limits may be about it: `peyk limit --help`", "KEY");
    sharing.add("--cost", into.cost, "Counts as so many for rates and turns; 1", "N")
        ->check(whole_number_between(1, UINT32_MAX));
    command
        .add_option("--label", into.labels, "Its worker must have it; may be given several times")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false)
        ->group(heading);
    command.add_option("--tag", into.tags, "To find it by; may be given several times")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false)
        ->group(heading);
}

void apply(key_options const& options, message& to) {
    to.ordering_key = options.ordering;
    to.fairness_key = options.fairness;
    to.limit_key = options.limit;
    if (options.cost)
        to.cost = options.cost;
    to.labels = options.labels;
    to.tags = options.tags;
}

} // namespace peyk::cli
