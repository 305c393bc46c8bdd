// Holds: set by operators, or by workers that were told to come later.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <utility>

namespace peyk::core {

namespace {

// Why a hold means nothing; empty: it does not, or its queue has no such name.
std::string mistake_in(set_hold const& command, limits const& bounds, wall_time at) {
    std::size_t const size = command.name.size();
    if (command.scope == hold_scope::task && (size == 0 || size > bounds.name_bytes_max)) {
        return one_to("name", "name_bytes_max", bounds.name_bytes_max);
    }
    if (command.scope == hold_scope::key && (size == 0 || size > bounds.key_bytes_max)) {
        return one_to("name", "key_bytes_max", bounds.key_bytes_max);
    }
    return command.until <= at ? "until_ms: not in the future" : "";
}

} // namespace

void broker_state::members::apply(set_hold const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = check(command);
    if (why == errc::ok) {
        why = put_hold(command.scope, command.name, command.until, command.reason, false);
    }
    bool const senseless = why == errc::invalid_argument;
    answer(command, why, senseless ? mistake_in(command, bounds, now.wall) : "");
}

errc broker_state::members::check(set_hold const& command) const {
    bool const of_queue =
        command.scope == hold_scope::queue || command.scope == hold_scope::publishing;
    if (of_queue && !valid_queue_name(command.name, bounds.name_bytes_max)) {
        return errc::invalid_queue_name;
    }
    return mistake_in(command, bounds, now.wall).empty() ? errc::ok : errc::invalid_argument;
}

void broker_state::members::apply(release_hold const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    auto const found = holds.find(std::pair{command.scope, std::string{command.name}});
    if (found == holds.end()) {
        answer(command, errc::unknown_hold);
        return;
    }
    end_hold(*found->second);
    answer(command, errc::ok);
}

// A worker was told to come later. An operator's hold stays as it is, and a later time stays the
// later one. False: there are too many holds or names for one more.
bool broker_state::members::hold_until(hold_scope scope,
                                       std::string_view name,
                                       wall_time until,
                                       std::string_view why) {
    auto const found = holds.find(std::pair{scope, std::string{name}});
    bool const stays =
        found != holds.end() && (!found->second->rate_limit || found->second->until >= until);
    return stays || put_hold(scope, name, until, why, true) == errc::ok;
}

errc broker_state::members::put_hold(hold_scope scope,
                                     std::string_view name,
                                     wall_time until,
                                     std::string_view why,
                                     bool rate_limit) {
    auto const key = std::pair{scope, std::string{name}};
    auto found = holds.find(key);
    if (found == holds.end()) {
        if (holds.size() >= bounds.holds_max) {
            return errc::too_many_holds;
        }
        auto made = std::make_unique<core::hold>(scope, name);
        if (!attach(*made)) {
            return errc::too_many_names;
        }
        found = holds.emplace(key, std::move(made)).first;
    }
    core::hold& h = *found->second;
    h.until = until;
    h.reason = prefix(why, bounds.reason_bytes_max);
    h.rate_limit = rate_limit;
    record_hold(h);
    order.append(h);
    set_deadline(h);
    return errc::ok;
}

void broker_state::members::record_hold(core::hold& h) {
    out->records.emplace_back(
        record::hold_set{&h, h.scope, h.name, h.until, h.reason, h.rate_limit});
}

void broker_state::members::set_deadline(core::hold& h) {
    if (h.until == never) {
        held_until.remove(h);
    } else {
        held_until.set(h, h.until);
    }
}

// Holds what it names, if that exists.
bool broker_state::members::attach(core::hold& h) {
    if (h.scope == hold_scope::task) {
        interned_name* const task = names.intern(h.name);
        if (task == nullptr) {
            return false;
        }
        task->held = &h;
        for (auto const& q : queue_list) {
            q->hold_task(*task, true);
        }
        return true;
    }
    if (h.scope == hold_scope::key) {
        for (auto const& q : queue_list) {
            q->hold_key(h.name, true);
            touch(*q);
        }
        return true;
    }
    if (interned_name const* const name = names.find(h.name);
        name != nullptr && name->as_queue != nullptr) {
        (h.scope == hold_scope::queue ? name->as_queue->held : name->as_queue->draining) = &h;
    }
    return true;
}

void broker_state::members::detach(core::hold& h) {
    if (h.scope == hold_scope::key) {
        for (auto const& q : queue_list) {
            q->hold_key(h.name, false);
            touch(*q);
        }
        return;
    }
    interned_name* const name = names.find(h.name);
    if (name == nullptr) {
        return;
    }
    if (h.scope == hold_scope::task) {
        name->held = nullptr;
        for (auto const& q : queue_list) {
            q->hold_task(*name, false);
            if (q->has_ready()) {
                touch(*q);
            }
        }
    } else if (name->as_queue != nullptr) {
        core::queue& q = *name->as_queue;
        (h.scope == hold_scope::queue ? q.held : q.draining) = nullptr;
        touch(q);
    }
}

void broker_state::members::apply_holds(core::queue& to) {
    if (holds.empty()) {
        return;
    }
    auto const of = [&](hold_scope scope) {
        auto const found = holds.find(std::pair{scope, std::string{to.name()}});
        return found == holds.end() ? nullptr : found->second.get();
    };
    to.held = of(hold_scope::queue);
    to.draining = of(hold_scope::publishing);
}

void broker_state::members::apply_key_hold(track& part) {
    bool const any = !holds.empty() && holds.rbegin()->first.first == hold_scope::key;
    if (any && holds.contains(std::pair{hold_scope::key, std::string{part.limit_key()}})) {
        part.above().home().hold_key(part.limit_key(), true);
    }
}

// It was released, or its time has come.
void broker_state::members::end_hold(core::hold& h) {
    out->records.emplace_back(record::hold_released{h.scope, h.name});
    order.remove(h);
    held_until.remove(h);
    detach(h);
    auto const found = holds.find(std::pair{h.scope, h.name});
    ended_holds.push_back(std::move(found->second));
    holds.erase(found);
}

void broker_state::members::replay(record::hold_set const& fact) {
    stopped_cleanly = false;
    auto& place = holds[std::pair{fact.scope, std::string{fact.name}}];
    if (!place) {
        place = std::make_unique<core::hold>(fact.scope, fact.name);
        attach(*place);
    }
    place->until = fact.until;
    place->reason = fact.reason;
    place->rate_limit = fact.rate_limit;
    set_deadline(*place);
    replayed = place.get();
}

void broker_state::members::replay(record::hold_released const& fact) {
    stopped_cleanly = false;
    auto const found = holds.find(std::pair{fact.scope, std::string{fact.name}});
    if (found == holds.end()) {
        return;
    }
    order.remove(*found->second);
    held_until.remove(*found->second);
    detach(*found->second);
    holds.erase(found);
}

} // namespace peyk::core
