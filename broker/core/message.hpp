#pragma once
// What a message is and what becomes of it.
//
//   state       means                                client sees           leaves by
//   scheduled   waits for its eta or its retry       PENDING or RETRY      time -> ready
//   blocked     waits for another to be final        PENDING (blocked)     that one's end -> ready
//   ready       may be delivered                     PENDING or RETRY      dispatch -> leased
//   leased      with a session                       PENDING, STARTED      settle, or lease lost
//   succeeded   final, result kept for its ttl       SUCCESS               ttl -> forgotten
//   failed      final, no dead letter wanted         FAILURE               ttl -> forgotten
//   revoked     final: cancelled or expired          REVOKED               ttl -> forgotten
//   dead        final: a dead letter, content kept   FAILURE (dead)        redrive; else as above
//
// A final message that keeps no result (plain, or ignore_result) is forgotten at once, unless it is
// a dead letter. Every final failure is one, where the queue's policy does not say otherwise.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace peyk::core {

enum class message_state : std::uint8_t {
    scheduled,
    ready,
    leased,
    blocked,
    succeeded,
    failed,
    revoked,
    dead,
};
inline constexpr std::size_t message_states = 8;

enum class jitter : std::uint8_t { equal, none, full };

// How the delay grows with failure n (from 1); retry_policy.hpp computes it.
enum class backoff : std::uint8_t {
    exponential, // base * factor^(n-1)
    fixed,       // base
    linear,      // base * n
    polynomial,  // base * n^(factor_percent / 100)
    list,        // message::retry_delays_ms, the last one again and again
};

// When a failed attempt is followed by another. No delay is longer than max_ms; then jitter.
struct retry_policy {
    std::uint16_t max_retries = 0; // 3: four runs
    std::uint16_t factor_percent = 200;
    std::uint32_t base_ms = 5'000;
    std::uint32_t max_ms = 600'000;
    core::jitter spread = jitter::equal;
    backoff curve = backoff::exponential;

    auto operator<=>(retry_policy const&) const = default;
};

struct result_policy {
    std::uint32_t ttl_s = 0;    // 0: limits::result_ttl
    bool keep = true;           // false: a final message is forgotten
    bool track_started = false; // STARTED is durable and pushed

    auto operator<=>(result_policy const&) const = default;
};

// How long a unique key is taken, once a message has it.
enum class unique_until : std::uint8_t {
    finish, // the message is final
    start,  // it is delivered for the first time
    ttl,    // so long after it was published, whatever becomes of it
};

// What becomes of a message whose unique key is taken.
enum class on_conflict : std::uint8_t {
    reject,          // refused: unique_conflict; the answer names the one that has the key
    return_existing, // not published; the answer names the one that has the key
    replace,         // the one that has the key is revoked, running or not
    keep_last,       // one that waits is replaced; behind one that runs, the newest waits, blocked
};

// At most one message with this key at a time, over all queues. No key: not unique.
struct uniqueness {
    std::string_view key = {};
    unique_until until = unique_until::finish;
    on_conflict conflict = on_conflict::reject;
    std::uint32_t ttl_s = 0; // with until ttl
};

// Where a message stands among others. Nothing given: among those of its task.
struct placement {
    std::string_view ordering_key = {}; // one at a time with this key in its queue, oldest first
    std::string_view fairness_key = {}; // keys of a queue share its dispatch by their weights
    std::string_view limit_key = {};    // limits may be about it
    std::uint32_t cost = 1;             // of rates and shares; not 0
    std::span<std::string_view const> labels = {}; // its worker must have all: "gpu=a100"; sorted
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
    std::uint16_t max_crashes = 0; // 0: as its queue says
    // Rarely given.
    std::span<std::uint32_t const> retry_delays_ms = {}; // with backoff::list
    std::uint32_t max_age_s = 0; // not retried when older than this since publishing; 0: no limit
    uniqueness unique = {};
    message_id root = {};     // the first of the tree of messages it belongs to
    message_id parent = {};   // the one whose task published it
    core::placement placement = {};
    std::span<std::string_view const> tags = {}; // for people to find it by: "tenant=42"
    std::string_view content; // opaque
};

// What the last attempt said about itself. Cut to limits::error_bytes_max.
struct task_error {
    std::string_view type;
    std::string_view text;
    std::string_view trace;
};

struct error_texts {
    std::string type;
    std::string text;
    std::string trace;

    [[nodiscard]] task_error view() const { return {type, text, trace}; }
    auto operator<=>(error_texts const&) const = default;
};

// One failed or lost run of a message.
struct attempt {
    std::string worker;
    wall_time began = unset; // unset: not known, the broker was started again meanwhile
    wall_time ended = unset;
    bool crash = false; // the worker was lost; otherwise the task failed
    error_texts error;

    auto operator<=>(attempt const&) const = default;
};

// How far the work is, as its task says.
struct progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0; // 0: not known
    std::string_view text = {};
};

// Why a message became a dead letter.
enum class death : std::uint8_t {
    none,
    retries_exhausted,
    permanent_failure,
    max_age,     // it was too old for another try
    crash_limit, // it took down too many workers
    asked,       // its worker said so
    queue_full,  // it made room, by the queue's policy
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
    blocked, // waits for another message
    ready,
    leased,
    revoked,
    expired,
    dead,
};

} // namespace peyk::core
