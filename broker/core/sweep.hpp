#pragma once
// One change to every message a selector chooses, done in slices so that a million messages stall
// nobody, at a rate if one is wished, and going on after a crash. Only messages published before it
// began are touched. A message that was changed is not chosen again, so looking at it twice does no
// harm; what a sweep has changed is recorded with the changes, and counted once.

#include "broker/core/ids.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/selector.hpp"
#include "broker/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::core {

enum class sweep_action : std::uint8_t {
    cancel,     // those not final become REVOKED
    run_now,    // the scheduled become ready
    reschedule, // the scheduled and ready become due at `due`
    move,       // those that wait go to queue `to`, with their place in time and priority
    redrive,    // dead letters become ready again, in their queue or in `to`
    forget,     // final ones, dead letters too, are forgotten
    edit,       // those not final are changed as `edits` says
};

// What may be changed of a message that is not final; what is absent stays.
struct message_edit {
    std::optional<std::uint8_t> priority = {};
    std::optional<wall_time> expires = {}; // unset: never
    std::optional<std::uint16_t> max_retries = {};

    bool operator==(message_edit const&) const = default;
};

template <class Text>
struct basic_sweep_spec {
    sweep_action action = sweep_action::cancel;
    basic_selector<Text> which = {};
    Text to = {};
    wall_time due = unset;
    Text reason = {};              // of cancel
    std::uint32_t rate_per_s = 0;  // messages changed; 0: as fast as it goes
    bool terminate = false;        // cancel: ask for a kill of what runs
    bool reset_counters = false;   // redrive: attempts and crashes count from 0 again
    bool dry_run = false;          // only counts
    message_edit edits = {};
};
using sweep_spec = basic_sweep_spec<std::string_view>; // borrowed
using owned_sweep_spec = basic_sweep_spec<std::string>;

struct sweep_state {
    sweep_id id;
    owned_sweep_spec spec;
    std::uint64_t visited = 0; // messages looked at
    std::uint64_t matched = 0;
    std::uint64_t changed = 0;
    std::uint64_t known = 0; // messages there are to look at, roughly: for a progress bar
    bool done = false;
    bool stopped = false; // done because somebody asked for it
    std::string unchanged = {}; // why the last one that matched was left as it was
};

// A sweep under way. Its place is where it looks next; after a restart it looks at all again.
struct sweep final : retained {
    explicit sweep(sweep_id named) : retained(kind::sweep), id(named) {}

    sweep_id id;
    message_number below; // messages from this one on are none of its
    owned_sweep_spec spec;
    std::size_t place = 0; // in the memory of messages
    std::uint64_t visited = 0;
    std::uint64_t matched = 0;
    std::uint64_t changed = 0;
    bool stopped = false; // by request
    std::string unchanged;
    steady_time next{};  // when it goes on
    session_id asked_by; // who is told of its progress
    request_id request;
};

} // namespace peyk::core
