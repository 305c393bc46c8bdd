#pragma once
// Why messages do not run, as JSON values with stable field names and as text.

#include <peyk/broker_stats.hpp>
#include <peyk/obstacle.hpp>

#include <boost/json/fwd.hpp>

namespace peyk::cli {

[[nodiscard]] boost::json::object present(obstacle const& of);
[[nodiscard]] boost::json::object present(obstacle_count const& of);

// Of one queue: {"reason", "name", "messages"} each.
[[nodiscard]] boost::json::array present_obstacles(queue_stats const& of);
// For people: a table below what is told of the queue; nothing if nothing is in the way.
void print_obstacles(queue_stats const& of);

} // namespace peyk::cli
