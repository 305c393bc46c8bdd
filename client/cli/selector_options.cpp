#include "client/cli/selector_options.hpp"

#include "client/cli/value.hpp"
#include <peyk/filter.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace peyk::cli {
namespace {

selector read_filter(selector_options const& options, time_point now) {
    auto text = options.filter;
    for (auto const& term : options.terms)
        text.append(text.empty() ? "" : " ").append(term);
    try {
        return parse_filter(text, now);
    } catch (filter_error const& wrong) {
        throw failure{exit_code::usage,
                      "in the filter, at its character " + std::to_string(wrong.position() + 1) +
                          ": " + wrong.what()};
    }
}

// As a filter reads them.
std::vector<message_state> states_of(std::vector<std::string> const& words) {
    std::string list;
    for (auto const& word : words)
        list.append(list.empty() ? "state:" : ",").append(word);
    try {
        return parse_filter(list, {}).states;
    } catch (filter_error const& wrong) {
        throw failure{exit_code::usage, wrong.what()};
    }
}

[[noreturn]] void say_once(std::string const& key, std::string const& why) {
    throw failure{exit_code::usage, key + ": has no place in the filter: " + why};
}

// What is set on one side; both may not.
template <class Part>
void join(Part& into, Part const& of_filter, std::string const& key) {
    if (of_filter == Part{})
        return;
    if (into != Part{})
        say_once(key, "an option says it too; leave one of them out");
    into = of_filter;
}

selector both(selector which, selector const& filter) {
    join(which.queue, filter.queue, "queue");
    join(which.task, filter.task, "task");
    join(which.error, filter.error, "error");
    join(which.states, filter.states, "state");
    join(which.tag, filter.tag, "tag");
    join(which.worker, filter.worker, "worker");
    join(which.root, filter.root, "root");
    join(which.parent, filter.parent, "parent");
    join(which.published_after, filter.published_after, "after");
    join(which.published_before, filter.published_before, "before");
    return which;
}

selector from_options(selector_options const& options, time_point now) {
    selector which;
    which.queue = options.queue;
    which.task = options.task;
    which.error = options.error;
    which.tag = options.tag;
    which.worker = options.worker;
    which.states = states_of(options.states);
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

} // namespace

bool selector_options::is_empty() const {
    return terms.empty() && filter.empty() && queue.empty() && task.empty() && error.empty() &&
           states.empty() && tag.empty() && worker.empty() && parent.empty() && root.empty() &&
           after.empty() && before.empty();
}

void add_selector_options(CLI::App& command,
                          selector_options& into,
                          std::initializer_list<selector_part> without) {
    into.without = without;
    auto const has = [&](selector_part part) {
        return std::ranges::find(without, part) == without.end();
    };
    auto const add = [&](std::string const& name, auto& to, std::string const& what) {
        return command.add_option(name, to, what)->group("Which messages");
    };
    add("--filter", into.filter, "Of which all holds: 'task:mail.* after:-1h'; `peyk help filters`")
        ->option_text("FILTER");
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
    add("--tag", into.tag, "With such a tag: tenant=42, 'tenant=*'")->option_text("PATTERN");
    add("--worker", into.worker, "With such a worker, or ended by it")->option_text("PATTERN");
    add("--parent", into.parent, "Published by the task of this message")->option_text("ID");
    add("--root", into.root, "In the tree below this message")->option_text("ID");
    add("--after", into.after, "Published at or after: a time, or -1h")->option_text("TIME");
    add("--before", into.before, "Published before: a time, or -10m")->option_text("TIME");
}

void add_filter_terms(CLI::App& command, selector_options& into) {
    command.add_option(
        "term", into.terms, "Of a filter: queue:mail state:failed after:-1h; `peyk help filters`");
}

selector make_selector(selector_options const& options, time_point now) {
    auto const filter = read_filter(options, now);
    for (auto const part : options.without) {
        if (part == selector_part::queue && !filter.queue.empty())
            say_once("queue", "the command itself names the queue");
        if (part == selector_part::states && !filter.states.empty())
            say_once("state", "the command itself says the states");
    }
    return both(from_options(options, now), filter);
}

} // namespace peyk::cli
