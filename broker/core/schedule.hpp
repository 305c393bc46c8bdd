#pragma once
// A task that is published again and again: by a cron expression in a time zone, or every so often.
// A fire is one record, keyed by the schedule and the slot: the moment it was due by the schedule.

#include "broker/core/deadline_index.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace peyk::core {

// What becomes of the slots that passed while the broker was down, or longer ago than
// limits::misfire_after. (A pause always skips.)
enum class misfire : std::uint8_t {
    skip,     // nothing
    run_once, // the last of them fires now
    run_all,  // all of them fire now, limits::misfires_max at most, the newest
};

// What becomes of a fire while the message of an earlier one is not final.
enum class overlap : std::uint8_t {
    allow,   // both
    skip,    // the new one is left out
    queue,   // the new one waits for the earlier one's end; one waits at most, the newest
    replace, // the earlier one is revoked
};

// What somebody asks for. Borrowed.
struct schedule_spec {
    std::string_view name;
    std::string_view cron = {}; // five fields, six with seconds first, or @daily and the like
    std::string_view zone = {}; // of the tz database; empty: UTC
    duration every{0};          // instead of cron; slots are start + n * every
    wall_time start = unset;    // no slot before; unset: when it was set
    wall_time end = unset;      // no slot at or after; unset: no end
    duration jitter{0};         // each message's eta: the slot plus up to so much
    core::misfire misfire = core::misfire::run_once;
    core::overlap overlap = core::overlap::allow;
    bool paused = false;
    bool configured = false; // from the broker's configuration
    duration expires_after{0}; // each message expires so long after its slot; 0: never
    // What each fire publishes; its id, eta, expires and unique are the schedule's to give.
    core::message message = {};
};

// For people.
struct schedule_state {
    schedule_spec spec; // texts are borrowed until the next call of the core
    wall_time last_slot = unset; // fired, or left out
    message_id last_message;
    std::uint64_t fired = 0;
    std::uint64_t skipped = 0;          // left out by misfire or overlap
    std::vector<wall_time> next;        // the next slots
};

// The rules of time zones by name. Gives the same answer to the same question for the life of the
// process; the core has no other.
class time_zones {
public:
    // The stretch of time around `at` in which the zone's clocks keep their distance from UTC.
    struct period {
        wall_time begin; // inclusive
        wall_time end;   // exclusive
        std::chrono::seconds offset;
    };

    [[nodiscard]] virtual bool known(std::string_view zone) const = 0;
    // `zone` is known.
    [[nodiscard]] virtual period at(std::string_view zone, wall_time when) const = 0;

protected:
    ~time_zones() = default;
};

} // namespace peyk::core
