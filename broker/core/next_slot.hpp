#pragma once
// When a cron expression is due in a time zone, in real time.

#include "broker/core/cron_expression.hpp"
#include "broker/core/schedule.hpp"
#include "broker/core/time.hpp"

#include <optional>
#include <string_view>

namespace peyk::core {

// UTC is always known, also by the empty name; everything else by `zones`, which may be null.
[[nodiscard]] bool zone_known(std::string_view zone, time_zones const* zones);

// The first slot later than `after`; nothing if there is none. The zone is known. As in Vixie cron,
// where clocks are changed: an expression for certain hours has a slot for a time that does not
// exist at the moment after the gap (all such times of one gap together), and for a time that
// exists twice the first time. One for every hour, or every so many, follows the time that passes.
[[nodiscard]] std::optional<wall_time> next_slot(cron_expression const& when,
                                                 std::string_view zone,
                                                 time_zones const* zones,
                                                 wall_time after);

} // namespace peyk::core
