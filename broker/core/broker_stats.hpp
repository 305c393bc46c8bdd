#pragma once
// Counters and sizes of the broker as plain values, for people and metrics.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace peyk::core {

struct broker_stats {
    std::size_t sessions = 0; // connected
    std::size_t messages = 0; // not final
    std::size_t results = 0;  // final and kept
    std::size_t queues = 0;
    std::uint64_t content_bytes = 0;  // bodies in memory
    std::uint64_t memory_bytes = 0;   // estimate of everything
    std::uint64_t retained_bytes = 0; // of the journal's bytes, those still needed
    std::uint64_t published = 0;      // since this process started
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;
    std::uint64_t stale_settles = 0;
    std::uint64_t duplicate_publishes = 0;
    bool settling = false; // after an unclean start; see limits::settling
};

struct queue_stats {
    std::string_view name;
    std::size_t ready = 0;
    std::size_t scheduled = 0;
    std::size_t leased = 0;
    std::size_t dead = 0;
    std::size_t consumers = 0;
    std::size_t lanes = 0;
    wall_time oldest_ready = unset; // publish time of the oldest ready message at the best priority
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;
};

} // namespace peyk::core
