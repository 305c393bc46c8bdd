// Where a message goes when it leaves its place: back to its queue, to its results, to the dead
// letters, or away.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

std::uint64_t detail_cost(entry_detail const& d) {
    return sizeof(entry_detail) + d.error.type.size() + d.error.text.size() + d.error.trace.size() +
           d.content_type.size() + d.worker.size() + (d.result ? d.result->bytes().size() : 0);
}

} // namespace

void broker_state::members::apply(cancel const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    if (command.ids.size() > bounds.batch_max) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::batch_too_large});
        return;
    }
    effect::cancelled answer{command.session, command.request, {}};
    for (std::size_t i = 0; i < command.ids.size(); ++i) {
        if (errc const why = cancel_one(command.ids[i], command.reason); why != errc::ok) {
            answer.refused.push_back({static_cast<std::uint32_t>(i), why});
        }
    }
    out->effects.emplace_back(std::move(answer));
}

errc broker_state::members::cancel_one(message_id id, std::string_view reason) {
    message_entry* const e = messages.find(id);
    if (e == nullptr) {
        return errc::unknown_message;
    }
    if (e->final()) {
        return errc::already_final;
    }
    if (e->lease != nullptr) {
        out->effects.emplace_back(
            effect::recalled{e->lease->holder->id, {e->lease->token}, std::string{reason}});
        take_back(*e->lease);
        if (!e->keeps_result) { // What is forgotten next was not settled by its holder.
            e->due = unset;
            record_requeued(*e);
        }
    }
    withdraw(*e);
    ending end;
    end.state = message_state::revoked;
    end.error = {"revoked", reason, {}};
    finish(*e, end);
    return errc::ok;
}

void broker_state::members::expire(message_entry& e) {
    withdraw(e);
    ending end;
    end.state = message_state::revoked;
    end.expired = true;
    end.error = {"expired", {}, {}};
    finish(e, end);
}

// Out of whatever place it is in while it is not final.
void broker_state::members::withdraw(message_entry& e) {
    if (e.lease != nullptr) {
        take_back(*e.lease);
    } else if (e.state == message_state::ready) {
        e.lane->home().remove_ready(e);
    }
    wall.remove(e);
}

// Ends the lease and frees the credit. The message must be put somewhere next.
message_entry& broker_state::members::take_back(lease& l) {
    message_entry& e = *l.message;
    if (l.reader != nullptr) {
        consumer& reader = *l.reader;
        bool const full = !reader.hungry;
        --reader.unsettled;
        reader.update_hunger();
        if (full) {
            touch(reader);
        }
    }
    l.holder->leases.erase(l.holder->leases.iterator_to(l));
    e.lease = nullptr;
    deliveries.end(l);
    return e;
}

// Back to its place in its queue, or there when it is due.
void broker_state::members::put_back(message_entry& e, wall_time due, bool with_error) {
    if (e.expires != unset && e.expires <= now.wall) {
        set_state(e, message_state::scheduled);
        expire(e);
        return;
    }
    e.due = due > now.wall ? due : unset;
    record_requeued(e, with_error ? e.detail->error.view() : task_error{});
    if (e.due == unset) {
        make_ready(e);
    } else {
        set_state(e, message_state::scheduled);
        set_deadline(e);
    }
    notify(e);
}

// Back because its holder is gone. Forgotten next or not, it was not settled: the journal says so.
void broker_state::members::give_back(message_entry& e) {
    if (e.expires != unset && e.expires <= now.wall && !e.keeps_result) {
        e.due = unset;
        record_requeued(e);
    }
    put_back(e, unset);
}

void broker_state::members::record_requeued(message_entry& e, task_error const& error) {
    out->records.emplace_back(record::requeued{e.number, e.due, e.retrying, e.counters, error});
}

// The message is withdrawn. Records how it ended, if anybody may ask, and tells who watches.
void broker_state::members::finish(message_entry& e, ending const& how) {
    bool const dead = how.state == message_state::dead;
    bool const kept = dead || e.keeps_result;
    if (!kept && !e.watched()) {
        --counted.messages;
        forget(e);
        return;
    }
    duration const asked = std::chrono::seconds{e.result_ttl_s};
    duration const ttl =
        dead ? bounds.dead_ttl : (asked == duration{0} ? bounds.result_ttl : asked);
    keep_ending(e, how, now.wall + ttl);
    e.detail->finished = now.wall;
    if (!kept) {
        notify(e);
        --counted.results;
        forget(e);
        return;
    }
    record_finished(e, dead ? nullptr : &e);
    if (dead) {
        if (e.at() <= durable) {
            evict(e); // Seldom looked at.
        }
    } else {
        release_body(e);
        e.body_on_disk = false;
        order.append(e);
    }
    set_deadline(e);
    notify(e);
}

// The message is final from now on.
void broker_state::members::keep_ending(message_entry& e, ending const& how, wall_time until) {
    --counted.messages;
    ++counted.results;
    set_state(e, how.state);
    set_error(e, how.error);
    entry_detail& d = *e.detail;
    detail_bytes -= detail_cost(d);
    d.expired = how.expired;
    d.settled_by = how.settled_by;
    d.worker = how.worker;
    d.content_type = prefix(how.content_type, bounds.name_bytes_max);
    d.result = how.result.empty() ? nullptr : content::make(how.result);
    d.until = until;
    detail_bytes += detail_cost(d);
}

void broker_state::members::record_finished(message_entry& e, retained* owner) {
    entry_detail const& d = *e.detail;
    outcome how;
    how.state = e.state;
    how.expired = d.expired;
    how.result = d.result ? d.result->bytes() : std::string_view{};
    how.content_type = d.content_type;
    how.error = d.error.view();
    how.settled_by = d.settled_by;
    how.worker = d.worker;
    how.finished = d.finished;
    out->records.emplace_back(record::finished{owner,
                                               e.number,
                                               e.id,
                                               e.lane->home().name(),
                                               e.lane->task(),
                                               how,
                                               e.counters,
                                               e.published,
                                               d.until});
}

// Nothing of it is kept. It has no place any more.
void broker_state::members::forget(message_entry& e) {
    out->records.emplace_back(record::forgotten{e.number});
    drop(e);
    ended_messages.push_back(&e);
}

// Out of everything that knows it.
void broker_state::members::drop(message_entry& e) {
    if (e.detail && e.detail->counted) {
        detail_bytes -= detail_cost(*e.detail);
    }
    release_body(e);
    order.remove(e);
    messages.erase(e);
    core::queue& from = e.lane->home();
    --from.count(e.state);
    from.leave(e);
}

void broker_state::members::set_state(message_entry& e, message_state state) {
    core::queue& of = e.lane->home();
    --of.count(e.state);
    ++of.count(state);
    e.state = state;
}

void broker_state::members::set_error(message_entry& e, task_error const& error) {
    entry_detail& d = e.details();
    detail_bytes -= d.counted ? detail_cost(d) : 0;
    d.error = cut(error, bounds.error_bytes_max);
    d.counted = true;
    detail_bytes += detail_cost(d);
}

void broker_state::members::release_body(message_entry& e) {
    if (e.body) {
        counted.content_bytes -= e.body->bytes().size();
        e.body.reset();
    }
}

// When time alone will change the message next.
void broker_state::members::set_deadline(message_entry& e) {
    wall_time const expires = e.expires == unset ? never : e.expires;
    wall_time at = never;
    switch (e.state) {
    case message_state::scheduled:
        at = std::min(e.due, expires);
        break;
    case message_state::ready:
        at = expires;
        break;
    case message_state::leased:
        break; // Expiring ends waiting, not running.
    case message_state::succeeded:
    case message_state::failed:
    case message_state::revoked:
    case message_state::dead:
        at = e.detail->until;
        break;
    }
    if (at == never) {
        wall.remove(e);
    } else {
        wall.set(e, at);
    }
}

} // namespace peyk::core
