#pragma once
// A task that the broker publishes again and again. Nothing else has to run for it.

#include <peyk/message.hpp>
#include <peyk/message_id.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

// What becomes of the slots that passed while the broker was down. A pause always skips.
enum class misfire : std::uint8_t {
    run_once = 0, // the last of them fires now
    skip = 1,     // nothing
    run_all = 2,  // all of them fire now; the newest, where there are too many
};

// What becomes of a fire while the message of an earlier one is not final.
enum class overlap : std::uint8_t {
    allow = 0,   // both
    skip = 1,    // the new one is left out
    queue = 2,   // the new one waits for the earlier one's end; one waits at most, the newest
    replace = 3, // the earlier one is revoked
};

// "run_once", ...; "allow", ...; and back.
[[nodiscard]] std::string_view to_string(misfire value);
[[nodiscard]] std::string_view to_string(overlap value);
[[nodiscard]] std::optional<misfire> parse_misfire(std::string_view text);
[[nodiscard]] std::optional<overlap> parse_overlap(std::string_view text);

// By `cron` or by `every`. A slot is a moment it is due; each fires once, also across crashes.
struct schedule {
    std::string name = {};
    std::string cron = {}; // "*/5 9-17 * * mon-fri", six fields with seconds first, "@daily"
    std::string zone = {}; // of the tz database; empty: UTC
    std::chrono::milliseconds every{0};   // instead of cron; slots are start + n * every
    std::optional<time_point> start = {}; // no slot before; none: when it was set
    std::optional<time_point> end = {};   // no slot at or after
    std::chrono::milliseconds jitter{0};  // each message's eta: the slot plus up to so much
    peyk::misfire misfire = misfire::run_once;
    peyk::overlap overlap = overlap::allow;
    bool paused = false;
    std::chrono::milliseconds expires_after{0}; // of each message after its slot; 0: never
    // What is published: a task message, made by make_call() or task::message_of(). Its id, eta,
    // expires and unique are the schedule's to give.
    peyk::message message = {};
};

struct schedule_info {
    peyk::schedule schedule = {};
    bool configured = false; // from the broker's configuration
    std::optional<time_point> last_slot = {};
    message_id last_message = {};
    std::uint64_t fired = 0;
    std::uint64_t skipped = 0;         // left out by misfire or overlap
    std::vector<time_point> next = {}; // the next slots, ten at most
};

} // namespace peyk
