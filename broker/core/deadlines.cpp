// What time alone brings about.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

void broker_state::members::advance() {
    if (holding && now.steady >= settling_end) {
        release_dispatch();
    }
    while (session* const of = steady.take_due(now.steady)) {
        session_due(*of);
    }
    // The rest is still due: next_deadline() says so, and the caller comes again.
    for (std::size_t fired = 0; fired < bounds.advance_max; ++fired) {
        message_entry* const e = wall.take_due(now.wall);
        if (e == nullptr) {
            break;
        }
        message_due(*e);
    }
}

void broker_state::members::message_due(message_entry& e) {
    if (e.final()) {
        --counted.results;
        forget(e);
    } else if (e.expires != unset && e.expires <= now.wall) {
        expire(e);
    } else if (e.state == message_state::scheduled && e.due <= now.wall) {
        make_ready(e);
    } else {
        set_deadline(e);
    }
}

deadline broker_state::members::next_deadline() const {
    deadline next;
    next.wall = wall.next(next.wall);
    next.steady = steady.next(next.steady);
    if (holding) {
        next.steady = std::min(next.steady, settling_end);
    }
    return next;
}

} // namespace peyk::core
