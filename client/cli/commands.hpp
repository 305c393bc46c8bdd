#pragma once
// The commands, one function each: it adds a subcommand whose parsing leaves work in `in.run`.

#include "client/cli/invocation.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

void add_call(CLI::App& app, invocation& in);
void add_publish(CLI::App& app, invocation& in);
void add_result(CLI::App& app, invocation& in);
void add_task(CLI::App& app, invocation& in);
void add_cancel(CLI::App& app, invocation& in);
void add_queue(CLI::App& app, invocation& in);
void add_ping(CLI::App& app, invocation& in);
void add_broker(CLI::App& app, invocation& in);
void add_journal(CLI::App& app, invocation& in);
void add_bench(CLI::App& app, invocation& in);
void add_version(CLI::App& app, invocation& in);
void add_help(CLI::App& app, invocation& in);

// "Examples:" and these lines, for the end of a command's --help.
[[nodiscard]] std::string examples(std::vector<std::string> const& lines);

} // namespace peyk::cli
