#include "broker/core/next_slot.hpp"

namespace peyk::core {

namespace {

using std::chrono::local_seconds;
using std::chrono::seconds;

time_zones::period period_at(std::string_view zone, time_zones const* zones, wall_time when) {
    if (zone.empty() || zone == "UTC") {
        return {wall_time{duration::min()}, never, seconds{0}};
    }
    return zones->at(zone, when);
}

local_seconds local(wall_time when, seconds offset) {
    return local_seconds{std::chrono::floor<seconds>(when.time_since_epoch()) + offset};
}

wall_time real(local_seconds when, seconds offset) {
    return wall_time{when.time_since_epoch() - offset};
}

// The first moment at which clocks show `when` or, where they jump over it, the moment they jump.
wall_time moment_of(local_seconds when, std::string_view zone, time_zones const* zones) {
    // No clock was ever further from UTC; so this is before the moment looked for.
    constexpr std::chrono::hours offset_max{26};
    auto period = period_at(zone, zones, real(when, offset_max));
    for (;;) {
        wall_time const candidate = real(when, period.offset);
        if (candidate < period.begin) {
            return period.begin;
        }
        if (candidate < period.end) {
            return candidate;
        }
        period = period_at(zone, zones, period.end);
    }
}

} // namespace

bool zone_known(std::string_view zone, time_zones const* zones) {
    return zone.empty() || zone == "UTC" || (zones != nullptr && zones->known(zone));
}

std::optional<wall_time> next_slot(cron_expression const& when,
                                   std::string_view zone,
                                   time_zones const* zones,
                                   wall_time after) {
    wall_time from = std::chrono::floor<seconds>(after) + seconds{1};
    if (!when.every_hour()) {
        // Times on the clock and the moments they mean come in the same order.
        auto const period = period_at(zone, zones, after);
        auto shown = when.next(local(after, period.offset) + seconds{1});
        while (shown) {
            wall_time const slot = moment_of(*shown, zone, zones);
            if (slot > after) {
                return slot;
            }
            shown = when.next(*shown + seconds{1});
        }
        return std::nullopt;
    }
    for (;;) {
        auto const period = period_at(zone, zones, from);
        auto const shown = when.next(local(from, period.offset));
        if (!shown) {
            return std::nullopt;
        }
        wall_time const slot = real(*shown, period.offset);
        if (slot < period.end) {
            return slot;
        }
        from = period.end;
    }
}

} // namespace peyk::core
