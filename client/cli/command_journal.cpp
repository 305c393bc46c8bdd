#include "client/cli/commands.hpp"
#include "client/cli/program_path.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <utility>

#include <unistd.h>

namespace peyk::cli {
namespace {

// The broker knows its journal; this only finds it. Its exit code becomes ours.
exit_code run_broker(common_options const& common, std::vector<std::string> arguments) {
    auto const program = broker_program();
    if (common.is_structured()) // one object on one line, which is YAML too
        arguments.insert(arguments.end(), {"-o", "json"});
    arguments.insert(arguments.begin(), {program.string(), "journal"});
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::cout.flush();
    ::execv(program.c_str(), argv.data());
    throw failure{exit_code::internal,
                  "cannot run " + program.string() + ": " + std::strerror(errno)};
}

struct journal_options {
    std::string directory;
    bool accept_loss = false;
};

// Its options are there for one more.
std::pair<CLI::App*, std::shared_ptr<journal_options>>
add_one(CLI::App& journal, invocation& in, std::string const& name, std::string const& what) {
    auto options = std::make_shared<journal_options>();
    auto* command = journal.add_subcommand(name, what)->fallthrough();
    command->add_option("directory", options->directory, "The broker's data directory")->required();
    command->footer(examples({"peyk journal " + name + " /var/lib/peyk"}));
    command->callback([&in, options, name] {
        std::vector<std::string> arguments{name, options->directory};
        if (options->accept_loss)
            arguments.emplace_back("--accept-loss");
        in.run = [&in, arguments] {
            return run_broker(in.options, arguments);
        };
    });
    return {command, options};
}

} // namespace

void add_journal(CLI::App& app, invocation& in) {
    auto* journal = app.add_subcommand("journal", "The journal of a broker that does not run")
                        ->require_subcommand(1);
    add_one(*journal, in, "verify", "Read all of it and say what is damaged");
    auto const [repair, options] =
        add_one(*journal,
                in,
                "repair",
                "Keep what can be read; says what would be lost, and changes nothing without "
                "--accept-loss");
    repair->add_flag("--accept-loss", options->accept_loss, "Cut off what stands behind the fault");
}

} // namespace peyk::cli
