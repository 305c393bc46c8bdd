#pragma once
// How a command is added: its words, its examples and the function that does its work.

#include "client/cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace peyk::cli {

struct command_text {
    std::string name;
    std::string what; // one line of the list of commands
    std::vector<std::string> examples;
};

// A command and the place its options are parsed into, which lives as long as it does.
template <class Options>
struct command_entry {
    CLI::App* command;
    Options* options;
};

template <class Options>
command_entry<Options> add_command(CLI::App& parent,
                                   invocation& in,
                                   command_text const& text,
                                   exit_code (*work)(common_options const&, Options const&)) {
    auto options = std::make_shared<Options>();
    auto* command = parent.add_subcommand(text.name, text.what)->fallthrough();
    command->footer(examples(text.examples));
    command->callback([&in, options, work] {
        in.run = [&in, options, work] {
            return work(in.options, *options);
        };
    });
    return {command, options.get()};
}

inline void add_command(CLI::App& parent,
                        invocation& in,
                        command_text const& text,
                        exit_code (*work)(common_options const&)) {
    auto* command = parent.add_subcommand(text.name, text.what)->fallthrough();
    command->footer(examples(text.examples));
    command->callback([&in, work] {
        in.run = [&in, work] {
            return work(in.options);
        };
    });
}

// For examples.
inline std::string example_id() {
    return "0190a5f3-7c1e-7b3a-8f00-0123456789ab";
}

// A noun whose commands are verbs.
inline CLI::App& add_noun(CLI::App& app, std::string const& name, std::string const& what) {
    return *app.add_subcommand(name, what)->require_subcommand(1);
}

} // namespace peyk::cli
