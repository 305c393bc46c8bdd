#pragma once
// What may be asked of the broker: one struct per command, one variant of all. Text, bytes and
// spans are borrowed and valid until apply() returns.

#include "broker/core/hold.hpp"
#include "broker/core/ids.hpp"
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

// A delivery a resuming client says it still holds.
struct held_delivery {
    delivery_token token;
    message_id message;
    bool started = false;
};

struct fact {
    std::string_view name;
    std::string_view value;
};

// A client said Hello. Opens the session, or resumes it and adopts what it still holds.
struct connect {
    session_id session;
    bool resume = false;
    std::string_view name = {}; // of the program, for people
    duration heartbeat{0};      // wished; 0: limits::heartbeat
    std::span<held_delivery const> held = {};
    // What it is, for people and for `requires`. Not remembered: said anew after each connect.
    std::span<fact const> facts = {};              // "host", "pid", "pool", ...
    std::span<std::string_view const> labels = {}; // "gpu=a100", "region=eu"
    std::string_view metrics = {};                 // as it encodes them; empty: none
    std::uint64_t connection = 0;                  // counts those of the session; 0: not counted
};

// A program says anew what it is and does: replaces its facts. No answer, no record.
struct introduce {
    session_id session;
    std::span<fact const> facts;
    std::string_view metrics = {}; // what it did, as it encodes them; replaced, too
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

// How a consumer chooses between its queues.
enum class queue_choice : std::uint8_t {
    message,  // the best message of all: by priority, then age
    listed,   // the first queue, in the order given, that has one
    weighted, // in turn, each as often as its weight says
};

struct subscribe {
    session_id session;
    request_id request;
    consumer_id consumer;
    std::uint32_t credit = 0;
    std::span<std::string_view const> queues;
    std::span<std::string_view const> tasks = {}; // empty: everything
    queue_choice choice = queue_choice::message;
    std::span<std::uint32_t const> weights = {}; // one per queue, 1 to limits::weight_max
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

// The work of these deliveries begins. With `acknowledge` they are done as far as redelivery is
// concerned: whatever becomes of their worker, they do not come again by themselves. Only that is
// answered.
struct start {
    session_id session;
    std::span<delivery_token const> tokens;
    request_id request = {};
    bool acknowledge = false;
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
// Whatever it works on wants no more for now: the scope is held until then. Costs no attempt.
struct rate_limited {
    wall_time until;
    hold_scope scope = hold_scope::task; // its task, its queue or its limit key
};
struct release {};
struct drop {};
struct dead {
    task_error error;
};
// It took down what ran it, though not the session: counts as a crash of the message.
struct crashed {
    std::string_view text; // what became of it: of the dead letter it may be
};
} // namespace verdict

using any_verdict = std::variant<verdict::success,
                                 verdict::failure,
                                 verdict::retry,
                                 verdict::snooze,
                                 verdict::rate_limited,
                                 verdict::release,
                                 verdict::drop,
                                 verdict::dead,
                                 verdict::crashed>;

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
    bool terminate = false; // the worker is asked to kill exactly this attempt
};

// Those that wait become due then; `due` unset: at once.
struct reschedule {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    wall_time due = unset;
};

// Final messages, dead letters too, are forgotten.
struct forget {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
};

// Dead letters become ready again.
struct redrive {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    std::string_view to = {}; // queue; empty: its own
    bool reset_counters = false;
};

// What a running task says of itself; each part only if given. Answered when on disk.
struct report {
    session_id session;
    request_id request;
    delivery_token token;
    std::optional<core::progress> progress = {};
    std::optional<std::string_view> checkpoint = {}; // replaces the one before
    std::string_view log = {};                       // whole lines, appended
};

struct get {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    bool whole = false; // with history and log
};

// Updates carry this request number. The state now comes first.
struct watch {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    bool until_final = false;
    bool reports = false; // progress and log too
};

struct unwatch {
    session_id session;
    request_id watch;
};

// A queue comes into being and stays, also empty. Naming a queue in publish or subscribe makes one
// for the time being.
struct create_queue {
    session_id session;
    request_id request;
    std::string_view name;
};
// Only when nothing is in it, also no dead letter, and nobody reads it.
struct delete_queue {
    session_id session;
    request_id request;
    std::string_view name;
};

// Replaces the policy with this pattern.
struct set_policy {
    session_id session;
    request_id request;
    std::string_view pattern;
    std::int32_t priority = 0;
    queue_settings settings = {};
};
struct remove_policy {
    session_id session;
    request_id request;
    std::string_view pattern;
};

struct set_hold {
    session_id session;
    request_id request;
    hold_scope scope = hold_scope::queue;
    std::string_view name;
    wall_time until = never;
    std::string_view reason = {};
};
struct release_hold {
    session_id session;
    request_id request;
    hold_scope scope = hold_scope::queue;
    std::string_view name;
};

// Replaces the schedule of this name; what it fired is remembered.
struct set_schedule {
    session_id session;
    request_id request;
    schedule_spec spec;
};
struct remove_schedule {
    session_id session;
    request_id request;
    std::string_view name;
};
struct pause_schedule {
    session_id session;
    request_id request;
    std::string_view name;
    bool paused = true;
};
// Publishes its message now, beside its slots. The answer names the message.
struct trigger_schedule {
    session_id session;
    request_id request;
    std::string_view name;
};

// Changes the limit about these names, which comes into being by it; one that limits nothing any
// more goes.
struct set_limit {
    session_id session;
    request_id request;
    limit_names names; // patterns; one at least is given
    limit_change change;
};
struct remove_limit {
    session_id session;
    request_id request;
    limit_names names;
};

// What one fairness key gets beside others; weight 1 is what it gets anyway.
struct set_share {
    session_id session;
    request_id request;
    std::string_view key;
    std::uint32_t weight = 1;
};

// Messages that are not final are changed.
struct edit {
    session_id session;
    request_id request;
    std::span<message_id const> ids;
    message_edit change;
};

// `swept` effects carry this request number until the last one.
struct start_sweep {
    session_id session;
    request_id request;
    sweep_spec spec;
};
struct stop_sweep {
    session_id session;
    request_id request;
    sweep_id sweep;
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
                                 reschedule,
                                 forget,
                                 redrive,
                                 report,
                                 get,
                                 watch,
                                 unwatch,
                                 create_queue,
                                 delete_queue,
                                 set_policy,
                                 remove_policy,
                                 set_hold,
                                 release_hold,
                                 set_schedule,
                                 remove_schedule,
                                 pause_schedule,
                                 trigger_schedule,
                                 set_limit,
                                 remove_limit,
                                 set_share,
                                 introduce,
                                 edit,
                                 start_sweep,
                                 stop_sweep>;

} // namespace peyk::core
