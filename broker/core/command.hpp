#pragma once
// What may be asked of the broker: one struct per command, one variant of all. Text, bytes and
// spans are borrowed and valid until apply() returns.

#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace peyk::core {

// A delivery a resuming client says it still holds.
struct held_delivery {
    delivery_token token;
    message_id message;
    bool started = false;
};

// A client said Hello. Opens the session, or resumes it and adopts what it still holds.
struct connect {
    session_id session;
    bool resume = false;
    std::string_view name = {}; // of the program, for people
    duration heartbeat{0};      // wished; 0: limits::heartbeat
    std::span<held_delivery const> held = {};
};

// The connection is gone. `goodbye`: for good, what the session holds goes back at once;
// otherwise its grace period begins.
struct disconnect {
    session_id session;
    bool goodbye = false;
};

// Messages numbered first, first + 1, ... within the session. Sequences accepted before are
// confirmed again without being published again. `first` 0: not numbered, every id is new.
struct publish {
    session_id session;
    request_id request;
    publish_sequence first;
    publish_sequence answered_below; // the client has every answer below this one
    std::span<message const> messages;
};

struct subscribe {
    session_id session;
    request_id request;
    consumer_id consumer;
    std::uint32_t credit = 0;
    std::span<std::string_view const> queues;
    std::span<std::string_view const> tasks = {}; // empty: everything
};

struct unsubscribe {
    session_id session;
    request_id request;
    consumer_id consumer;
};

struct set_credit {
    session_id session;
    request_id request;
    consumer_id consumer;
    std::uint32_t credit = 0;
};

struct start {
    session_id session;
    std::span<delivery_token const> tokens;
};

namespace verdict {
struct success {
    std::string_view result;
    std::string_view content_type;
};
struct failure {
    task_error error;
    bool permanent = false; // not retried even if retries are left
};
struct retry {
    wall_time at;
    task_error error;
};
struct snooze {
    wall_time at;
};
struct release {};
struct drop {};
struct dead {
    task_error error;
};
} // namespace verdict

using any_verdict = std::variant<verdict::success,
                                 verdict::failure,
                                 verdict::retry,
                                 verdict::snooze,
                                 verdict::release,
                                 verdict::drop,
                                 verdict::dead>;

struct settlement {
    delivery_token token;
    any_verdict verdict;
};

struct settle {
    session_id session;
    request_id request;
    std::span<settlement const> settlements;
};

struct extend {
    session_id session;
    request_id request;
    std::span<delivery_token const> tokens;
};

struct cancel {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    std::string_view reason;
};

struct get {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
};

// Updates carry this request number. The state now comes first.
struct watch {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    bool until_final = false;
};

struct unwatch {
    session_id session;
    request_id watch;
};

using any_command = std::variant<connect,
                                 disconnect,
                                 publish,
                                 subscribe,
                                 unsubscribe,
                                 set_credit,
                                 start,
                                 settle,
                                 extend,
                                 cancel,
                                 get,
                                 watch,
                                 unwatch>;

} // namespace peyk::core
