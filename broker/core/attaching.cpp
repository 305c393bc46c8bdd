// Which limiters are about a section or a track: found when it comes into being, and for all of
// them anew when a limit changes.

#include "broker/core/gatekeeper.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

template <class Parts, class Part>
void unlink(Parts& from, Part const& part) {
    from.erase(std::ranges::find(from, &part)); // In order: who is woken first depends on it.
}

} // namespace

void broker_state::members::gatekeeper::came(section& part) {
    if (of.limits_known) {
        of.attach_limiters(part);
    }
}

void broker_state::members::gatekeeper::came(track& part) {
    if (of.limits_known) {
        of.attach_limiters(part);
    }
    of.apply_key_hold(part);
}

void broker_state::members::gatekeeper::goes(section& part) {
    of.detach_limiters(part);
}

void broker_state::members::gatekeeper::goes(track& part) {
    of.detach_limiters(part);
}

void broker_state::members::attach_limiters(section& part) {
    std::string_view const task = part.task();
    std::string_view const queue = part.home().name();
    auto const attach = [&](limit_names const& about) {
        if (limiter* const l = limiter_for(about)) {
            l->sections.push_back(&part);
            part.limiters.push_back(l);
        }
    };
    attach({.queue = queue});
    if (!task.empty()) {
        attach({.task = task});
        attach({.task = task, .queue = queue});
    }
}

void broker_state::members::attach_limiters(track& part) {
    std::string_view const key = part.limit_key();
    if (key.empty()) {
        return;
    }
    std::string_view const task = part.above().task();
    std::string_view const queue = part.above().home().name();
    auto const attach = [&](limit_names const& about) {
        if (limiter* const l = limiter_for(about)) {
            l->tracks.push_back(&part);
            part.limiters.push_back(l);
        }
    };
    attach({.key = key});
    attach({.queue = queue, .key = key});
    if (!task.empty()) {
        attach({.task = task, .key = key});
        attach({.task = task, .queue = queue, .key = key});
    }
}

void broker_state::members::detach_limiters(section& part) {
    for (limiter* const each : part.limiters) {
        unlink(each->sections, part);
        if (!each->attached()) {
            detached(*each);
        }
    }
    part.limiters.clear();
}

void broker_state::members::detach_limiters(track& part) {
    for (limiter* const each : part.limiters) {
        unlink(each->tracks, part);
        if (!each->attached()) {
            detached(*each);
        }
    }
    part.limiters.clear();
}

limiter* broker_state::members::limiter_for(limit_names const& about) {
    limit_rule const* const rule = rule_for(about);
    if (rule == nullptr || rule->settings.idle()) {
        return nullptr;
    }
    limiter& found = limiter_named(about);
    found.rule = rule;
    idle_limiters -= found.idle ? 1 : 0;
    found.idle = false;
    return &found;
}

limiter& broker_state::members::limiter_named(limit_names const& about) {
    auto& place = limiters[owned(about)];
    if (!place) {
        place = std::make_unique<limiter>(owned(about));
    }
    return *place;
}

// Nothing is attached to it any more. While it owes something it is remembered.
void broker_state::members::detached(limiter& l) {
    fine_time const until = l.owed_until();
    if (until <= fine(now.wall) || (!l.idle && idle_limiters >= bounds.idle_limiters_max)) {
        drop_limiter(l);
        return;
    }
    idle_limiters += l.idle ? 0 : 1;
    l.idle = true;
    l.due = coarse(until);
    limiters_due.set(l, l.due);
}

void broker_state::members::drop_limiter(limiter& l) {
    idle_limiters -= l.idle ? 1 : 0;
    limiters_due.remove(l);
    limiters.erase(limiters.find(l.names));
}

// Every place finds its limiters anew. What they owe stays, what runs in them is counted again, and
// whatever was held back is looked at again.
void broker_state::members::limits_changed() {
    drop_idle_rules();
    sort_rules();
    limits_known = true;
    for (auto const& [about, each] : limiters) {
        limiters_due.remove(*each);
        each->due = never;
        each->asked_max = 0;
        each->rule = nullptr;
        each->running = 0;
        each->sections.clear();
        each->tracks.clear();
    }
    for (auto const& q : queue_list) {
        auto const reattach = [&](auto& part) {
            part.limiters.clear();
            attach_limiters(part);
            if (part.parking().over) {
                q->unpark(part);
            }
            return true;
        };
        q->for_each_section([&](section& part) {
            reattach(part);
            part.for_each_track(reattach);
            return true;
        });
        touch(*q);
    }
    for (auto const& [id, of] : sessions) {
        for (lease const& held : of->leases) {
            for_each_limiter(*held.message, [](limiter& l) { ++l.running; });
        }
    }
    settle_limiters();
}

// Of those nothing is attached to, the ones go that have no limit any more or owe nothing by it.
void broker_state::members::settle_limiters() {
    for (auto next = limiters.begin(); next != limiters.end();) {
        limiter& l = *next++->second;
        if (!l.attached()) {
            l.rule = rule_for(borrowed(l.names));
        }
        if (l.rule == nullptr || l.rule->settings.idle()) {
            drop_limiter(l);
            continue;
        }
        l.settle(bounds.rate_grain, fine(now.wall));
        if (!l.attached()) {
            detached(l);
        }
    }
}

} // namespace peyk::core
