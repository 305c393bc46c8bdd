#pragma once
// The same as present.hpp for what is changed for many messages: policies, pauses, schedules and
// sweeps.

#include <peyk/hold.hpp>
#include <peyk/queue_policy.hpp>
#include <peyk/schedule.hpp>
#include <peyk/sweep.hpp>

#include <boost/json/fwd.hpp>

#include <string>

namespace peyk::cli {

// Null is left to the broker's defaults.
[[nodiscard]] boost::json::object present(queue_settings const& of);
[[nodiscard]] boost::json::object present(queue_policy_info const& of);
[[nodiscard]] boost::json::object present(hold const& of);
// What is given of it.
[[nodiscard]] boost::json::object present(selector const& of);
[[nodiscard]] boost::json::object present(sweep_state const& of);
[[nodiscard]] boost::json::object present(schedule_info const& of);

// "every 10m"; "0 3 * * * Europe/Berlin".
[[nodiscard]] std::string when(schedule const& of);

} // namespace peyk::cli
