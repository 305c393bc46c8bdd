#pragma once
// What a message is and what becomes of it.
//
//   state       means                                client sees           leaves by
//   scheduled   waits for its eta or its retry       PENDING or RETRY      time -> ready
//   ready       may be delivered                     PENDING or RETRY      dispatch -> leased
//   leased      with a session                       PENDING, STARTED      settle, or lease lost
//   succeeded   final, result kept for its ttl       SUCCESS               ttl -> forgotten
//   failed      final, error kept for its ttl        FAILURE               ttl -> forgotten
//   revoked     final: cancelled or expired          REVOKED               ttl -> forgotten
//   dead        final: a dead letter, content kept   FAILURE (dead)        ttl -> forgotten
//
// A final message that keeps no result (plain, or ignore_result) is forgotten at once.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string_view>

namespace peyk::core {

enum class message_state : std::uint8_t {
    scheduled,
    ready,
    leased,
    succeeded,
    failed,
    revoked,
    dead,
};

enum class jitter : std::uint8_t { equal, none, full };

// Delay after failure n: min(max, base * factor^(n-1)), then jitter (retry_policy.hpp computes it).
struct retry_policy {
    std::uint16_t max_retries = 0;      // 3: four runs
    std::uint16_t factor_percent = 200; // 100: fixed
    std::uint32_t base_ms = 5'000;
    std::uint32_t max_ms = 600'000;
    core::jitter spread = jitter::equal;

    auto operator<=>(retry_policy const&) const = default;
};

struct result_policy {
    std::uint32_t ttl_s = 0;    // 0: limits::result_ttl
    bool keep = true;           // false: a final message is forgotten
    bool track_started = false; // STARTED is durable and pushed

    auto operator<=>(result_policy const&) const = default;
};

// A message as its publisher hands it over. Everything textual is borrowed: valid during the call
// that carries it. Never changes after publishing.
struct message {
    message_id id;
    std::string_view queue;
    std::string_view task; // empty: a plain message
    std::uint8_t priority = 4;
    wall_time eta = unset;
    wall_time expires = unset;
    retry_policy retry;
    result_policy result;
    std::uint16_t max_crashes = 3;
    std::string_view content; // opaque
};

// What the last attempt said about itself. Cut to limits::error_bytes_max.
struct task_error {
    std::string_view type;
    std::string_view text;
    std::string_view trace;
};

struct counters {
    std::uint16_t attempts = 0;   // failed
    std::uint16_t crashes = 0;    // sessions lost while it was started
    std::uint32_t deliveries = 0; // times handed out

    auto operator<=>(counters const&) const = default;
};

// Client-visible state: Celery's word and a detail.
enum class visible_state : std::uint8_t {
    unknown,
    pending,
    started,
    retry,
    success,
    failure,
    revoked,
};
enum class visible_detail : std::uint8_t {
    none,
    scheduled,
    blocked, // reserved for dependencies
    ready,
    leased,
    revoked,
    expired,
    dead,
};

} // namespace peyk::core
