#pragma once
// How an attempt ended: the verdict a worker gives when it settles a delivery.

#include <peyk/error.hpp>
#include <peyk/hold.hpp>
#include <peyk/message.hpp>

#include <string>
#include <variant>

namespace peyk {

namespace verdict {

struct success {
    std::string result = {};       // encoded in content_type
    std::string content_type = {}; // empty: "application/json"
};
// Failed. Retried by the message's policy while not permanent and retries are left.
struct failure {
    error_report error = {};
    bool permanent = false;
};
// Failed, and the task says when to try again. Costs an attempt.
struct retry {
    time_point at;
    error_report error = {};
};
// Not now. Costs no attempt.
struct snooze {
    time_point at;
};
// Handed back unstarted or interrupted; ready at once. Costs no attempt.
struct release {};
// Done; no result is stored.
struct drop {};
// To the dead letters.
struct dead {
    error_report error = {};
};

// What it works on wants no more for now: nothing of the scope is delivered until then. Costs no
// attempt.
struct rate_limited {
    time_point until;
    hold_scope scope = hold_scope::task; // the message's task or queue; nothing else
};

// It took down the process that ran it, though not the worker: counts as a crash of the message,
// which is delivered again until its crash limit makes it a dead letter.
struct crashed {
    std::string text = {}; // what became of the process: of the dead letter it may be
};

} // namespace verdict

using outcome = std::variant<verdict::success,
                             verdict::failure,
                             verdict::retry,
                             verdict::snooze,
                             verdict::release,
                             verdict::drop,
                             verdict::dead,
                             verdict::rate_limited,
                             verdict::crashed>;

} // namespace peyk
