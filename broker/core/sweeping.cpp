// Changes to many messages, slice by slice: one look at all messages, in the order in which they
// lie in memory.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

constexpr state_set reschedulable{message_state::scheduled, message_state::ready};
constexpr state_set final_states{
    message_state::succeeded, message_state::failed, message_state::revoked, message_state::dead};

// What an action can change.
state_set changeable(sweep_action action) {
    switch (action) {
    case sweep_action::cancel:
    case sweep_action::edit:
        return live_states;
    case sweep_action::run_now:
        return {message_state::scheduled};
    case sweep_action::reschedule:
        return reschedulable;
    case sweep_action::move:
        return waiting_states;
    case sweep_action::redrive:
        return {message_state::dead};
    case sweep_action::forget:
        break;
    }
    return final_states;
}

template <class Text>
selector lend(basic_selector<Text> const& from) {
    return {from.queue,
            from.task,
            from.error,
            from.states,
            from.tag,
            from.worker,
            from.root,
            from.parent,
            from.published_after,
            from.published_before};
}

owned_sweep_spec owned(sweep_spec const& from) {
    owned_sweep_spec kept;
    kept.action = from.action;
    kept.which.queue = from.which.queue;
    kept.which.task = from.which.task;
    kept.which.error = from.which.error;
    kept.which.states = from.which.states;
    kept.which.tag = from.which.tag;
    kept.which.worker = from.which.worker;
    kept.which.root = from.which.root;
    kept.which.parent = from.which.parent;
    kept.which.published_after = from.which.published_after;
    kept.which.published_before = from.which.published_before;
    kept.to = from.to;
    kept.due = from.due;
    kept.reason = from.reason;
    kept.rate_per_s = from.rate_per_s;
    kept.terminate = from.terminate;
    kept.reset_counters = from.reset_counters;
    kept.dry_run = from.dry_run;
    kept.edits = from.edits;
    return kept;
}

sweep_spec borrowed(owned_sweep_spec const& from) {
    return {from.action,
            lend(from.which),
            from.to,
            from.due,
            from.reason,
            from.rate_per_s,
            from.terminate,
            from.reset_counters,
            from.dry_run,
            from.edits};
}

// Changes of one slice: at a rate, what a tenth of a second allows.
std::uint64_t slice_of(sweep const& s, std::size_t changes_max) {
    std::uint64_t const rate = s.spec.rate_per_s;
    return rate == 0 ? changes_max : std::clamp<std::uint64_t>(rate / 10, 1, changes_max);
}

// Why a sweep means nothing; empty: it does not.
std::string mistake_in(sweep_spec const& spec, limits const& bounds) {
    std::pair<std::string_view, std::string_view> const patterns[] = {
        {"which.queue", spec.which.queue},
        {"which.task", spec.which.task},
        {"which.error", spec.which.error},
        {"which.tag", spec.which.tag},
        {"which.worker", spec.which.worker}};
    for (auto const& [field, pattern] : patterns) {
        if (pattern.size() > bounds.name_bytes_max) {
            return at_most(field, "name_bytes_max", bounds.name_bytes_max);
        }
    }
    if (spec.action == sweep_action::move && spec.to.empty()) {
        return "to: a queue must be given";
    }
    bool const no_edit = spec.action == sweep_action::edit && spec.edits == message_edit{};
    return no_edit ? "edits: something to change must be given" : "";
}

} // namespace

void broker_state::members::apply(start_sweep const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    sweep_spec const& spec = command.spec;
    errc why = check(spec);
    if (why == errc::ok && sweeps.size() >= bounds.sweeps_max) {
        why = errc::too_many_sweeps;
    }
    if (why != errc::ok) {
        answer(command, why, why == errc::invalid_argument ? mistake_in(spec, bounds) : "");
        return;
    }
    ++last_sweep.value;
    sweep& began = *sweeps.emplace(last_sweep, std::make_unique<sweep>(last_sweep)).first->second;
    began.below = {last_number.value + 1};
    began.spec = owned(spec);
    began.spec.reason = prefix(spec.reason, bounds.reason_bytes_max);
    began.next = now.steady;
    began.asked_by = command.session;
    began.request = command.request;
    if (!spec.dry_run) {
        record_sweep(began);
        order.append(began);
    }
    tell_swept(began, false);
}

errc broker_state::members::check(sweep_spec const& spec) {
    if (!mistake_in(spec, bounds).empty()) {
        return errc::invalid_argument;
    }
    if (wall_time const expires = spec.edits.expires.value_or(unset);
        expires != unset && expires <= now.wall) {
        return errc::expired;
    }
    errc why = errc::ok;
    if (!spec.to.empty()) {
        std::ignore = queue_named(spec.to, why);
    }
    return why;
}

void broker_state::members::record_sweep(sweep& s) {
    out->records.emplace_back(record::sweep_began{&s, s.id, s.below, borrowed(s.spec), s.changed});
}

void broker_state::members::apply(stop_sweep const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    auto const found = sweeps.find(command.sweep);
    if (found == sweeps.end()) {
        answer(command, errc::unknown_sweep);
        return;
    }
    found->second->stopped = true;
    end_sweep(*found->second);
    answer(command, errc::ok);
}

void broker_state::members::end_sweep(sweep& over) {
    tell_swept(over, true);
    if (!over.spec.dry_run) {
        out->records.emplace_back(record::sweep_ended{over.id});
        order.remove(over);
    }
    auto const found = sweeps.find(over.id);
    ended_sweeps.push_back(std::move(found->second));
    sweeps.erase(found);
}

// One slice of the one that has waited longest; the others are still due.
void broker_state::members::advance_sweeps() {
    sweep* first = nullptr;
    for (auto const& [id, each] : sweeps) {
        if (first == nullptr || each->next < first->next) {
            first = each.get();
        }
    }
    if (first != nullptr && first->next <= now.steady) {
        advance_sweep(*first);
    }
}

void broker_state::members::advance_sweep(sweep& of) {
    std::uint64_t const changes_max = slice_of(of, bounds.sweep_changes_max);
    std::size_t const places = entry_memory.places();
    std::uint64_t changes = 0;
    for (std::size_t visits = 0;
         visits < bounds.sweep_visits_max && changes < changes_max && of.place < places;
         ++visits) {
        message_entry* const e = entry_memory.at(of.place++);
        if (e == nullptr || e->lane == nullptr || e->number >= of.below) {
            continue;
        }
        ++of.visited;
        if (!changeable(of.spec.action).contains(e->state) || !chosen(lend(of.spec.which), *e) ||
            changed_already(of.spec, *e)) {
            continue;
        }
        ++of.matched;
        if (of.spec.dry_run) {
            continue;
        }
        if (acceptance const done = change(of, *e); done.published()) {
            ++of.changed;
            ++changes;
        } else {
            of.unchanged = name(done.code) + (done.detail.empty() ? "" : " (" + done.detail + ')');
        }
    }
    if (of.place >= places) {
        end_sweep(of);
        return;
    }
    if (changes > 0) { // So that a crash takes back neither what it did nor that it was counted.
        record_sweep(of);
        order.append(of);
    }
    of.next = now.steady;
    if (of.spec.rate_per_s != 0) {
        of.next += duration{(changes * 1'000 + of.spec.rate_per_s - 1) / of.spec.rate_per_s};
    }
    tell_swept(of, false);
}

// It is as the sweep would leave it: changed before a restart, perhaps; not to be counted twice.
bool broker_state::members::changed_already(owned_sweep_spec const& spec,
                                            message_entry const& e) const {
    switch (spec.action) {
    case sweep_action::reschedule:
        return spec.due > now.wall ? e.due == spec.due : e.state == message_state::ready;
    case sweep_action::move:
        return e.lane->home().name() == spec.to;
    case sweep_action::edit:
        return !alters(spec.edits, e);
    case sweep_action::cancel:
    case sweep_action::run_now:
    case sweep_action::redrive:
    case sweep_action::forget:
        break; // Takes the message out of the states the sweep looks for.
    }
    return false;
}

acceptance broker_state::members::change(sweep& by, message_entry& e) {
    owned_sweep_spec const& spec = by.spec;
    errc why = errc::ok;
    auto const target = [&](std::string_view otherwise) {
        interned_name* const name = queue_named(spec.to.empty() ? otherwise : spec.to, why);
        return name == nullptr ? nullptr : name->as_queue;
    };
    switch (spec.action) {
    case sweep_action::cancel:
        return {cancel_one(e, spec.reason, spec.terminate)};
    case sweep_action::run_now:
        return {reschedule_one(e, unset)};
    case sweep_action::reschedule:
        return {reschedule_one(e, spec.due)};
    case sweep_action::move: {
        core::queue* const to = target({});
        return to == nullptr ? acceptance{why} : move_one(e, *to);
    }
    case sweep_action::redrive: {
        std::string_view const origin = e.detail->origin;
        core::queue* const to = target(origin.empty() ? e.lane->home().name() : origin);
        return to == nullptr ? acceptance{why} : redrive_one(e, *to, spec.reset_counters);
    }
    case sweep_action::edit:
        return {edit_one(e, spec.edits)};
    case sweep_action::forget:
        break;
    }
    return {forget_one(e)};
}

void broker_state::members::tell_swept(sweep const& of, bool done) {
    session const* const asked = find_session(of.asked_by);
    if (asked == nullptr || asked->state != session_state::connected) {
        return;
    }
    effect::swept news{of.asked_by, of.request, state_of(of)};
    news.sweep.done = done;
    out->effects.emplace_back(std::move(news));
}

sweep_state broker_state::members::state_of(sweep const& of) const {
    sweep_state seen;
    seen.id = of.id;
    seen.spec = of.spec;
    seen.visited = of.visited;
    seen.matched = of.matched;
    seen.changed = of.changed;
    seen.stopped = of.stopped;
    seen.unchanged = of.unchanged;
    seen.known = std::max<std::uint64_t>(messages.size(), of.visited);
    return seen;
}

steady_time broker_state::members::next_sweep() const {
    steady_time next{duration::max()};
    for (auto const& [id, each] : sweeps) {
        next = std::min(next, each->next);
    }
    return next;
}

void broker_state::members::replay(record::sweep_began const& fact) {
    stopped_cleanly = false;
    last_sweep = std::max(last_sweep, fact.id);
    auto& place = sweeps[fact.id];
    if (!place) {
        place = std::make_unique<sweep>(fact.id);
    }
    place->below = fact.below;
    place->spec = owned(fact.spec);
    place->changed = fact.changed;
    place->matched = fact.changed; // Those it could not change it will meet again.
    replayed = place.get();
}

void broker_state::members::replay(record::sweep_ended const& fact) {
    stopped_cleanly = false;
    last_sweep = std::max(last_sweep, fact.id);
    auto const found = sweeps.find(fact.id);
    if (found != sweeps.end()) {
        order.remove(*found->second);
        sweeps.erase(found);
    }
}

} // namespace peyk::core
