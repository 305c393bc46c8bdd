// What stands where in the journal, what is moved so that its oldest part can go, and which bodies
// leave memory.

#include "broker/core/broker_members.hpp"

namespace peyk::core {

namespace {

// What a record takes beside its texts and content, roughly: relocation is paced by it.
constexpr std::size_t record_bytes = 128;

} // namespace

void broker_state::members::placed(retained& what, position at, std::uint32_t bytes) {
    order.place(what, at, bytes);
    if (what.what() == retained::kind::message && what.is_linked() &&
        counted.content_bytes > bounds.content_memory_bytes) {
        auto const& e = static_cast<message_entry const&>(what);
        if (e.body) {
            fresh.push_back({e.id, at});
        }
    }
}

void broker_state::members::durable_up_to(position at) {
    durable = at;
    while (!fresh.empty() && fresh.front().at <= at) {
        message_entry* const e = messages.find(fresh.front().id);
        if (e != nullptr && e->at() == fresh.front().at &&
            counted.content_bytes > bounds.content_memory_bytes) {
            evict(*e);
        }
        fresh.pop_front();
    }
}

// The body leaves memory if nobody is about to use it. It is durable.
void broker_state::members::evict(message_entry& e) {
    bool const waits = e.state == message_state::ready || e.state == message_state::scheduled ||
                       e.state == message_state::blocked || e.state == message_state::dead;
    if (waits && e.body) {
        release_body(e);
        e.body_on_disk = true;
        if (e.detail) {
            e.detail->moved_from = nowhere;
        }
    }
}

bool broker_state::members::relocate(position before, std::size_t bytes_max) {
    std::size_t produced = 0;
    for (retained* oldest = order.oldest(); oldest != nullptr && oldest->at() < before;
         oldest = order.oldest()) {
        if (produced >= bytes_max) {
            return true;
        }
        produced += record_bytes + relocate(*oldest);
        order.append(*oldest);
    }
    return false;
}

// Writes it anew as it stands now. Returns how much its texts and content take.
std::size_t broker_state::members::relocate(retained& what) {
    switch (what.what()) {
    case retained::kind::epoch:
        out->records.emplace_back(record::epoch_started{mark.epoch, mark.since, &mark});
        return record_configured_debts();
    case retained::kind::session: {
        auto& of = static_cast<session&>(what);
        out->records.emplace_back(
            record::session_opened{&of, of.id, of.name, of.consumes, of.accepted.intervals()});
        return of.accepted.intervals().size_bytes();
    }
    case retained::kind::queue: {
        auto& q = static_cast<core::queue&>(what);
        out->records.emplace_back(record::queue_created{&q, q.name()});
        return q.name().size();
    }
    case retained::kind::policy:
        record_policy(static_cast<queue_policy&>(what));
        return static_cast<queue_policy&>(what).pattern.size();
    case retained::kind::hold:
        record_hold(static_cast<core::hold&>(what));
        return static_cast<core::hold&>(what).reason.size();
    case retained::kind::limit:
        return record_limit(static_cast<limit_rule&>(what));
    case retained::kind::share:
        record_share(static_cast<share&>(what));
        return static_cast<share&>(what).key.size();
    case retained::kind::unique_key: {
        auto& key = static_cast<unique_key&>(what);
        out->records.emplace_back(record::unique_taken{&key, key.key, key.holder, key.end});
        return key.key.size();
    }
    case retained::kind::sweep:
        record_sweep(static_cast<sweep&>(what));
        return 0;
    case retained::kind::schedule: {
        auto& s = static_cast<schedule_entry&>(what);
        out->records.emplace_back(s.as_record());
        return s.bytes();
    }
    case retained::kind::message:
        break;
    }
    return relocate(static_cast<message_entry&>(what));
}

std::size_t broker_state::members::relocate(message_entry& e) {
    if (e.final() && e.state != message_state::dead) {
        record_finished(e, &e);
        return e.detail->result ? e.detail->result->bytes().size() : 0;
    }
    record::message_kept kept;
    kept.owner = &e;
    kept.number = e.number;
    kept.message = message_of(e);
    kept.at = e.published;
    kept.state = e.state;
    kept.due = e.due;
    kept.retrying = e.retrying;
    kept.counters = e.counters;
    if (e.detail) {
        kept.last_error = e.detail->error.view();
    }
    kept.traces = traces_of(e);
    if (e.lease != nullptr) {
        kept.lease = e.lease->token;
        kept.holder = e.lease->holder->id;
        kept.started = e.lease->started;
        kept.acknowledged = e.lease->acknowledged;
    }
    kept.has_turn = e.lane->home().keeps_turn(e);
    kept.content_bytes = e.body_bytes;
    if (e.body_on_disk) {
        kept.content_at = body_position(e, durable);
        e.details().moved_from = kept.content_at;
    }
    out->records.emplace_back(kept);
    if (e.state == message_state::dead) {
        record_finished(e, nullptr);
    }
    return e.body_bytes;
}

} // namespace peyk::core
