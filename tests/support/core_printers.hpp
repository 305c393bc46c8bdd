#pragma once
// Prints what goes into and comes out of the core, one short line each, for tests and scenarios.
// Ids made by id_of() print as the word they were made from; times as seconds. What has its
// default value is left out.

#include "broker/core/broker_stats.hpp"
#include "broker/core/command.hpp"
#include "broker/core/effect.hpp"
#include "broker/core/obstacle.hpp"
#include "broker/core/record.hpp"

#include <algorithm>
#include <iosfwd>
#include <string_view>

namespace peyk::core {

// An id that is a word of at most eight letters: readable, and never made by a real client.
template <class Id>
[[nodiscard]] constexpr Id id_of(std::string_view word) {
    Id id;
    for (char const c : word.substr(0, 8)) {
        id.low = id.low << 8 | static_cast<unsigned char>(c);
    }
    return id;
}

std::ostream& operator<<(std::ostream& to, message_id id);
std::ostream& operator<<(std::ostream& to, session_id id);
std::ostream& operator<<(std::ostream& to, delivery_token token);
std::ostream& operator<<(std::ostream& to, errc code);
std::ostream& operator<<(std::ostream& to, message_state state);
std::ostream& operator<<(std::ostream& to, visible_state state);
std::ostream& operator<<(std::ostream& to, visible_detail detail);
std::ostream& operator<<(std::ostream& to, death why);
std::ostream& operator<<(std::ostream& to, hold_scope scope);
std::ostream& operator<<(std::ostream& to, overflow what);
std::ostream& operator<<(std::ostream& to, sweep_action action);
std::ostream& operator<<(std::ostream& to, wall_time at);
std::ostream& operator<<(std::ostream& to, duration span);
std::ostream& operator<<(std::ostream& to, counters const& counted);
std::ostream& operator<<(std::ostream& to, task_error const& error);
std::ostream& operator<<(std::ostream& to, attempt const& run);
std::ostream& operator<<(std::ostream& to, progress const& how_far);
std::ostream& operator<<(std::ostream& to, message const& published);
std::ostream& operator<<(std::ostream& to, message_edit const& change);
std::ostream& operator<<(std::ostream& to, limit_names const& names);
std::ostream& operator<<(std::ostream& to, obstacle_kind kind);
std::ostream& operator<<(std::ostream& to, event_kind kind);
std::ostream& operator<<(std::ostream& to, event const& told);
std::ostream& operator<<(std::ostream& to, queue_settings const& settings);
std::ostream& operator<<(std::ostream& to, schedule_spec const& spec);
std::ostream& operator<<(std::ostream& to, sweep_state const& sweep);
std::ostream& operator<<(std::ostream& to, status const& seen);
std::ostream& operator<<(std::ostream& to, delivery const& leaving);
std::ostream& operator<<(std::ostream& to, queue_stats const& seen);
std::ostream& operator<<(std::ostream& to, any_command const& command);
std::ostream& operator<<(std::ostream& to, any_record const& record);
std::ostream& operator<<(std::ostream& to, any_effect const& effect);

// Records, then deliveries, effects and events, each on a line.
std::ostream& operator<<(std::ostream& to, output const& produced);

} // namespace peyk::core
