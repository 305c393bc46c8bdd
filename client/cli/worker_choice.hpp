#pragma once
// Which workers: options that name them, and what the broker knows of those chosen.

#include "client/cli/invocation.hpp"
#include <peyk/admin.hpp>
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

// --worker and --label.
void add_worker_options(CLI::App& command, worker_target& into);

// In the order of their names. Throws failure(unknown) if some were named and none is there.
[[nodiscard]] std::vector<session_info> chosen_workers(client const& broker,
                                                       worker_target const& which);

// Nothing is named: all are meant.
[[nodiscard]] bool is_everyone(worker_target const& which);

// A message that is with a worker.
struct message_in_hand {
    status now;
    bool started = false;
};
// Those of the workers chosen, `limit` of them at most: asked of the broker alone.
[[nodiscard]] std::vector<message_in_hand>
messages_in_hand(client& broker, worker_target const& which, std::uint32_t limit);

// Sorted, each once; from all its consumers.
[[nodiscard]] std::vector<std::string> queues_of(session_info const& worker);
// The same. Empty: it takes every task.
[[nodiscard]] std::vector<std::string> tasks_of(session_info const& worker);

[[nodiscard]] boost::json::object present(session_info const& of);
[[nodiscard]] boost::json::object present(consumer_info const& of);

} // namespace peyk::cli
