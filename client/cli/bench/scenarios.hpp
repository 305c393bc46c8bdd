#pragma once
// The scenarios. Each returns its own fields of the answer.

#include "client/cli/bench/rig.hpp"

#include <boost/json/fwd.hpp>

#include <string>
#include <vector>

namespace peyk::cli::bench {

// Publishes with a window of unconfirmed messages and counts the confirms.
[[nodiscard]] boost::json::object run_publish(rig& on);
// One publish at a time per connection: the time from sending to "it is on disk".
[[nodiscard]] boost::json::object run_confirm(rig& on);
// Fills a queue, then takes and settles everything; only the second part is measured.
[[nodiscard]] boost::json::object run_drain(rig& on);
// Publishing and settling at once; a message counts when its settle is confirmed.
[[nodiscard]] boost::json::object run_cycle(rig& on);
// A thousand messages a second; the time from publishing to receiving.
[[nodiscard]] boost::json::object run_latency(rig& on);
// Messages without a consumer: memory and disk per message, and the time until a broker that is
// restarted, after SIGTERM and after SIGKILL, delivers the first of them.
[[nodiscard]] boost::json::object run_backlog(rig& on);

// Messages with an eta, spread over 90 days: rate, memory and disk per message, and restart.
[[nodiscard]] boost::json::object run_scheduled(rig& on);
// Messages due one after the other over ten seconds, with a restart of the broker in the middle:
// how late each is delivered.
[[nodiscard]] boost::json::object run_punctual(rig& on);

// A million messages wait and a cycle goes on beside them at full speed: how long the broker takes
// to answer what `inspect` and `task ls` ask.
[[nodiscard]] boost::json::object run_questions(rig& on);
// Drains of messages with one key and with many in turn: the broker's CPU per message, and how many
// times more that of many is; for fairness keys and for limit keys under a limit.
[[nodiscard]] boost::json::object run_keys(rig& on);

// Empty tasks through a worker in each of its pools, results included: the rate, and how long one
// call takes from beginning to result, beside what the disk takes to sync.
[[nodiscard]] boost::json::object run_tasks(rig& on);
// The same work in each pool of a worker: seconds, and those of the first pool as 1.
[[nodiscard]] boost::json::object run_pools(rig& on);
// The keys of its rows.
[[nodiscard]] std::vector<std::string> pool_columns();

} // namespace peyk::cli::bench
