// Limiters at work: asked before a delivery, told of its begin and its end.

#include "broker/core/gatekeeper.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

std::uint32_t head_cost(track const& part) {
    return part.first().head().cost();
}
std::uint32_t head_cost(section const& part) {
    return head_cost(part.first());
}

} // namespace

bool broker_state::members::gatekeeper::admits(section& part, consumer const& reader) {
    if (part.limiters.empty()) {
        return true;
    }
    std::uint32_t const cost = head_cost(part);
    for (limiter* const each : part.limiters) {
        wall_time const at = of.passes(*each, reader.owner->id, cost, of.now.wall);
        if (at == unset) {
            continue;
        }
        if (at != never) {
            of.set_due(*each, at, cost);
        }
        if (at == never || !each->rule->settings.per_worker) {
            part.home().park(part);
        }
        return false;
    }
    return true;
}

bool broker_state::members::gatekeeper::admits(track& part) {
    if (part.limiters.empty()) {
        return true;
    }
    std::uint32_t const cost = head_cost(part);
    for (limiter* const each : part.limiters) {
        wall_time const at = of.passes(*each, {}, cost, of.now.wall);
        if (at == unset) {
            continue;
        }
        if (at != never) {
            of.set_due(*each, at, cost);
        }
        part.above().home().park(part);
        return false;
    }
    return true;
}

wall_time broker_state::members::passes(limiter const& l,
                                        session_id reader,
                                        std::uint32_t cost,
                                        wall_time at) const {
    limit_settings const& by = l.rule->settings;
    if (by.concurrency != 0 && l.running >= by.concurrency) {
        return never;
    }
    rate_account const* const account = l.account_of(reader);
    if (account == nullptr) {
        return unset;
    }
    fine_time const free = account->passes_at(by, bounds.rate_grain, cost);
    return free <= fine(at) ? unset : coarse(free);
}

refusal_by broker_state::members::refusal(section const& part,
                                          session_id reader,
                                          std::uint32_t cost) const {
    refusal_by longest; // Of several the one that lets pass last.
    for (limiter const* const each : part.limiters) {
        wall_time const at = passes(*each, reader, cost, now.wall);
        if (at != unset && (longest.by == nullptr || at > longest.until)) {
            longest = {each, at};
        }
    }
    return longest;
}

refusal_by broker_state::members::refusal(track const& part, std::uint32_t cost) const {
    refusal_by longest; // Of several the one that lets pass last.
    for (limiter const* const each : part.limiters) {
        wall_time const at = passes(*each, {}, cost, now.wall);
        if (at != unset && (longest.by == nullptr || at > longest.until)) {
            longest = {each, at};
        }
    }
    return longest;
}

// For who still has a delivery of before a crash. Its rate is not asked: it took part in it then.
bool broker_state::members::may_run(message_entry const& e) const {
    bool may = e.lane->home().has_turn(e);
    for_each_limiter(e, [&may](limiter const& l) {
        std::uint32_t const most = l.rule->settings.concurrency;
        may = may && (most == 0 || l.running < most);
    });
    return may;
}

void broker_state::members::enter_limiters(message_entry& e, session const& reader, bool charged) {
    for_each_limiter(e, [&](limiter& l) {
        ++l.running;
        if (!charged) {
            return;
        }
        ++l.passed;
        if (l.rule->settings.rate.limited()) {
            l.account_for(reader.id, fine(now.wall))
                .take(l.rule->settings, bounds.rate_grain, e.cost(), fine(now.wall));
        }
    });
}

void broker_state::members::leave_limiters(message_entry& e) {
    for_each_limiter(e, [this](limiter& l) {
        --l.running;
        if (l.rule->settings.concurrency == l.running + 1) {
            wake(l);
        }
    });
}

bool broker_state::members::rate_limited(lane const& of) const {
    auto const rated = [](limiter const* l) {
        return l->rule->settings.rate.limited();
    };
    return std::ranges::any_of(of.above().above().limiters, rated) ||
           std::ranges::any_of(of.above().limiters, rated);
}

// With the time, if a rate wants it. A message that is older in the journal than its limit may be
// unknown when its delivery is replayed; what it owes is said by itself then.
void broker_state::members::record_lease(message_entry const& e,
                                         delivery_token token,
                                         session const& to,
                                         bool charged) {
    bool const rated = charged && rate_limited(*e.lane);
    out->records.emplace_back(record::leased{e.number, token, to.id, rated ? now.wall : unset});
    if (!rated) {
        return;
    }
    for_each_limiter(e, [&](limiter const& l) {
        position const since = l.rule->configured ? mark.at() : l.rule->at();
        if (l.rule->settings.rate.limited() && e.at() < since) {
            record_debts(l);
        }
    });
}

// A delivery of before a restart. Limits are as they were then: their records came before its own.
void broker_state::members::charge_replayed(message_entry const& e,
                                            session_id reader,
                                            wall_time at) {
    rules.sort();
    std::string_view const queue = e.lane->home().name();
    std::string_view const task = e.lane->task();
    std::string_view const key = e.lane->limit_key();
    for (std::size_t kind = 1; kind < limit_kinds; ++kind) {
        limit_names const about = names_of_kind(kind, task, queue, key);
        if (limit_kind(about) != kind) {
            continue; // It has no task, or no key.
        }
        limit_rule const* const rule = rules.rule_for(about);
        if (rule != nullptr && rule->settings.rate.limited()) {
            limiter& l = limiter_named(about);
            l.rule = rule;
            l.account_for(reader, fine(at))
                .take(rule->settings, bounds.rate_grain, e.cost(), fine(at));
        }
    }
}

void broker_state::members::set_due(limiter& l, wall_time at, std::uint32_t cost) {
    l.due = std::min(l.due, at);
    l.asked_max = std::max(l.asked_max, cost);
    limiters_due.set(l, l.due);
}

void broker_state::members::limiter_due(limiter& l) {
    l.due = never;
    l.asked_max = 0;
    if (!l.attached()) {
        detached(l);
        return;
    }
    l.forget_idle(fine(now.wall));
    wake(l);
}

// Each part is asked about again when its turn comes. Where only some readers were refused nothing
// is parked, and a look is all that is needed. Of several queues another one is first each time.
void broker_state::members::wake(limiter& l) {
    std::size_t const before = touched.size();
    bool const per_worker = l.rule->settings.per_worker;
    for (section* const each : l.sections) {
        if (each->parking().over) {
            each->home().unpark(*each);
            touch(each->home());
        } else if (per_worker && each->ready() > 0) {
            touch(each->home());
        }
    }
    for (track* const each : l.tracks) {
        if (each->parking().over) {
            each->above().home().unpark(*each);
            touch(each->above().home());
        }
    }
    if (std::size_t const woken = touched.size() - before; woken > 1) {
        auto const first = touched.begin() + static_cast<std::ptrdiff_t>(before);
        std::rotate(first, first + static_cast<std::ptrdiff_t>(l.wakes++ % woken), touched.end());
    }
}

// The time a limiter is due was found for the message that was next then.
bool broker_state::members::cheaper_than_asked(message_entry const& e) const {
    bool cheaper = false;
    for_each_limiter(e, [&](limiter const& l) { cheaper = cheaper || e.cost() < l.asked_max; });
    return cheaper;
}

// Where a limit refused only some readers nothing is parked; they are asked again, too.
void broker_state::members::look_again(message_entry const& e) {
    track& in = e.lane->above();
    section& part = in.above();
    if (part.parking().over) {
        part.home().unpark(part);
    }
    if (in.parking().over) {
        part.home().unpark(in);
    }
    touch(part.home());
}

std::uint64_t broker_state::members::waiting(limiter const& l, wall_time at) const {
    if (passes(l, {}, std::max(l.asked_max, 1u), at) == unset) {
        return 0;
    }
    std::uint64_t sum = 0;
    for (section const* const each : l.sections) {
        sum += each->parking().over ? each->ready() : 0;
    }
    for (track const* const each : l.tracks) {
        sum += each->parking().over ? each->ready() : 0;
    }
    return sum;
}

} // namespace peyk::core
