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
    while (core::hold* const h = held_until.take_due(now.wall)) {
        end_hold(*h);
    }
    for (std::size_t passed = 0; passed < bounds.advance_max; ++passed) {
        limiter* const l = limiters_due.take_due(now.wall);
        if (l == nullptr) {
            break;
        }
        limiter_due(*l);
    }
    advance_schedules(); // A queue that has drained takes what is fired now.
    advance_sweeps(); // Before others: it changes details that their records borrow.
    // The rest is still due: next_deadline() says so, and the caller comes again.
    for (std::size_t fired = 0; fired < bounds.advance_max; ++fired) {
        message_entry* const e = wall.take_due(now.wall);
        if (e == nullptr) {
            break;
        }
        message_due(*e);
    }
    for (std::size_t freed = 0; freed < bounds.advance_max; ++freed) {
        unique_key* const key = keys_until.take_due(now.wall);
        if (key == nullptr) {
            break;
        }
        pass_key(*key);
    }
}

void broker_state::members::message_due(message_entry& e) {
    if (e.final()) {
        --counted.results;
        forget(e);
    } else if (e.lease != nullptr) {
        if (e.lease->until <= now.wall) {
            lease_due(e);
        } else {
            set_deadline(e);
        }
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
    next.wall = std::min({wall.next(never),
                          schedules_due.next(never),
                          held_until.next(never),
                          limiters_due.next(never),
                          keys_until.next(never)});
    next.steady = std::min(steady.next(next.steady), next_sweep());
    if (holding) {
        next.steady = std::min(next.steady, settling_end);
    }
    return next;
}

} // namespace peyk::core
