#pragma once
// Facts to remember: one struct per fact, one variant of all. Replaying the facts in order rebuilds
// the state; replay decides nothing and needs no clock. Text and bytes are borrowed: valid until
// the next call of the core (when written) or of the visitor (when replayed).

#include "broker/core/content.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
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
    delivery_token lease; // leased: by this token
    session_id holder;
    bool started = false;
    position content_at = nowhere;
    std::uint32_t content_bytes = 0;
};

struct leased {
    message_number number;
    delivery_token token;
    session_id session;
};

// The lease ended without a verdict, or with one that says "again": ready or, if `due` is later
// than unset, scheduled. The counters are the new ones.
struct requeued {
    message_number number;
    wall_time due = unset;
    bool retrying = false;
    core::counters counters;
    task_error error; // empty: as before
};

// Written for messages with track_started only.
struct started {
    message_number number;
    wall_time at;
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
};

// Final, and nothing is kept.
struct forgotten {
    message_number number;
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
                                record::started,
                                record::finished,
                                record::forgotten>;

} // namespace peyk::core
