#pragma once
// What the broker owes the outside after a call. Two kinds, told apart by type:
//
//   delivery   leaves at once, before its message or lease is durable: only a confirm promises
//              durability. Borrowed; the engine encodes it before it calls the core again. One that
//              is `withheld` leaves like an effect: the engine asks for it again by its token
//              (broker_state::hand_over) once every record up to it is durable.
//   effect     leaves, in order, only after every record produced up to it is durable. Owns what
//              it carries, because it waits.
//
// Results and confirms are effects, so nobody ever sees a state that a crash could take back.

#include "broker/core/command.hpp"
#include "broker/core/content.hpp"
#include "broker/core/error.hpp"
#include "broker/core/event.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/record.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace peyk::core {

struct delivery {
    session_id session;
    consumer_id consumer;
    delivery_token token;
    core::message message;   // names live as long as the process; content until the next call
    core::counters counters; // deliveries counts this one
    wall_time published = unset;
    position content_at = nowhere; // set: the body is not in memory, read it here
    std::uint32_t content_bytes = 0;
    std::string_view checkpoint = {}; // of an earlier attempt; lives until the next call
    // It has an ordering key: what ended its predecessor must be durable before it leaves, else a
    // crash could bring that one back beside it.
    bool withheld = false;
};

// A refused item of a batch.
struct refusal {
    std::uint32_t index = 0;
    errc code = errc::ok;
    message_id existing = {}; // unique_conflict: who has the key
    std::string detail = {};  // which limit of which queue, if one was exceeded
};

// A published item whose unique key was taken, and that asked for the one which has it.
struct joined {
    std::uint32_t index = 0;
    message_id existing;
};

// The client-visible state of one message.
struct status {
    message_id id;
    visible_state state = visible_state::unknown;
    visible_detail detail = visible_detail::none;
    content_ptr result; // success
    std::string content_type;
    std::string error_type; // retry, failure, revoked
    std::string error_text;
    std::string error_trace;
    std::string_view queue; // names live as long as the process
    std::string_view task;
    std::string worker;
    std::uint8_t priority = 0;
    core::counters counters;
    wall_time published = unset;
    wall_time eta = unset; // of a scheduled one, when it is due now
    wall_time expires = unset;
    wall_time started = unset;
    wall_time finished = unset;
    core::death death = death::none;
    std::string_view origin; // the queue it died in, where another keeps its dead letters
    message_id root;
    message_id parent;
    std::string ordering_key;
    std::string fairness_key;
    std::string limit_key;
    std::vector<std::string> labels;
    std::vector<std::string> tags;
    std::uint64_t done = 0; // progress
    std::uint64_t total = 0;
    std::string progress_text;
    std::uint32_t checkpoint_bytes = 0;
    bool acknowledged = false; // by who runs it: it does not come again if that one is lost
    std::uint64_t log_end = 0; // bytes ever logged; `log` holds the last of them
    // Only in the answer to a whole get, and `log` in updates of a watch for reports.
    std::string log;
    std::vector<attempt> history; // oldest first
};

namespace effect {

struct welcome {
    session_id session;
    bool resumed = false;
    duration heartbeat{0};
    duration grace{0};
    std::vector<held_delivery> lost; // no longer this session's
};
struct published {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
    std::vector<core::joined> joined = {};
};
struct subscribed {
    session_id session;
    request_id request;
};
struct unsubscribed {
    session_id session;
    request_id request;
};
struct settled {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct acknowledged {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct extended {
    session_id session;
    request_id request;
    std::vector<delivery_token> lost;
};
struct cancelled {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct rescheduled {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct forgotten {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct redriven {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct edited {
    session_id session;
    request_id request;
    std::vector<refusal> refused;
};
struct reported {
    session_id session;
    request_id request;
};
// A request about queues, policies, holds or schedules has been done.
struct done {
    session_id session;
    request_id request;
    message_id message = {}; // trigger_schedule: what was published
};
struct swept {
    session_id session;
    request_id request;
    sweep_state sweep;
};
struct statuses {
    session_id session;
    request_id request;
    std::vector<core::status> list; // in the order asked
};
struct updated {
    session_id session;
    request_id watch;
    core::status status;
    bool last = false;
};
// These deliveries are no longer the session's.
struct recalled {
    session_id session;
    std::vector<delivery_token> tokens;
    std::string reason;
    bool terminate = false; // kill these attempts
};
// The whole request is refused.
struct refused {
    session_id session;
    request_id request;
    errc code = errc::ok;
    std::string detail = {};
};
// The shell must close the connection of this session.
struct closed {
    session_id session;
    errc why = errc::ok;
    std::string detail = {};
};

} // namespace effect

using any_effect = std::variant<effect::welcome,
                                effect::published,
                                effect::subscribed,
                                effect::unsubscribed,
                                effect::settled,
                                effect::acknowledged,
                                effect::extended,
                                effect::cancelled,
                                effect::rescheduled,
                                effect::forgotten,
                                effect::redriven,
                                effect::edited,
                                effect::reported,
                                effect::done,
                                effect::swept,
                                effect::statuses,
                                effect::updated,
                                effect::recalled,
                                effect::refused,
                                effect::closed>;

// Everything one call of the core produced, each list in order. The engine clears and reuses it.
struct output {
    std::vector<any_record> records;
    std::vector<delivery> deliveries;
    std::vector<any_effect> effects;
    std::vector<event> events; // while somebody listens
    // Got as much as limits::delivery_bytes_max: stalled until set_stalled() says otherwise.
    std::vector<session_id> held_back;

    void clear() {
        records.clear();
        deliveries.clear();
        effects.clear();
        events.clear();
        held_back.clear();
    }
    [[nodiscard]] bool empty() const {
        return records.empty() && deliveries.empty() && effects.empty();
    }
};

} // namespace peyk::core
