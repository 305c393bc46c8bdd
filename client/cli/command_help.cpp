#include "client/cli/commands.hpp"
#include "client/cli/exit_code.hpp"
#include "client/cli/help_topics.hpp"
#include "client/cli/man_page.hpp"
#include "client/cli/output.hpp"
#include "client/cli/program_path.hpp"
#include "client/cli/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>

#include <unistd.h>

namespace peyk::cli {
namespace {

struct help_options {
    std::vector<std::string> topic;
    bool man = false;
};

// Its own words come last, from the program of the broker; its exit code becomes ours.
[[noreturn]] void let_broker_print() {
    auto const program = broker_program().string();
    std::cout.flush();
    ::execl(program.c_str(), program.c_str(), "--print-config", nullptr);
    throw failure{exit_code::internal, "cannot run " + program + ": " + std::strerror(errno)};
}

void show_command(CLI::App& app, std::vector<std::string> const& words) {
    auto* of = &app;
    std::string before;
    for (auto const& word : words) {
        auto const commands = of->get_subcommands([&](CLI::App* c) { return c->check_name(word); });
        if (commands.empty()) {
            throw failure{exit_code::usage,
                          "no command or topic '" + word +
                              "'; `peyk --help` lists the commands, the topics are " +
                              topic_names(", ")};
        }
        before += (before.empty() ? "" : " ") + of->get_name();
        of = commands.front();
    }
    std::cout << of->help(before);
}

exit_code help(CLI::App& app, help_options const& options) {
    auto const* topic = options.topic.size() == 1 ? find_topic(options.topic.front()) : nullptr;
    if (options.man)
        std::cout << man_page(describe(app));
    else if (topic != nullptr)
        std::cout << topic->text();
    else
        show_command(app, options.topic);
    if (topic != nullptr && topic->asks_broker && !options.man)
        let_broker_print();
    return exit_code::ok;
}

exit_code show_version(common_options const& common) {
    if (common.is_structured()) {
        print_value(common, boost::json::object{{"version", version()}, {"commit", commit()}});
    } else {
        print_line(version_line());
    }
    return exit_code::ok;
}

} // namespace

std::string examples(std::vector<std::string> const& lines) {
    std::string text = "Examples:";
    for (auto const& line : lines)
        text += "\n  " + line;
    return text + "\n\n--url, --output and --timeout go with every command: `peyk --help`.";
}

void add_version(CLI::App& app, invocation& in) {
    auto* command = app.add_subcommand("version", "Version and commit of this program");
    command->footer(examples({"peyk version -o json"}));
    command->callback([&in] {
        in.needs_context = false;
        in.run = [&in] {
            return show_version(in.options);
        };
    });
}

void add_help(CLI::App& app, invocation& in) {
    auto options = std::make_shared<help_options>();
    auto* command = app.add_subcommand("help", "Help on a command or on a topic");
    command->add_option("topic", options->topic, "A command, or one of these")
        ->option_text(topic_names("|"));
    command->add_flag(
        "--man", options->man, "All of it as a manual page: peyk help --man | man -l -");
    command->footer(
        examples({"peyk help filters", "peyk help result wait", "peyk help --man > peyk.1"}));
    command->callback([&app, &in, options] {
        in.needs_context = false;
        in.run = [&app, options] {
            return help(app, *options);
        };
    });
}

} // namespace peyk::cli
