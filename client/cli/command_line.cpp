#include "client/cli/command_line.hpp"

#include "client/cli/brackets.hpp"
#include "client/cli/commands.hpp"
#include "client/cli/contexts.hpp"
#include "client/cli/help_topics.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/value.hpp"
#include "client/cli/version.hpp"
#include "client/cli/worker_start.hpp"
#include "client/src/utf8.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <vector>

namespace peyk::cli {
namespace {

constexpr choice<colour> colours[] = {
    {"auto", colour::by_itself}, {"always", colour::always}, {"never", colour::never}};

void add_common_options(CLI::App& app, invocation& in, std::string& timeout) {
    app.add_option("--url",
                   in.given.url,
                   "Address of the broker, else PEYK_URL or that of a context; several with commas")
        ->option_text("peyk://HOST:PORT");
    app.add_option("--context",
                   in.given.context,
                   "A named broker, else PEYK_CONTEXT; see `peyk help contexts`")
        ->option_text("NAME");
    app.add_option_function<std::string>(
           "--output,-o",
           [&in](std::string const& name) {
               in.given.output = parse_output_format(name, "--output");
           },
           "table for people; json, yaml, or jsonl with one line per row for programs")
        ->option_text("table|json|yaml|jsonl");
    app.add_option_function<std::string>(
           "--color",
           [](std::string const& name) { set_colour(choose(colours, name, "--color")); },
           "auto: on a terminal, without NO_COLOR")
        ->option_text("auto|always|never");
    app.add_option("--timeout", timeout, "How long to wait for the broker or a result; 5s")
        ->option_text("DURATION");
}

struct command_group {
    char const* title;
    std::vector<void (*)(CLI::App&, invocation&)> commands;
};

void add_commands(CLI::App& app, invocation& in) {
    std::vector<command_group> const groups{
        {"Publishing", {add_call, add_publish}},
        {"Messages", {add_task, add_result, add_dead}},
        {"Queues and schedules", {add_queue, add_policy, add_hold, add_limit, add_cron}},
        {"Workers", {add_worker, add_control, add_inspect}},
        {"The broker", {add_top, add_events, add_sweep, add_ping, add_broker, add_journal}},
        {"This program", {add_context, add_completion, add_bench, add_version, add_help}}};
    for (auto const& group : groups) {
        for (auto const& add : group.commands)
            add(app, in);
        for (auto* command : app.get_subcommands(
                 [](CLI::App const* each) { return each->get_group() == "Subcommands"; }))
            command->group(group.title)->fallthrough();
    }
}

// An empty value is mostly a variable of a script that was not set; taken as a name or a pattern it
// would mean everything. These may be empty.
constexpr std::array may_be_empty{"arguments", "body", "--args", "--dead-letter", "--reason"};
// What is no UTF-8 names nothing in a broker. These are the task's or the file system's.
constexpr std::array may_be_bytes{"arguments", "body", "--args", "--file", "--dir", "directory"};

void refuse_senseless_values(CLI::App& app) {
    auto const refuse = [](char const* why, bool (*senseless)(std::string const&)) {
        return CLI::Validator{[=](std::string const& value) {
                                  return senseless(value) ? std::string{why} : std::string{};
                              },
                              ""};
    };
    auto const given =
        refuse("must not be empty", [](std::string const& value) { return value.empty(); });
    auto const text =
        refuse("must be UTF-8 text", [](std::string const& value) { return !is_utf8(value); });
    for (auto* option : app.get_options()) {
        auto const is = [&](char const* name) {
            return option->check_name(name);
        };
        if (option->get_items_expected_max() == 0)
            continue;
        if (std::ranges::none_of(may_be_empty, is))
            option->check(given);
        if (std::ranges::none_of(may_be_bytes, is))
            option->check(text);
    }
    for (auto* command : app.get_subcommands({}))
        refuse_senseless_values(*command);
}

int fail(exit_code code, std::string_view sentence) {
    std::cout.flush();
    std::cerr << "peyk: " << sentence << '\n';
    return static_cast<int>(code);
}

// CLI11 says only that a subcommand is missing, also when a word was meant to be one.
std::string sentence(CLI::App const& app, CLI::ParseError const& wrong) {
    auto const left = app.remaining(true);
    if (dynamic_cast<CLI::RequiredError const*>(&wrong) != nullptr && !left.empty())
        return "no command '" + left.front() + "'; `peyk --help` lists those there are";
    std::string command = "peyk";
    for (auto const* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        command += ' ' + at->get_name();
    }
    return std::string{wrong.what()} + "; `" + command + " --help` lists what there is";
}

void find_broker(invocation& in) {
    if (in.needs_context)
        return settle(in.options, in.given, read_environment(), read_contexts(contexts_file()));
    in.given.context.reset();
    settle(in.options, in.given, {}, {});
}

int run_parsed(invocation const& in) {
    try {
        auto const code = in.run();
        std::cout.flush();
        // A full disk or a closed pipe must not look like success.
        return std::cout ? static_cast<int>(code) : static_cast<int>(exit_code::internal);
    } catch (failure const& ended) {
        return fail(ended.code(), ended.what());
    } catch (error const& ended) {
        return fail(exit_code_of(ended.code()), advice(ended, in.options.url));
    } catch (boost::system::system_error const& ended) { // of a future, or not ours
        if (ended.code().category() != error_category())
            return fail(exit_code::internal, ended.what());
        return fail(exit_code_of(ended.code()), advice(error{ended.code()}, in.options.url));
    } catch (std::exception const& bug) {
        return fail(exit_code::internal, bug.what());
    }
}

} // namespace

namespace {

// Both halves of `worker`: the commands, and how to run one.
int show_help(CLI::App const& app, CLI::Success const& asked) {
    auto const status = app.exit(asked);
    auto const chosen = app.get_subcommands();
    bool const of_worker = dynamic_cast<CLI::CallForVersion const*>(&asked) == nullptr &&
                           !chosen.empty() && chosen.front()->get_name() == "worker" &&
                           chosen.front()->get_subcommands().empty();
    if (of_worker) {
        std::cout << "\nWith -A or --exec it is one:\n\n";
        become_worker({.words = {"--help"}});
    }
    return status;
}

int run_words(int argc, char const* const* argv) {
    CLI::App app{"Talks to a Peyk broker: publishes, asks, waits, changes and measures.", "peyk"};
    invocation in;
    std::string timeout;
    app.require_subcommand(1);
    app.set_version_flag("--version", version_line(), "Version and commit of this program");
    app.footer("`peyk COMMAND --help` shows examples; `peyk help TOPIC` tells the rest: " +
               topic_names(", ") + ".");
    add_common_options(app, in, timeout);
    add_commands(app, in);
    refuse_senseless_values(app);
    unmark_values(app);
    try {
        app.parse(marked_words(argc, argv));
        // 0 would be over before anybody could answer.
        take_duration(in.options.timeout, "--timeout", timeout);
        find_broker(in);
    } catch (CLI::Success const& asked_for_help) {
        return show_help(app, asked_for_help);
    } catch (CLI::ParseError const& wrong) {
        return fail(exit_code::usage, without_marks(sentence(app, wrong)));
    } catch (failure const& wrong) {
        return fail(wrong.code(), wrong.what());
    }
    return run_parsed(in);
}

} // namespace

int run(int argc, char const* const* argv) {
    try {
        if (auto worker = find_worker_start(argc, argv))
            become_worker(std::move(*worker));
        return run_words(argc, argv);
    } catch (failure const& ended) {
        return fail(ended.code(), ended.what());
    }
}

} // namespace peyk::cli
