#pragma once
// Figures about the broker and its queues, as it gives them.

#include <peyk/message.hpp>
#include <peyk/obstacle.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

struct queue_stats {
    std::string name = {};
    std::uint64_t ready = 0;
    std::uint64_t scheduled = 0;
    std::uint64_t leased = 0;
    std::uint64_t dead = 0;
    std::uint32_t consumers = 0;
    std::uint32_t lanes = 0;
    std::optional<time_point> oldest_ready = {}; // publish time of the oldest ready message
    std::uint64_t published = 0;                 // these three: since the broker started
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;
    std::uint64_t blocked = 0;
    std::uint64_t bytes = 0;                   // bodies of its messages that are not final
    bool created = false;                      // stays when empty
    bool held = false;                         // nothing is delivered from it
    std::optional<time_point> held_until = {}; // none: until it is released
    std::string held_reason = {};
    bool draining = false;   // nothing may be published into it
    std::string policy = {}; // pattern of the policy in force; empty: none
    // Of the ready messages, what is in their way, the most first; only of one queue by its name.
    std::vector<obstacle_count> obstacles = {};
};

// How publishing goes.
enum class pressure : std::uint8_t {
    none = 0,
    slowed = 1, // memory or disk is filling: publishers are read more slowly
    refused = 2,
};

// "none", "slowed", "refused".
[[nodiscard]] std::string_view to_string(pressure value);

struct broker_stats {
    std::string version = {};
    std::uint64_t epoch = 0; // grows with each start
    std::optional<time_point> started_at = {};
    std::uint32_t pid = 0;
    std::uint32_t sessions = 0;
    std::uint64_t messages = 0; // not final
    std::uint64_t results = 0;
    std::uint64_t content_bytes = 0; // bodies in memory
    std::uint64_t journal_bytes = 0;
    std::uint64_t commits = 0;
    std::uint64_t records = 0;
    std::uint64_t stale_settles = 0;
    std::uint64_t duplicate_publishes = 0;
    std::chrono::microseconds cpu{0}; // of the whole broker process
    std::chrono::duration<double> recovery{0};
    bool settling = false;              // after an unclean start: waiting for known sessions
    std::uint64_t memory_bytes = 0;     // an estimate
    std::uint64_t memory_bytes_max = 0; // publishing is refused at it
    peyk::pressure pressure = pressure::none;
};

} // namespace peyk
