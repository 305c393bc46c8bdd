#include "client/cli/commands.hpp"
#include "client/cli/exit_code.hpp"
#include "client/cli/output.hpp"
#include "client/cli/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <memory>

namespace peyk::cli {
namespace {

constexpr std::string_view environment_text =
    R"(Environment:

  PEYK_URL   address of the broker, as --url; several with commas between them
  PEYK_CONTEXT  a named broker, as --context
  NO_COLOR   set to anything: no colours, unless --color always asks for them
  TMPDIR     where `peyk bench` puts the data of its broker
  PATH       where peyk-broker is looked for, if it is not next to peyk
)";

constexpr std::string_view values_text =
    R"(Values:

  DURATION   10, 500ms, 1.5s, 5m, 2h, 1d; plain numbers are seconds
  TIME       2030-01-31T12:00:00Z, with +01:00 instead of Z, or counted from now:
             now, 'in 10m', -1h, '1h ago'
  SIZE       bytes: 1000, 64k, 10M, 2G; steps of 1024
  PATTERN    a name in which * stands for any characters: 'mail.*'
  ID         as `peyk call` prints it: 0190a5f3-7c1e-7b3a-8f00-0123456789ab
  arguments  JSON where they parse as JSON, else strings; name=value is a named one

Messages are chosen by ids, or by options of which all must hold: --queue, --task, --error,
--state, --parent, --root, --after, --before; --all chooses every message. --dry-run counts them.
)";

exit_code help(CLI::App& app, std::vector<std::string> const& topic) {
    if (topic == std::vector<std::string>{"exit-codes"}) {
        print_exit_codes(std::cout);
        return exit_code::ok;
    }
    if (topic == std::vector<std::string>{"environment"}) {
        std::cout << environment_text;
        return exit_code::ok;
    }
    if (topic == std::vector<std::string>{"values"}) {
        std::cout << values_text;
        return exit_code::ok;
    }
    auto* of = &app;
    std::string before;
    for (auto const& word : topic) {
        auto const commands = of->get_subcommands([&](CLI::App* c) { return c->check_name(word); });
        if (commands.empty()) {
            throw failure{
                exit_code::usage,
                "no command or topic '" + word +
                    "'; `peyk --help` lists the commands, the topics are exit-codes, values and "
                    "environment"};
        }
        before += (before.empty() ? "" : " ") + of->get_name();
        of = commands.front();
    }
    std::cout << of->help(before);
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
    auto topic = std::make_shared<std::vector<std::string>>();
    auto* command =
        app.add_subcommand("help", "Help on a command, on exit-codes, values or environment");
    command->add_option("topic", *topic, "A command, exit-codes, values or environment");
    command->footer(examples({"peyk help exit-codes", "peyk help result wait"}));
    command->callback([&app, &in, topic] {
        in.needs_context = false;
        in.run = [&app, topic] {
            return help(app, *topic);
        };
    });
}

} // namespace peyk::cli
