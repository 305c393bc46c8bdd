#pragma once
// Which messages: for lists and sweeps.

#include <peyk/message.hpp>
#include <peyk/message_id.hpp>
#include <peyk/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

// Finer than peyk::state: where a message is kept.
enum class message_state : std::uint8_t {
    scheduled = 0,
    ready = 1,
    leased = 2,
    blocked = 3,
    succeeded = 4,
    failed = 5,
    revoked = 6,
    dead = 7,
};

// "scheduled", "ready", ...; and back.
[[nodiscard]] std::string_view to_string(message_state value);
[[nodiscard]] std::optional<message_state> parse_message_state(std::string_view text);

// All that is given must hold. In patterns `*` stands for any characters.
struct selector {
    std::string queue = {};                 // pattern
    std::string task = {};                  // pattern
    std::string error = {};                 // pattern: type of the last error
    std::vector<message_state> states = {}; // empty: any
    std::string tag = {};    // pattern: one of its tags
    std::string worker = {}; // pattern: name of who holds it, or settled it
    message_id root = {};
    message_id parent = {};
    std::optional<time_point> published_after = {}; // at or after
    std::optional<time_point> published_before = {};

    bool operator==(selector const&) const = default;
};

// A part of a list of messages.
struct message_page {
    std::vector<status> messages = {}; // may be empty although there is more
    std::uint64_t next = 0;            // where to go on; 0: that was all
};

} // namespace peyk
