// Which limiters are about a section or a track: found when it comes into being, and for all of
// them anew when a limit changes.

#include "broker/core/gatekeeper.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace peyk::core {

namespace {

template <class Parts, class Part>
void unlink(Parts& from, Part const& part) {
    from.erase(std::ranges::find(from, &part)); // In order: who is woken first depends on it.
}

// What limits of a section and of a track are about (see limit_kind), in the order in which they
// are asked.
constexpr std::array<std::size_t, 3> section_kinds{2, 1, 3};
constexpr std::array<std::size_t, 4> track_kinds{4, 6, 5, 7};

bool asked_before(std::size_t a, std::size_t b) {
    constexpr std::array<int, limit_kinds> turn{0, 1, 0, 2, 0, 2, 1, 3};
    return turn[a] < turn[b];
}

limit_names names_of(section const& part, std::size_t kind) {
    return names_of_kind(kind, part.task(), part.home().name(), {});
}

limit_names names_of(track const& part, std::size_t kind) {
    return names_of_kind(kind, part.above().task(), part.above().home().name(), part.limit_key());
}

auto& attached_to(limiter& l, section const&) {
    return l.sections;
}

auto& attached_to(limiter& l, track const&) {
    return l.tracks;
}

core::queue& queue_of(section& part) {
    return part.home();
}

core::queue& queue_of(track& part) {
    return part.above().home();
}

} // namespace

// Finds the limiters of parts.
struct broker_state::members::attacher {
    members& of;

    // Keeps the limiters of the part in the order in which they are asked.
    template <class Part>
    void attach(Part& part, std::size_t kind) const {
        limit_names const about = names_of(part, kind);
        limiter* const l = limit_kind(about) == kind ? of.limiter_for(about) : nullptr;
        if (l == nullptr) {
            return;
        }
        attached_to(*l, part).push_back(&part);
        auto const behind = std::ranges::find_if(part.limiters, [l](limiter const* each) {
            return asked_before(limit_kind(l->names), limit_kind(each->names));
        });
        part.limiters.insert(behind, l);
    }

    void attach_anew(owned_limit_names const& patterns) const;
    void settle_anew(limit_rule const& changed) const;
    void let_go(limiter& l) const;
    void look_again(limiter& l) const;
    void settle(limiter& l) const;

    template <class Visitor>
    void for_each_limiter(owned_limit_names const& patterns, Visitor visit) const;
    template <class Visitor>
    void for_each_part(owned_limit_names const& patterns, Visitor visit) const;
    template <class Visitor>
    static void
    for_each_part(core::queue const& in, owned_limit_names const& patterns, Visitor visit);
};

// What a limit with these patterns may be about finds its limiters anew. What they owe stays, what
// runs in them is counted again, and whatever they held back is looked at again.
void broker_state::members::attacher::attach_anew(owned_limit_names const& patterns) const {
    std::vector<limiter*> found;
    for_each_limiter(patterns, [&](limiter& l) {
        let_go(l);
        found.push_back(&l);
    });
    std::size_t const kind = limit_kind(patterns);
    if (of.rules.any(kind)) {
        for_each_part(patterns, [&](auto& part) {
            attach(part, kind);
            for (limiter* const each : part.limiters) {
                if (limit_kind(each->names) == kind && !each->counts_anew) {
                    each->counts_anew = true;
                    found.push_back(each);
                }
            }
            of.touch(queue_of(part));
            return true;
        });
    }
    for (auto const& [id, by] : of.sessions) {
        for (lease const& held : by->leases) {
            core::for_each_limiter(*held.message,
                                   [](limiter& l) { l.running += l.counts_anew ? 1u : 0u; });
        }
    }
    for (limiter* const each : found) {
        each->counts_anew = false;
        settle(*each);
    }
}

// What a limit is about stays the same, and so does what is attached to its limiters.
void broker_state::members::attacher::settle_anew(limit_rule const& changed) const {
    std::vector<limiter*> found; // Settled, one may be gone.
    for_each_limiter(changed.names, [&](limiter& l) {
        if (l.rule == &changed) {
            found.push_back(&l);
        }
    });
    for (limiter* const each : found) {
        look_again(*each);
        settle(*each);
    }
}

// Whatever it held back is asked about again, and nothing is known of when it may pass.
void broker_state::members::attacher::look_again(limiter& l) const {
    auto const ask = [this](auto& part) {
        if (part.parking().over) {
            queue_of(part).unpark(part);
        }
        of.touch(queue_of(part));
    };
    for (section* const each : l.sections) {
        ask(*each);
    }
    for (track* const each : l.tracks) {
        ask(*each);
    }
    of.limiters_due.remove(l);
    l.due = never;
    l.asked_max = 0;
}

// Nothing is attached to it any more, until it is found again.
void broker_state::members::attacher::let_go(limiter& l) const {
    look_again(l);
    for (section* const each : l.sections) {
        std::erase(each->limiters, &l);
    }
    for (track* const each : l.tracks) {
        std::erase(each->limiters, &l);
    }
    l.sections.clear();
    l.tracks.clear();
    l.rule = nullptr;
    l.running = 0;
    l.counts_anew = true;
}

// Of those nothing is attached to, the ones go that have no limit any more or owe nothing by it.
void broker_state::members::attacher::settle(limiter& l) const {
    if (!l.attached()) {
        l.rule = of.rules.rule_for(borrowed(l.names));
    }
    if (l.rule == nullptr || l.rule->settings.idle()) {
        of.drop_limiter(l);
        return;
    }
    l.settle(of.bounds.rate_grain, fine(of.now.wall));
    if (!l.attached()) {
        of.detached(l);
    }
}

template <class Visitor>
void broker_state::members::attacher::for_each_limiter(owned_limit_names const& patterns,
                                                       Visitor visit) const {
    if (is_exact(patterns)) {
        if (auto const found = of.limiters.find(patterns); found != of.limiters.end()) {
            visit(*found->second);
        }
        return;
    }
    for (auto const& [about, each] : of.limiters) {
        if (applies(patterns, borrowed(about))) {
            visit(*each);
        }
    }
}

// Sections or tracks, whichever the limit is about, in the order of their queues. Where queue and
// key are named it takes a look at each section of that queue; with patterns at all they may fit.
template <class Visitor>
void broker_state::members::attacher::for_each_part(owned_limit_names const& patterns,
                                                    Visitor visit) const {
    if (!patterns.queue.empty() && core::is_exact(patterns.queue)) {
        interned_name const* const name = of.names.find(patterns.queue);
        if (name != nullptr && name->as_queue != nullptr) {
            for_each_part(*name->as_queue, patterns, visit);
        }
        return;
    }
    for (auto const& q : of.queue_list) {
        if (matches(patterns.queue, q->name())) {
            for_each_part(*q, patterns, visit);
        }
    }
}

template <class Visitor>
void broker_state::members::attacher::for_each_part(core::queue const& in,
                                                    owned_limit_names const& patterns,
                                                    Visitor visit) {
    in.for_each_section([&](section& part) {
        if (!matches(patterns.task, part.task())) {
            return true;
        }
        if (patterns.key.empty()) {
            return visit(part);
        }
        if (core::is_exact(patterns.key)) {
            track* const only = part.find_track(patterns.key);
            return only == nullptr || visit(*only);
        }
        return part.for_each_track(
            [&](track& each) { return !matches(patterns.key, each.limit_key()) || visit(each); });
    });
}

void broker_state::members::attach_limiters(section& part) {
    for (std::size_t const kind : section_kinds) {
        attacher{*this}.attach(part, kind);
    }
}

void broker_state::members::attach_limiters(track& part) {
    for (std::size_t const kind : track_kinds) {
        attacher{*this}.attach(part, kind);
    }
}

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

void broker_state::members::gatekeeper::turns_ended(core::queue& of_these) {
    of.touch(of_these);
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
    limit_rule const* const rule = rules.rule_for(about);
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
    if (auto const found = limiters.find(about); found != limiters.end()) {
        return *found->second;
    }
    auto made = std::make_unique<limiter>(owned(about));
    return *limiters.emplace(owned(about), std::move(made)).first->second;
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

// Limits about other things have nothing to do with it.
void broker_state::members::limits_changed(owned_limit_names const& patterns) {
    drop_useless_limits();
    rules.sort();
    attacher{*this}.attach_anew(patterns);
}

// As limits_changed(), but it limited something before and still does.
void broker_state::members::limit_settled(limit_rule const& changed) {
    attacher{*this}.settle_anew(changed);
}

// When limits can first be asked.
void broker_state::members::find_all_limiters() {
    drop_useless_limits();
    rules.sort();
    limits_known = true;
    for (std::size_t kind = 1; kind < limit_kinds; ++kind) {
        attacher{*this}.attach_anew(owned(names_of_kind(kind, "*", "*", "*")));
    }
}

} // namespace peyk::core
