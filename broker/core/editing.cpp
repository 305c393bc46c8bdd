// A message is changed from outside: it comes at another time, in another queue, once more, or is
// forgotten.

#include "broker/core/broker_members.hpp"

#include <utility>

namespace peyk::core {

namespace {

// Does `change` to each message named, and says which could not be changed.
template <class Answer, class Command, class Members, class Change>
void change_each(Members& of, Command const& command, Change change) {
    if (of.client(command.session, command.request) == nullptr) {
        return;
    }
    if (command.ids.size() > of.bounds.batch_max) {
        of.out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::batch_too_large});
        return;
    }
    Answer answer{command.session, command.request, {}};
    for (std::size_t i = 0; i < command.ids.size(); ++i) {
        message_entry* const e = of.messages.find(command.ids[i]);
        acceptance why = e == nullptr ? acceptance{errc::unknown_message} : change(*e);
        if (why.code != errc::ok) {
            answer.refused.push_back(
                {static_cast<std::uint32_t>(i), why.code, {}, std::move(why.detail)});
        }
    }
    of.out->effects.emplace_back(std::move(answer));
}

void take_edit(message_entry& e, message_edit const& change) {
    e.priority = change.priority.value_or(e.priority);
    e.expires = change.expires.value_or(e.expires);
    e.retry.max_retries = change.max_retries.value_or(e.retry.max_retries);
}

} // namespace

bool alters(message_edit const& change, message_entry const& e) {
    return (change.priority && *change.priority != e.priority) ||
           (change.expires && *change.expires != e.expires) ||
           (change.max_retries && *change.max_retries != e.retry.max_retries);
}

void broker_state::members::apply(reschedule const& command) {
    change_each<effect::rescheduled>(*this, command, [&](message_entry& e) {
        return acceptance{reschedule_one(e, command.due)};
    });
}

void broker_state::members::apply(core::forget const& command) {
    change_each<effect::forgotten>(
        *this, command, [&](message_entry& e) { return acceptance{forget_one(e)}; });
}

void broker_state::members::apply(redrive const& command) {
    change_each<effect::redriven>(*this, command, [&](message_entry& e) -> acceptance {
        core::queue* to = &e.lane->home();
        bool const elsewhere = e.state == message_state::dead && !e.detail->origin.empty();
        std::string_view const wanted =
            command.to.empty() && elsewhere ? e.detail->origin : command.to;
        if (!wanted.empty() && e.state == message_state::dead) {
            errc why = errc::ok;
            interned_name* const named = queue_named(wanted, why);
            if (named == nullptr) {
                return {why};
            }
            to = named->as_queue;
        }
        return redrive_one(e, *to, command.reset_counters);
    });
}

void broker_state::members::apply(core::edit const& command) {
    change_each<effect::edited>(*this, command, [&](message_entry& e) {
        errc const why = edit_one(e, command.change);
        bool const nothing = why == errc::invalid_argument;
        return acceptance{why, false, {}, nothing ? "change: something must be given" : ""};
    });
}

errc broker_state::members::reschedule_one(message_entry& e, wall_time due) {
    if (e.final()) {
        return errc::already_final;
    }
    if (e.state == message_state::leased || e.state == message_state::blocked) {
        return errc::message_leased; // Or the one it waits for is.
    }
    wall_time const wanted = due > now.wall ? due : unset;
    if (e.state == message_state::ready) {
        if (wanted == unset) {
            return errc::ok;
        }
        unready(e);
    }
    e.due = wanted;
    out->records.emplace_back(record::rescheduled{e.number, e.due});
    if (e.due == unset) {
        wall.remove(e);
        make_ready(e);
    } else {
        set_state(e, message_state::scheduled);
        set_deadline(e);
    }
    return errc::ok;
}

errc broker_state::members::forget_one(message_entry& e) {
    if (!e.final()) {
        return errc::not_final;
    }
    --counted.results;
    forget(e);
    return errc::ok;
}

errc broker_state::members::edit_one(message_entry& e, message_edit const& change) {
    if (change == message_edit{}) {
        return errc::invalid_argument;
    }
    if (e.final()) {
        return errc::already_final;
    }
    if (change.expires && *change.expires != unset && *change.expires <= now.wall) {
        return errc::expired;
    }
    if (!alters(change, e)) {
        return errc::ok;
    }
    bool const moves =
        e.state == message_state::ready && change.priority.value_or(e.priority) != e.priority;
    core::queue& home = e.lane->home();
    if (moves) {
        home.remove_ready(e);
    }
    take_edit(e, change);
    if (moves) {
        home.push_ready(e);
        look_again(e);
        touch(home);
    }
    if (change.expires) {
        set_deadline(e);
    }
    out->records.emplace_back(record::edited{e.number, change});
    return errc::ok;
}

acceptance broker_state::members::move_one(message_entry& e, core::queue& to) {
    if (e.final()) {
        return {errc::already_final};
    }
    if (e.state == message_state::leased) {
        return {errc::message_leased};
    }
    if (&e.lane->home() == &to) {
        return {};
    }
    if (acceptance room = admit(e, to); !room.published()) {
        return room;
    }
    if (e.lane == nullptr || e.final()) { // It waited for a key; making room freed it too late.
        return {errc::already_final};
    }
    bool const ready = e.state == message_state::ready;
    if (ready) {
        unready(e);
    }
    rehome(e, to);
    out->records.emplace_back(record::moved{e.number, to.name()});
    if (ready) {
        make_ready(e);
    }
    return {};
}

acceptance
broker_state::members::redrive_one(message_entry& e, core::queue& to, bool reset_counters) {
    if (e.state != message_state::dead) {
        return {errc::not_dead};
    }
    core::queue& home = e.lane->home();
    std::size_t const dead = home.count(message_state::dead);
    spared = &e;
    acceptance room = admit(e, to);
    spared = nullptr;
    if (!room.published()) {
        if (home.count(message_state::dead) > dead) {
            limit_dead(home); // It stays one of them.
        }
        return room;
    }
    wall.remove(e);
    record::redriven const fact{e.number, to.name(), reset_counters, now.wall, key_taken(e)};
    out->records.emplace_back(fact);
    revive(e, fact, to);
    tell(event_kind::task_redriven, e);
    begin_waiting(e);
    regain_key(e);
    make_ready(e);
    return {};
}

// Into another queue, in the state and with the number it has.
void broker_state::members::rehome(message_entry& e, core::queue& to) {
    core::queue& from = e.lane->home();
    place_key const place = e.lane->place();
    std::string_view const ordering_key =
        e.options && e.options->turn != nullptr ? e.options->turn->key : std::string_view{};
    touch_turn(e);
    count_out(e);
    from.leave(e);
    if (!ordering_key.empty()) {
        e.options->turn = &to.turn_of(ordering_key);
    }
    enter(e, to, place);
    count_in(e);
}

// From a dead letter to a message that waits, as if it had not died. What it left behind stays.
void broker_state::members::revive(message_entry& e, record::redriven const& how, core::queue& to) {
    set_state(e, message_state::ready);
    if (&e.lane->home() != &to) {
        rehome(e, to);
    }
    ++counted.messages;
    --counted.results;
    if (how.reset_counters) {
        e.counters.attempts = 0;
        e.counters.crashes = 0;
    }
    e.retrying = false;
    e.due = unset;
    if (e.expires <= how.at) {
        e.expires = unset;
    }
    detail_bytes -= e.detail->counted ? memory_cost(*e.detail) : 0;
    auto rest = std::make_unique<entry_detail>();
    rest->history = e.detail->history;
    rest->report = std::move(e.detail->report);
    rest->moved_from = e.detail->moved_from;
    rest->counted = true;
    std::swap(e.detail, rest);
    if (out != nullptr) { // How it died may have been recorded in this very call.
        ended_details.push_back(std::move(rest));
    }
    detail_bytes += memory_cost(*e.detail);
    if (how.keyless && e.options) {
        message others = message_of(e);
        others.unique = {};
        auto rest_of_them = options_of(others);
        if (rest_of_them) {
            rest_of_them->turn = e.options->turn;
        }
        replace_options(e, std::move(rest_of_them));
    }
}

void broker_state::members::replay(record::rescheduled const& fact) {
    message_entry* const e = numbered(fact.number);
    if (e == nullptr || e->final() || e->lease != nullptr) {
        return;
    }
    e->due = fact.due;
    set_state(*e, e->due == unset ? message_state::ready : message_state::scheduled);
}

void broker_state::members::replay(record::edited const& fact) {
    if (message_entry* const e = numbered(fact.number); e != nullptr && !e->final()) {
        take_edit(*e, fact.change);
    }
}

void broker_state::members::replay(record::moved const& fact) {
    message_entry* const e = numbered(fact.number);
    errc why = errc::ok;
    interned_name* const to = queue_named(fact.queue, why);
    if (e != nullptr && to != nullptr && to->as_queue != &e->lane->home()) {
        rehome(*e, *to->as_queue);
    }
}

void broker_state::members::replay(record::redriven const& fact) {
    message_entry* const e = numbered(fact.number);
    errc why = errc::ok;
    interned_name* const to = queue_named(fact.queue, why);
    if (e != nullptr && to != nullptr && e->state == message_state::dead) {
        revive(*e, fact, *to->as_queue);
    }
}

} // namespace peyk::core
