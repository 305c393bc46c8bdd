// Matching messages with consumers: the only place where a delivery begins.

#include "broker/core/gatekeeper.hpp"

namespace peyk::core {

void broker_state::members::touch(core::queue& q) {
    if (!q.touched) {
        q.touched = true;
        touched.push_back(&q);
    }
}

void broker_state::members::touch(consumer& c) {
    if (c.hungry) {
        for (auto const& source : c.sources) {
            touch(*source->source);
        }
    }
}

// After it no consumer with free credit could take a message. That is so before each command too,
// so only the touched queues need a look.
void broker_state::members::match() {
    if (holding) {
        return; // The touched queues stay so until dispatch is released.
    }
    for (std::size_t i = 0; i < touched.size(); ++i) { // Grows if something expires on the way.
        touched[i]->touched = false;
        feed(*touched[i]);
    }
    touched.clear();
}

// Serves the queue's hungry consumers in turn, each with the best it may read.
void broker_state::members::feed(core::queue& q) {
    std::size_t in_vain = 0;
    while (q.has_ready() && in_vain < q.hungry.size()) {
        subscription& turn = q.hungry.front();
        q.hungry.splice(q.hungry.end(), q.hungry, q.hungry.begin());
        message_entry* const best = turn.reader->best(*guard);
        if (best == nullptr) {
            ++in_vain;
            if (!q.has_ready()) { // What was left is parked now: whoever asked is still the next.
                q.hungry.splice(q.hungry.begin(), q.hungry, q.hungry.iterator_to(turn));
            }
            continue;
        }
        in_vain = 0;
        if (best->expires != unset && best->expires <= now.wall) {
            expire(*best);
        } else {
            deliver(*best, *turn.reader);
        }
    }
}

void broker_state::members::deliver(message_entry& e, consumer& to) {
    core::queue& from = e.lane->home();
    from.take_ready(e);
    to.served(from, e.cost());
    delivery_token const token{mark.epoch, ++last_delivery};
    lease& granted = grant(e, token, *to.owner);
    granted.reader = &to;
    granted.reader_id = to.id;
    granted.reader_known = true;
    if (from.policy != nullptr) {
        renew(granted);
    } else {
        wall.remove(e);
    }
    ++to.unsettled;
    to.update_hunger();
    ++from.delivered;
    ++counted.delivered;
    record_lease(e, token, *to.owner);
    granted.withheld = e.options && e.options->turn != nullptr;
    describe(out->deliveries.emplace_back(), granted);
    count_delivery(granted);
    count_delivered(e);
    if (e.options) {
        key_started(e); // Last: who waited for it may be ready now.
    }
}

void broker_state::members::describe(delivery& leaving, lease const& of) const {
    message_entry const& e = *of.message;
    leaving.session = of.holder->id;
    leaving.consumer = of.reader_id;
    leaving.token = of.token;
    fill(leaving.message, e);
    leaving.counters = e.counters;
    leaving.published = e.published;
    leaving.content_bytes = e.body_bytes;
    leaving.withheld = of.withheld;
    if (e.body_on_disk) {
        leaving.content_at = body_position(e, durable);
    }
    if (e.detail && e.detail->report && e.detail->report->checkpoint) {
        leaving.checkpoint = e.detail->report->checkpoint->bytes();
    }
}

std::optional<delivery> broker_state::members::hand_over(delivery_token token) {
    lease* const l = deliveries.find(token);
    if (l == nullptr || !l->withheld) {
        return std::nullopt; // Taken back, and perhaps given to somebody else.
    }
    leaves(*l);
    std::optional<delivery> leaving{std::in_place};
    describe(*leaving, *l);
    return leaving;
}

void broker_state::members::leaves(lease& l) {
    if (l.withheld) {
        l.withheld = false;
        l.holder->withheld_bytes -= l.message->body_bytes;
    }
}

// The session holds the message now. It is in no lane and has no deadline.
lease&
broker_state::members::grant(message_entry& e, delivery_token token, session& to, bool charged) {
    lease& granted = deliveries.add(token);
    granted.message = &e;
    granted.holder = &to;
    to.leases.push_back(granted);
    set_state(e, message_state::leased);
    e.lease = &granted;
    granted.granted = now.wall;
    ++e.counters.deliveries;
    e.lane->home().keep_turn(e);
    enter_limiters(e, to, charged);
    return granted;
}

void broker_state::members::make_ready(message_entry& e) {
    if (e.state != message_state::ready) {
        begin_waiting(e);
    }
    set_state(e, message_state::ready);
    core::queue& into = e.lane->home();
    into.push_ready(e);
    if (cheaper_than_asked(e)) {
        look_again(e);
    }
    if (e.expires != unset) {
        set_deadline(e);
    }
    touch(into);
}

void broker_state::members::unready(message_entry& e) {
    e.lane->home().remove_ready(e);
    touch_turn(e);
    if (e.cost() > 1) {
        look_again(e); // The next one may cost less.
    }
}

// A backlog and a large credit must not fill a connection in one go.
// Nor may those that are withheld, which leave together.
void broker_state::members::count_delivery(lease& l) {
    session& to = *l.holder;
    if (to.delivering != calls) {
        to.delivering = calls;
        to.delivering_bytes = 0;
    }
    (l.withheld ? to.withheld_bytes : to.delivering_bytes) += l.message->body_bytes;
    if (to.delivering_bytes + to.withheld_bytes >= bounds.delivery_bytes_max && !to.stalled) {
        set_stalled(to.id, true);
        out->held_back.push_back(to.id);
    }
}

void broker_state::members::set_stalled(session_id id, bool stalled) {
    session* const of = find_session(id);
    if (of == nullptr || of->stalled == stalled) {
        return;
    }
    of->stalled = stalled;
    for (auto const& each : of->consumers) {
        each->stalled = stalled;
        each->update_hunger();
        touch(*each);
    }
}

void broker_state::members::release_dispatch() {
    holding = false;
    for (auto const& q : queue_list) {
        touch(*q);
    }
}

} // namespace peyk::core
