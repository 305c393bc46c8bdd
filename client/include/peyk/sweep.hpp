#pragma once
// One change to every message a selector chooses. The broker does it in slices, so that nobody
// waits for it, and goes on where it was after a crash. Only messages published before it began are
// touched.

#include <peyk/selector.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

enum class sweep_action : std::uint8_t {
    cancel = 0,     // those not final become REVOKED
    run_now = 1,    // the scheduled become ready
    reschedule = 2, // those that wait become due at `due`
    move = 3,       // those that wait go to queue `to`
    redrive = 4,    // dead letters become ready again, in their queue or in `to`
    forget = 5,     // final ones, dead letters too, are forgotten
    edit = 6,       // those not final are changed as `edits` says
};

// "cancel", "run_now", ...
[[nodiscard]] std::string_view to_string(sweep_action value);

// What may be changed of a message that is not final; what is absent stays.
struct message_edit {
    std::optional<std::uint8_t> priority = {};
    std::optional<time_point> expires_at = {};
    bool never_expires = false;
    std::optional<std::uint32_t> max_retries = {};
};

struct sweep {
    sweep_action action = sweep_action::cancel;
    selector which = {};
    std::string to = {};                // queue, of move and redrive
    std::optional<time_point> due = {}; // of reschedule; none: at once
    std::string reason = {};            // of cancel
    std::uint32_t rate_per_s = 0;       // messages changed; 0: as fast as it goes
    bool terminate = false;             // of cancel: as cancel_options::terminate
    bool reset_counters = false;        // of redrive: as redrive_options::reset_counters
    bool dry_run = false;               // only counts
    message_edit edits = {};            // of edit
};

struct sweep_state {
    std::uint64_t id = 0;
    sweep spec = {};
    std::uint64_t visited = 0; // messages looked at
    std::uint64_t matched = 0;
    std::uint64_t changed = 0;
    std::uint64_t known = 0; // messages there are to look at, roughly: for a progress bar
    bool done = false;
    bool stopped = false; // done because somebody asked for it
    std::string unchanged = {}; // why the last one that matched was left as it was
};

} // namespace peyk
