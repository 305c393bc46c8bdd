// Where a message goes when it leaves its place: back to its queue, to its results, to the dead
// letters, or away.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace peyk::core {

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
        message_entry* const e = messages.find(command.ids[i]);
        errc const why = e == nullptr ? errc::unknown_message
                                      : cancel_one(*e, command.reason, command.terminate);
        if (why != errc::ok) {
            answer.refused.push_back({static_cast<std::uint32_t>(i), why});
        }
    }
    out->effects.emplace_back(std::move(answer));
}

errc broker_state::members::cancel_one(message_entry& e, std::string_view reason, bool terminate) {
    if (e.final()) {
        return errc::already_final;
    }
    if (e.lease != nullptr) {
        out->effects.emplace_back(effect::recalled{
            e.lease->holder->id, {e.lease->token}, std::string{reason}, terminate});
        take_back(*e.lease);
        if (!e.keeps_result) { // What is forgotten next was not settled by its holder.
            e.due = unset;
            record_requeued(e);
        }
    }
    withdraw(e);
    ending end;
    end.state = message_state::revoked;
    end.error = {"revoked", reason, {}};
    finish(e, end);
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
        unready(e);
    }
    wall.remove(e);
}

// Ends the lease and frees the credit. The message must be put somewhere next.
message_entry& broker_state::members::take_back(lease& l) {
    message_entry& e = *l.message;
    leave_limiters(e); // First: whoever waited for it has its turn before its reader's queues.
    if (l.reader != nullptr) {
        consumer& reader = *l.reader;
        bool const full = !reader.hungry;
        --reader.unsettled;
        reader.update_hunger();
        if (full) {
            touch(reader);
        }
    }
    remember_lease(l);
    leaves(l);
    l.holder->leases.erase(l.holder->leases.iterator_to(l));
    e.lease = nullptr;
    deliveries.end(l);
    return e;
}

// Held longer than the policy of its queue allows: its worker counts as lost.
void broker_state::members::lease_due(message_entry& e) {
    lease& l = *e.lease;
    out->effects.emplace_back(effect::recalled{
        l.holder->id, {l.token}, "held longer than the lease of its queue", false});
    end_lost_lease(l, "it was held longer than the lease of its queue");
}

// Back to its place in its queue, or there when it is due.
void broker_state::members::put_back(message_entry& e, wall_time due, ended_run const* run) {
    if (e.expires != unset && e.expires <= now.wall) {
        set_state(e, message_state::scheduled);
        expire(e);
        return;
    }
    e.due = due > now.wall ? due : unset;
    record_requeued(e, run);
    count_put_back(e, run);
    if (e.due == unset) {
        make_ready(e);
    } else {
        set_state(e, message_state::scheduled);
        set_deadline(e);
    }
    notify(e);
}

// Back because its holder is gone. Forgotten next or not, it was not settled: the journal says so.
void broker_state::members::give_back(message_entry& e, ended_run const* run) {
    if (e.expires != unset && e.expires <= now.wall && !e.keeps_result) {
        e.due = unset;
        record_requeued(e, run);
    }
    put_back(e, unset, run);
}

void broker_state::members::record_requeued(message_entry& e, ended_run const* run) {
    record::requeued fact{e.number, e.due, e.retrying, e.counters, {}};
    if (run != nullptr) {
        fact.failed = true;
        fact.crash = run->crash;
        fact.worker = run->worker;
        fact.began = run->began;
        fact.ended = now.wall;
        if (!run->crash) {
            fact.error = e.detail->error.view();
        }
    }
    out->records.emplace_back(fact);
}

void broker_state::members::die(message_entry& e, ending const& how) {
    core::queue& from = e.lane->home();
    std::string_view wanted;
    if (from.settings().dead_letter) {
        wanted = *from.settings().dead_letter;
    }
    ending end = how;
    if (wanted == "-") {
        end.state = message_state::failed;
        end.death = death::none;
        bool const lost = how.crash && how.settled_by.epoch.value == 0;
        if (lost && !e.keeps_result) { // What is forgotten next was not settled.
            e.due = unset;
            record_requeued(e);
        }
        finish(e, end);
        return;
    }
    end.state = message_state::dead;
    if (!wanted.empty() && wanted != from.name()) {
        errc why = errc::ok;
        if (interned_name* const keeper = queue_named(wanted, why)) {
            end.origin = from.name();
            rehome(e, *keeper->as_queue);
        } // Else it stays where it died.
    }
    core::queue& keeper = e.lane->home();
    finish(e, end);
    limit_dead(keeper);
}

// The oldest dead letters go when there are too many. One that is about to leave them is none.
void broker_state::members::limit_dead(core::queue& of) {
    bool const spares =
        spared != nullptr && spared->state == message_state::dead && &spared->lane->home() == &of;
    std::uint64_t const kept_max =
        of.settings().dead_max.value_or(bounds.dead_max) + (spares ? 1 : 0);
    for (std::size_t i = 0;
         i < bounds.dead_forgotten_max && of.count(message_state::dead) > kept_max;
         ++i) {
        auto const& letters = of.dead_letters();
        auto const oldest = letters.begin();
        forget_one(const_cast<message_entry&>(&*oldest == spared ? *std::next(oldest) : *oldest));
    }
}

// The message is withdrawn. Records how it ended, if anybody may ask, and tells who watches.
void broker_state::members::finish(message_entry& e, ending const& how) {
    count_end(e, how);
    bool const dead = how.state == message_state::dead;
    bool const kept = dead || e.keeps_result;
    if (!kept && !e.watched()) {
        --counted.messages;
        forget(e);
        return;
    }
    duration const asked = std::chrono::seconds{e.result_ttl_s};
    duration const ttl =
        dead ? dead_ttl(e.lane->home()) : (asked == duration{0} ? bounds.result_ttl : asked);
    keep_ending(e, how, now.wall, now.wall + ttl);
    if (!kept) {
        notify(e);
        --counted.results;
        forget(e);
        return;
    }
    record_finished(e, dead ? nullptr : &e, &how);
    key_final(e);
    if (dead) {
        if (e.at() <= durable) {
            evict(e); // Seldom looked at.
        }
    } else {
        let_go(e);
        order.append(e);
    }
    set_deadline(e);
    notify(e);
}

// Nothing of it is kept. It has no place any more.
void broker_state::members::forget(message_entry& e) {
    out->records.emplace_back(record::forgotten{e.number});
    key_final(e);
    drop(e);
    ended_messages.push_back(&e);
}

// Out of everything that knows it.
void broker_state::members::drop(message_entry& e) {
    if (e.detail && e.detail->counted) {
        detail_bytes -= memory_cost(*e.detail);
    }
    if (e.options) {
        detail_bytes -= memory_cost(*e.options);
    }
    release_body(e);
    wall.remove(e);
    order.remove(e);
    messages.erase(e);
    touch_turn(e);
    core::queue& from = e.lane->home();
    count_out(e);
    from.leave(e);
}

void broker_state::members::set_state(message_entry& e, message_state state) {
    count_out(e);
    e.state = state;
    count_in(e);
}

void broker_state::members::set_error(message_entry& e, task_error const& error) {
    edit(e, [&](entry_detail& d) { d.error = cut(error, bounds.error_bytes_max); });
}

void broker_state::members::release_body(message_entry& e) {
    if (e.body) {
        counted.content_bytes -= e.body->bytes().size();
        if (e.at() == nowhere) { // The record of this very call borrows it.
            ended_bodies.push_back(std::move(e.body));
        }
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
    case message_state::blocked:
        at = expires;
        break;
    case message_state::leased:
        at = e.lease->until; // Expiring ends waiting, not running.
        break;
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
