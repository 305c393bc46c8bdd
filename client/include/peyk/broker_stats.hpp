#pragma once
// Figures about the broker and its queues, as it gives them.

#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

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
};

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
    bool settling = false; // after an unclean start: waiting for known sessions
};

} // namespace peyk
