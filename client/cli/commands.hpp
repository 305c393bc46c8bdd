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
void add_dead(CLI::App& app, invocation& in);
void add_queue(CLI::App& app, invocation& in);
void add_policy(CLI::App& app, invocation& in);
void add_hold(CLI::App& app, invocation& in);
void add_limit(CLI::App& app, invocation& in);
void add_worker(CLI::App& app, invocation& in);
void add_control(CLI::App& app, invocation& in);
void add_inspect(CLI::App& app, invocation& in);
void add_cron(CLI::App& app, invocation& in);
void add_events(CLI::App& app, invocation& in);
void add_top(CLI::App& app, invocation& in);
void add_sweep(CLI::App& app, invocation& in);
void add_ping(CLI::App& app, invocation& in);
void add_broker(CLI::App& app, invocation& in);
void add_journal(CLI::App& app, invocation& in);
void add_context(CLI::App& app, invocation& in);
void add_completion(CLI::App& app, invocation& in);
void add_bench(CLI::App& app, invocation& in);
void add_version(CLI::App& app, invocation& in);
void add_help(CLI::App& app, invocation& in);

// Parts of the nouns above, where these have many commands.
void add_task_views(CLI::App& task, invocation& in);
void add_task_changes(CLI::App& task, invocation& in);
void add_task_edit(CLI::App& task, invocation& in);
void add_task_why(CLI::App& task, invocation& in);
void add_task_stats(CLI::App& task, invocation& in);
void add_queue_changes(CLI::App& queue, invocation& in);
void add_queue_watch(CLI::App& queue, invocation& in);
void add_queue_stats(CLI::App& queue, invocation& in);
void add_cron_set(CLI::App& cron, invocation& in);
void add_worker_health(CLI::App& worker, invocation& in);

// Throws failure(unknown) about a message nobody published.
[[noreturn]] void nobody_knows(message_id id);
// Throws failure(unknown), saying where the right names are.
[[nodiscard]] queue_stats stats_of(client& broker, std::string const& name);

// "Examples:" and these lines, for the end of a command's --help.
[[nodiscard]] std::string examples(std::vector<std::string> const& lines);

} // namespace peyk::cli
