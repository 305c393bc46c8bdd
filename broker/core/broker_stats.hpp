#pragma once
// Counters and sizes of the broker as plain values, for people and metrics.

#include "broker/core/effect.hpp"
#include "broker/core/hold.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/limit.hpp"
#include "broker/core/queue_policy.hpp"
#include "broker/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

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
    std::size_t blocked = 0;
    std::uint64_t bytes = 0; // bodies of its messages that are not final
    bool created = false;    // stays when empty
    wall_time held_until = unset; // dispatch; unset: not held; never: until it is released
    std::string_view held_reason;
    bool draining = false; // nothing may be published into it
    std::string_view policy; // pattern of the policy in force; empty: none
};

// A policy, for people.
struct policy_stats {
    std::string_view pattern;
    std::int32_t priority = 0;
    bool configured = false;
    queue_settings settings = {};
    std::size_t queues = 0; // it applies to
};

struct hold_stats {
    hold_scope scope = hold_scope::queue;
    std::string_view name;
    wall_time until = never;
    std::string_view reason;
};

// A limit, for people.
struct limit_stats {
    limit_names names; // patterns
    limit_settings settings = {};
    bool configured = false;
    std::size_t limiters = 0; // combinations of names it has met
    std::uint32_t running = 0;
    std::uint64_t waiting = 0; // ready messages it holds back
};
struct limiter_stats {
    owned_limit_names names;
    std::uint32_t running = 0;
    std::uint64_t passed = 0; // since this process started
    std::uint64_t waiting = 0;
    wall_time next = unset; // when the rate lets the next one pass; unset: now
};
struct share_stats {
    std::string_view key;
    std::uint32_t weight = 1;
    bool configured = false;
};

// A message whole.
struct kept_message {
    core::message message;         // borrowed until the next call; names live with the process
    bool content_kept = true;      // false: it has ended and is no dead letter
    position content_at = nowhere; // set: the body is not in memory, read it here
    std::uint32_t content_bytes = 0;
};

// A page of a list of messages.
struct message_page {
    std::vector<status> messages;
    std::uint64_t next = 0; // where to go on; 0: that was all
};

} // namespace peyk::core
