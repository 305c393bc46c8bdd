#pragma once
// What a publish says beside the message, and what it is told. Internal to the core.

#include "broker/core/error.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <string>
#include <string_view>

namespace peyk::core {

struct message_entry;
struct session;

// On whose behalf a message is published.
struct publication {
    session* from = nullptr;
    publish_sequence sequence = {};
    std::string_view schedule = {};
    wall_time slot = unset;
};

// What became of a message that was offered.
struct acceptance {
    errc code = errc::ok;
    bool joined = false; // not published: `existing` has its unique key
    message_id existing = {};
    std::string detail = {};

    [[nodiscard]] bool published() const { return code == errc::ok && !joined; }
};

// What a message with a unique key meets.
struct key_claim {
    acceptance answer;
    message_entry* waiting = nullptr; // replaced
    message_entry* holder = nullptr;  // replaced
    bool blocked = false;             // it waits for the one that has the key
};

} // namespace peyk::core
