#pragma once
// Facts to remember: one struct per fact, one variant of all. Replaying the facts in order rebuilds
// the state; replay decides nothing and needs no clock. Text and bytes are borrowed: valid until
// the next call of the core (when written) or of the visitor (when replayed).

#include "broker/core/content.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/hold.hpp"
#include "broker/core/limit.hpp"
#include "broker/core/message.hpp"
#include "broker/core/queue_policy.hpp"
#include "broker/core/schedule.hpp"
#include "broker/core/sweep.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace peyk::core {

// Something that stands in the journal with one record from which (and from the later ones) it can
// be rebuilt. The core keeps all of them in the order of those records; see broker_state::relocate.
class retained;

// How a message ended, or, for `retry`, how its last attempt did.
struct outcome {
    message_state state = message_state::succeeded; // a final state
    bool expired = false;                           // revoked by `expires`
    std::string_view result;
    std::string_view content_type;
    task_error error;
    delivery_token settled_by; // epoch 0: by nobody's delivery
    std::string_view worker;
    wall_time finished = unset;
    core::death death = death::none;
    std::string_view origin; // the queue it died in, where another keeps its dead letters
};

// What the runs of a message left behind. Borrowed.
struct traces {
    std::span<attempt const> history = {};
    core::progress progress = {};
    std::string_view log = {};
    std::uint64_t log_end = 0;
    std::string_view checkpoint = {};
};

namespace record {

// A broker process began. Its epoch is higher than every one before it. Retained, so that no
// cleaning lets an epoch be used twice.
struct epoch_started {
    broker_epoch epoch;
    wall_time at;
    retained* owner = nullptr;
};

// The last record of a clean stop: no lease record can be missing before it.
struct stopped_cleanly {};

// A session exists; its accepted publishes so far. Written when a session first publishes or
// subscribes, and again when `consumes` changes or when it is relocated: replaces what was said.
struct session_opened {
    retained* owner = nullptr; // who to tell the position; null in replay
    session_id session;
    std::string_view name;
    bool consumes = false; // after an unclean start dispatch waits for it
    // Accepted sequences as [first, last] pairs in order.
    std::span<std::pair<publish_sequence, publish_sequence> const> accepted;
};
// Nothing is remembered of the session any more.
struct session_ended {
    session_id session;
};

// A message was accepted.
struct published {
    retained* owner = nullptr;
    message_number number;
    core::message message;
    wall_time at;
    session_id session;        // empty: none
    publish_sequence sequence; // 0: not numbered
    std::string_view schedule = {}; // which fired it: its slot is used up by this very record
    wall_time slot = unset;         // unset: it was triggered by hand
    bool blocked = false; // another message has its unique key
};

// The whole of a message as it stands now: replaces everything said of it before. Written by
// relocation. `message.content` is empty when the body is only on disk; `content_at` tells where.
struct message_kept {
    retained* owner = nullptr;
    message_number number;
    core::message message;
    wall_time at; // published
    message_state state = message_state::ready;
    wall_time due = unset; // scheduled: until then
    bool retrying = false; // the client sees RETRY, not PENDING
    core::counters counters;
    task_error last_error;
    core::traces traces;
    delivery_token lease; // leased: by this token
    session_id holder;
    bool started = false;
    bool acknowledged = false;
    bool has_turn = false; // of its ordering key: it was delivered, and none goes before its end
    position content_at = nowhere;
    std::uint32_t content_bytes = 0;
};

struct leased {
    message_number number;
    delivery_token token;
    session_id session;
    wall_time at = unset; // set if a rate limits it: what passed is known again after a restart
};

// The lease ended without a verdict, or with one that says "again": ready or, if `due` is later
// than unset, scheduled. The counters are the new ones.
struct requeued {
    message_number number;
    wall_time due = unset;
    bool retrying = false;
    core::counters counters;
    task_error error; // empty: as before
    // What the history says of the run that ended, if it failed or was lost.
    bool failed = false;
    bool crash = false;
    std::string_view worker = {};
    wall_time began = unset;
    wall_time ended = unset;
};

// It waits for another time now, or no more.
struct rescheduled {
    message_number number;
    wall_time due = unset;
};

struct edited {
    message_number number;
    message_edit change;
};

// It waits in another queue now.
struct moved {
    message_number number;
    std::string_view queue;
};

// A dead letter is ready again.
struct redriven {
    message_number number;
    std::string_view queue;
    bool reset_counters = false;
    wall_time at = unset; // what had passed by then, its `expires` too, does not hold any more
    bool keyless = false; // another message has its unique key by now
};

// What a running task said of itself.
struct reported {
    message_number number;
    std::optional<core::progress> progress = {};
    std::optional<std::string_view> checkpoint = {};
    std::string_view log = {};
};

// Written for messages with track_started, and when a delivery is acknowledged early.
struct started {
    message_number number;
    wall_time at;              // unset: its client does not ask, or it was told before
    bool acknowledged = false; // it is not delivered again if this lease is lost
};

// Final, and its outcome is kept until `until`. Stands alone: the message's earlier records are
// not needed any more, unless `state` is dead (the content is still theirs).
struct finished {
    retained* owner = nullptr;
    message_number number;
    message_id id;
    std::string_view queue;
    std::string_view task;
    core::outcome outcome;
    core::counters counters;
    wall_time published = unset;
    wall_time until = never;
    core::traces traces = {}; // without a checkpoint; dead: empty, earlier records tell of them
    // Dead: the run that ended it belongs to the history too.
    bool failed = false;
    bool crash = false;
    wall_time began = unset;
    message_id root = {};
    message_id parent = {};
    std::span<std::string_view const> tags = {};
    wall_time expires = unset;
    std::uint8_t priority = 0;
};

// Final, and nothing is kept.
struct forgotten {
    message_number number;
};

// A queue that stays, also empty.
struct queue_created {
    retained* owner = nullptr;
    std::string_view name;
};
struct queue_deleted {
    std::string_view name;
};

struct policy_set {
    retained* owner = nullptr;
    std::string_view pattern;
    std::int32_t priority = 0;
    queue_settings settings = {};
};
struct policy_removed {
    std::string_view pattern;
};

struct hold_set {
    retained* owner = nullptr;
    hold_scope scope = hold_scope::queue;
    std::string_view name;
    wall_time until = never;
    std::string_view reason = {};
    bool rate_limit = false;
};
struct hold_released {
    hold_scope scope = hold_scope::queue;
    std::string_view name;
};

// Replaces what was set for these patterns. With burst 0: nothing is set for them any more.
struct limit_set {
    retained* owner = nullptr;
    limit_names names;
    limit_settings settings = {};
};
// What one limiter has let pass keeps it busy until then. Written behind the record of its limit
// (of a configured one: of the epoch), and where a delivery is of a message older than that:
// `leased` alone may mean nothing any more when it is replayed.
struct limit_spent {
    limit_names names; // of the limiter
    std::int64_t until_ns = 0; // Unix time
    session_id worker = {}; // of a limit per worker
};
// Weight 1 is none any more.
struct share_set {
    retained* owner = nullptr;
    std::string_view key;
    std::uint32_t weight = 1;
};

// A unique key is taken until a time, whatever becomes of its message; `message` empty: it is free
// again. (Keys that end with their message, or with its start, need no record of their own.)
struct unique_taken {
    retained* owner = nullptr;
    std::string_view key;
    message_id message;
    wall_time until = never;
};

// The whole of a schedule as it stands now.
struct schedule_set {
    retained* owner = nullptr;
    schedule_spec spec;
    wall_time since = unset;     // slots before are none of its
    wall_time last_slot = unset; // fired or left out
    message_id last_message = {};
    std::uint64_t fired = 0;
    std::uint64_t skipped = 0;
};
struct schedule_removed {
    std::string_view name;
};
// Slots up to this one are used up without a message.
struct slots_skipped {
    std::string_view name;
    wall_time last_slot;
    std::uint64_t count = 1;
};

// Written again with each slice that changed something, and by relocation.
struct sweep_began {
    retained* owner = nullptr;
    sweep_id id;
    message_number below; // messages from this one on are none of its
    sweep_spec spec;
    std::uint64_t changed = 0; // by it so far
};
struct sweep_ended {
    sweep_id id;
};

} // namespace record

using any_record = std::variant<record::epoch_started,
                                record::stopped_cleanly,
                                record::session_opened,
                                record::session_ended,
                                record::published,
                                record::message_kept,
                                record::leased,
                                record::requeued,
                                record::rescheduled,
                                record::edited,
                                record::moved,
                                record::redriven,
                                record::reported,
                                record::started,
                                record::finished,
                                record::forgotten,
                                record::queue_created,
                                record::queue_deleted,
                                record::policy_set,
                                record::policy_removed,
                                record::hold_set,
                                record::hold_released,
                                record::limit_set,
                                record::limit_spent,
                                record::share_set,
                                record::unique_taken,
                                record::schedule_set,
                                record::schedule_removed,
                                record::slots_skipped,
                                record::sweep_began,
                                record::sweep_ended>;

} // namespace peyk::core
