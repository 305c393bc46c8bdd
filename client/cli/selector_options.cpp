#include "client/cli/selector_options.hpp"

#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace peyk::cli {

bool selector_options::is_empty() const {
    return queue.empty() && task.empty() && error.empty() && states.empty() && parent.empty() &&
           root.empty() && after.empty() && before.empty();
}

void add_selector_options(CLI::App& command,
                          selector_options& into,
                          std::initializer_list<selector_part> without) {
    auto const has = [&](selector_part part) {
        return std::ranges::find(without, part) == without.end();
    };
    auto const add = [&](std::string const& name, auto& to, std::string const& what) {
        return command.add_option(name, to, what)->group("Which messages");
    };
    if (has(selector_part::queue))
        add("--queue,-q", into.queue, "In these queues: mail, 'mail.*'")->option_text("PATTERN");
    add("--task", into.task, "Of these tasks")->option_text("PATTERN");
    add("--error", into.error, "Whose last error has such a type")->option_text("PATTERN");
    if (has(selector_part::states)) {
        add("--state", into.states, "In one of these states")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->option_text("scheduled,ready,leased,blocked,succeeded,failed,revoked,dead");
    }
    add("--parent", into.parent, "Published by the task of this message")->option_text("ID");
    add("--root", into.root, "In the tree below this message")->option_text("ID");
    add("--after", into.after, "Published at or after: a time, or -1h")->option_text("TIME");
    add("--before", into.before, "Published before: a time, or -10m")->option_text("TIME");
}

selector make_selector(selector_options const& options, time_point now) {
    selector which;
    which.queue = options.queue;
    which.task = options.task;
    which.error = options.error;
    for (auto const& name : options.states) {
        auto const state = parse_message_state(name);
        if (!state) {
            throw failure{exit_code::usage,
                          "there is no state '" + name +
                              "'; there are scheduled, ready, leased, blocked, succeeded, failed, "
                              "revoked and dead"};
        }
        which.states.push_back(*state);
    }
    if (!options.parent.empty())
        which.parent = parse_id(options.parent);
    if (!options.root.empty())
        which.root = parse_id(options.root);
    if (!options.after.empty())
        which.published_after = parse_moment(options.after, now);
    if (!options.before.empty())
        which.published_before = parse_moment(options.before, now);
    return which;
}

} // namespace peyk::cli
