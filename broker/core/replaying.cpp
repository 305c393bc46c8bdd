// The facts of an earlier life, one by one. Nothing is decided here: messages are put where the
// facts leave them, and take up their places in lanes and deadlines only in recovered().

#include "broker/core/assert.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <utility>

namespace peyk::core {

namespace {

bool has_text(task_error const& error) {
    return !error.type.empty() || !error.text.empty() || !error.trace.empty();
}

} // namespace

message_entry* broker_state::members::numbered(message_number number) {
    last_number = std::max(last_number, number);
    stopped_cleanly = false;
    auto const found = by_number.find(number.value);
    return found == by_number.end() ? nullptr : found->second;
}

// The session may be told of later: relocation can move it behind what it holds.
session& broker_state::members::replayed_session(session_id id) {
    auto& place = sessions[id];
    if (!place) {
        place = std::make_unique<session>(id);
    }
    return *place;
}

void broker_state::members::replay(record::epoch_started const& fact) {
    stopped_cleanly = false;
    if (fact.epoch >= mark.epoch) {
        mark.epoch = fact.epoch;
        mark.since = fact.at;
        replayed = &mark;
    }
}

void broker_state::members::replay(record::stopped_cleanly const&) {
    stopped_cleanly = true;
}

void broker_state::members::replay(record::session_opened const& fact) {
    stopped_cleanly = false;
    session& of = replayed_session(fact.session);
    of.recorded = true;
    of.name = fact.name;
    of.consumes = fact.consumes;
    of.accepted.assign(fact.accepted);
    replayed = &of;
}

void broker_state::members::replay(record::session_ended const& fact) {
    stopped_cleanly = false;
    auto const found = sessions.find(fact.session);
    if (found == sessions.end()) {
        return;
    }
    session& of = *found->second;
    order.remove(of);
    of.recorded = false; // Whatever it still holds is put back in recovered().
    of.consumes = false;
    if (of.leases.empty()) {
        sessions.erase(found);
    }
}

void broker_state::members::replay(record::published const& fact) {
    if (!fact.session.empty() && fact.sequence.value != 0) {
        replayed_session(fact.session).accepted.insert(fact.sequence);
    }
    if (!fact.schedule.empty()) {
        slot_fired(fact.schedule, fact.slot, fact.message.id);
    }
    if (message_entry* const e = replay_message(fact.message, fact.number, fact.at)) {
        keep_or_leave_body(*e, fact.message.content);
        if (fact.blocked) {
            set_state(*e, message_state::blocked);
        }
    }
}

void broker_state::members::replay(record::message_kept const& fact) {
    message_entry* const known = numbered(fact.number);
    if (known != nullptr) {
        end_replayed_lease(*known, false);
    }
    message_entry* const e = replay_message(fact.message, fact.number, fact.at);
    if (e == nullptr) {
        return;
    }
    e->lane->home().recount(*e,
                            fact.message.content.empty()
                                ? fact.content_bytes
                                : static_cast<std::uint32_t>(fact.message.content.size()));
    keep_or_leave_body(*e, fact.message.content);
    e->due = fact.due;
    e->retrying = fact.retrying;
    e->counters = fact.counters;
    take_traces(*e, fact.traces);
    if (e->detail || has_text(fact.last_error)) {
        set_error(*e, fact.last_error);
    }
    if (fact.has_turn) {
        e->lane->home().keep_turn(*e);
    }
    if (fact.lease.epoch.value != 0) {
        lease_replayed(*e, fact.lease, fact.holder);
        e->lease->started = fact.started;
        e->lease->acknowledged = fact.acknowledged;
        e->counters = fact.counters;
    } else {
        // A dead one is ready until `finished`, which follows, says the rest.
        set_state(*e,
                  fact.state == message_state::blocked
                      ? message_state::blocked
                      : (e->due == unset ? message_state::ready : message_state::scheduled));
    }
}

// A message as published, in the place it would have then. Null if the id is another message's.
message_entry*
broker_state::members::replay_message(message const& from, message_number number, wall_time at) {
    message_entry* e = numbered(number);
    if (e == nullptr) {
        if (messages.find(from.id) != nullptr) {
            return nullptr;
        }
        errc why = errc::ok;
        interned_name* const into = queue_named(from.queue, why);
        e = into == nullptr ? nullptr : make_entry(from, number, *into->as_queue);
        if (e == nullptr) {
            return nullptr;
        }
        by_number.emplace(number.value, e);
    } else if (e->final()) { // A dead letter that was moved; how it ended is said again.
        --counted.results;
        ++counted.messages;
    }
    errc why = errc::ok;
    interned_name* const home = queue_named(from.queue, why);
    if (home != nullptr && home->as_queue != &e->lane->home()) {
        rehome(*e, *home->as_queue);
    }
    e->published = at;
    set_state(*e, e->due == unset ? message_state::ready : message_state::scheduled);
    replayed = e;
    return e;
}

void broker_state::members::keep_or_leave_body(message_entry& e, std::string_view bytes) {
    release_body(e);
    e.body_on_disk = false;
    if (e.body_bytes == 0) {
        return;
    }
    if (bytes.empty() || counted.content_bytes + bytes.size() > bounds.content_memory_bytes) {
        e.body_on_disk = true;
        return;
    }
    e.body = content::make(bytes);
    counted.content_bytes += bytes.size();
}

void broker_state::members::lease_replayed(message_entry& e, delivery_token token, session_id to) {
    end_replayed_lease(e, false);
    if (deliveries.find(token) != nullptr) {
        return;
    }
    grant(e, token, replayed_session(to));
}

// `settled`: by its holder, who may not know and say so again.
void broker_state::members::end_replayed_lease(message_entry& e, bool settled) {
    if (e.lease == nullptr) {
        return;
    }
    if (settled) {
        e.lease->holder->settled.add(e.lease->token);
    }
    take_back(*e.lease);
    set_state(e, message_state::ready);
}

void broker_state::members::replay(record::leased const& fact) {
    if (message_entry* const e = numbered(fact.number); e != nullptr && !e->final()) {
        lease_replayed(*e, fact.token, fact.session);
        if (fact.at != unset) {
            charge_replayed(*e, fact.session, fact.at);
        }
    }
}

void broker_state::members::replay(record::requeued const& fact) {
    message_entry* const e = numbered(fact.number);
    if (e == nullptr || e->final()) {
        return;
    }
    // A verdict shows in a count or a time; a release looks like a lost lease, and may be refused
    // when it is sent again: it changed nothing.
    end_replayed_lease(*e, fact.counters.attempts > e->counters.attempts || fact.due != unset);
    e->due = fact.due;
    e->retrying = fact.retrying;
    e->counters = fact.counters;
    if (!fact.crash && (fact.failed || has_text(fact.error))) {
        set_error(*e, fact.error);
    }
    if (fact.failed) {
        error_texts error;
        if (!fact.crash) {
            error = e->detail->error;
        }
        remember_attempt(
            *e, {std::string{fact.worker}, fact.began, fact.ended, fact.crash, std::move(error)});
    }
    set_state(*e, e->due == unset ? message_state::ready : message_state::scheduled);
}

void broker_state::members::replay(record::started const& fact) {
    if (message_entry* const e = numbered(fact.number); e != nullptr && e->lease != nullptr) {
        e->lease->started = true;
        e->lease->acknowledged = e->lease->acknowledged || fact.acknowledged;
        if (fact.at != unset) {
            e->details().started = fact.at;
        }
    }
}

void broker_state::members::replay(record::finished const& fact) {
    message_entry* e = numbered(fact.number);
    bool const dead = fact.outcome.state == message_state::dead;
    if (e == nullptr && !dead) {
        message what;
        what.id = fact.id;
        what.queue = fact.queue;
        what.task = fact.task;
        what.root = fact.root;
        what.parent = fact.parent;
        what.tags = fact.tags;
        what.expires = fact.expires;
        what.priority = fact.priority;
        e = replay_message(what, fact.number, fact.published);
    }
    if (e == nullptr) {
        return;
    }
    if (e->final()) { // It was moved.
        replayed = dead ? nullptr : e;
        return;
    }
    end_replayed_lease(*e, fact.outcome.settled_by.epoch.value != 0);
    errc why = errc::ok;
    interned_name* const home = queue_named(fact.queue, why);
    if (home != nullptr && home->as_queue != &e->lane->home()) {
        rehome(*e, *home->as_queue); // Another queue keeps its dead letters.
    }
    if (!dead) {
        take_traces(*e, fact.traces);
    }
    e->counters = fact.counters;
    keep_ending(*e, replayed_ending(fact), fact.outcome.finished, fact.until);
    if (!dead) {
        let_go(*e);
        replayed = e;
    }
}

ending broker_state::members::replayed_ending(record::finished const& fact) {
    ending how;
    how.state = fact.outcome.state;
    how.expired = fact.outcome.expired;
    how.result = fact.outcome.result;
    how.content_type = fact.outcome.content_type;
    how.error = fact.outcome.error;
    how.settled_by = fact.outcome.settled_by;
    how.worker = fact.outcome.worker;
    how.death = fact.outcome.death;
    how.failed = fact.failed;
    how.crash = fact.crash;
    how.began = fact.began;
    if (interned_name const* const origin = names.intern(fact.outcome.origin);
        origin != nullptr && !fact.outcome.origin.empty()) {
        how.origin = origin->text;
    }
    return how;
}

void broker_state::members::replay(record::forgotten const& fact) {
    message_entry* const e = numbered(fact.number);
    if (e == nullptr) {
        return;
    }
    end_replayed_lease(*e, true);
    --(e->final() ? counted.results : counted.messages);
    by_number.erase(fact.number.value);
    drop(*e);
    entry_memory.end(e);
}

} // namespace peyk::core
