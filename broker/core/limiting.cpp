// Limits and shares: set, removed, remembered and listed. admitting.cpp puts them to work.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace peyk::core {

namespace {

constexpr std::uint32_t burst_max = 1'000'000;
constexpr std::array<std::uint32_t, 4> rate_seconds{1, 60, 3'600, 86'400};
// Of a limit that is removed, and not only idle.
constexpr limit_settings removed{{}, 0, 0, false};

bool valid(limit_settings const& settings) {
    return !settings.rate.limited() ||
           (std::ranges::count(rate_seconds, settings.rate.seconds) != 0 && settings.burst >= 1 &&
            settings.burst <= burst_max);
}

// A burst and whose the rate is say nothing without a rate, unless they say what is so anyway.
std::string_view without_rate(limit_change const& change, limit_settings const& wanted) {
    if (wanted.rate.limited()) {
        return {};
    }
    if (change.burst.value_or(1) > 1) {
        return "burst: needs a rate";
    }
    return change.per_worker.value_or(false) ? "per_worker: needs a rate" : "";
}

// Why a limit means nothing; empty: it does not.
std::string
mistake_in(limit_names const& about, limit_settings const& settings, limits const& bounds) {
    if (limit_kind(about) == 0) {
        return "names: a task, a queue or a key must be given";
    }
    if (about.task.size() > bounds.name_bytes_max) {
        return at_most("names.task", "name_bytes_max", bounds.name_bytes_max);
    }
    if (about.queue.size() > bounds.name_bytes_max) {
        return at_most("names.queue", "name_bytes_max", bounds.name_bytes_max);
    }
    if (about.key.size() > bounds.key_bytes_max) {
        return at_most("names.key", "key_bytes_max", bounds.key_bytes_max);
    }
    if (settings.per_worker && !about.key.empty()) {
        return "per_worker: not of a key";
    }
    if (valid(settings)) {
        return {};
    }
    return settings.burst < 1 || settings.burst > burst_max
               ? "burst: 1 to " + std::to_string(burst_max)
               : "rate: in 1, 60, 3600 or 86400 seconds";
}

limit_settings changed(limit_settings from, limit_change const& by) {
    from.rate = by.rate.value_or(from.rate);
    from.burst = by.burst.value_or(from.burst);
    from.concurrency = by.concurrency.value_or(from.concurrency);
    from.per_worker = by.per_worker.value_or(from.per_worker);
    if (!from.rate.limited()) {
        from.rate = {};
        from.burst = std::max(from.burst, 1u);
    }
    return from;
}

} // namespace

void broker_state::members::apply(set_limit const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    owned_limit_names const patterns = owned(command.names);
    limit_settings const wanted = changed(rules.settings_of(patterns), command.change);
    errc why = check(command.names, wanted);
    std::string mistake = mistake_in(command.names, wanted, bounds);
    if (why == errc::ok) {
        mistake = without_rate(command.change, wanted);
        why = mistake.empty() ? errc::ok : errc::invalid_argument;
    }
    if (why == errc::ok && rules.find(patterns) == nullptr &&
        rules.commanded().size() + shares.size() >= bounds.limits_max) {
        why = errc::too_many_limits;
    }
    if (why == errc::ok) {
        put_limit(patterns, wanted);
    }
    answer(command, why, std::move(mistake));
}

void broker_state::members::apply(remove_limit const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    owned_limit_names const patterns = owned(command.names);
    if (rules.find(patterns) == nullptr) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::unknown_limit});
        return;
    }
    drop_limit(patterns);
    limits_changed(patterns);
    out->effects.emplace_back(effect::done{command.session, command.request});
}

errc broker_state::members::configure(set_limit const& limit) {
    owned_limit_names const patterns = owned(limit.names);
    limit_settings const wanted = changed({}, limit.change);
    if (errc const why = check(limit.names, wanted); why != errc::ok) {
        return why;
    }
    if (rules.configured().size() >= bounds.limits_max) {
        return errc::too_many_limits;
    }
    rules.configure(patterns, wanted);
    rules.sort();
    return errc::ok;
}

errc broker_state::members::check(limit_names const& patterns,
                                  limit_settings const& settings) const {
    return mistake_in(patterns, settings, bounds).empty() ? errc::ok : errc::invalid_argument;
}

void broker_state::members::put_limit(owned_limit_names const& patterns,
                                      limit_settings const& settings) {
    if (settings.idle() && !rules.overrides(limit_rule{patterns})) {
        if (rules.find(patterns) != nullptr) {
            drop_limit(patterns);
            limits_changed(patterns);
        }
        return;
    }
    limit_rule const* const before = rules.find(patterns);
    bool const limits_the_same = before != nullptr && !before->settings.idle() && !settings.idle();
    limit_rule& r = rules.command(patterns, settings);
    if (limits_the_same) {
        limit_settled(r);
    } else {
        limits_changed(patterns);
    }
    record_limit(r);
    order.append(r);
}

// limits_changed() follows.
void broker_state::members::drop_limit(owned_limit_names const& patterns) {
    auto& gone = ended_limits.emplace_back(rules.take(patterns));
    out->records.emplace_back(record::limit_set{nullptr, borrowed(gone->names), removed});
    order.remove(*gone);
}

void broker_state::members::drop_useless_limits() {
    for (auto const& each : rules.useless()) {
        drop_limit(each);
    }
}

// Deliveries of before its record are not counted when it is replayed: what they owe is said here.
std::size_t broker_state::members::record_limit(limit_rule& r) {
    out->records.emplace_back(record::limit_set{&r, borrowed(r.names), r.settings});
    std::size_t said = r.names.task.size() + r.names.queue.size() + r.names.key.size();
    if (auto const exact = limiters.find(r.names); exact != limiters.end()) {
        said += record_debts(*exact->second);
    }
    if (is_exact(r.names)) {
        return said;
    }
    for (auto const& [about, each] : limiters) {
        said += each->rule == &r && about != r.names ? record_debts(*each) : 0;
    }
    return said;
}

std::size_t broker_state::members::record_debts(limiter const& l) {
    std::size_t said = 0;
    auto const say = [&](session_id worker, rate_account const& account) {
        if (account.owed_until() > fine(now.wall)) {
            out->records.emplace_back(
                record::limit_spent{borrowed(l.names), account.owed_until(), worker});
            said += sizeof(record::limit_spent);
        }
    };
    say({}, l.account);
    for (auto const& [reader, each] : l.per_worker) {
        say(reader, each);
    }
    return said;
}

std::size_t broker_state::members::record_configured_debts() {
    std::size_t said = 0;
    if (!rules.configured().empty()) {
        for (auto const& [about, each] : limiters) {
            said += each->rule->configured ? record_debts(*each) : 0;
        }
    }
    return said;
}

void broker_state::members::replay(record::limit_set const& fact) {
    stopped_cleanly = false;
    if (limit_kind(fact.names) == 0 || !valid(fact.settings)) {
        return; // No broker wrote it.
    }
    owned_limit_names const patterns = owned(fact.names);
    if (fact.settings.burst != 0) {
        replayed = &rules.command(patterns, fact.settings);
        return;
    }
    if (auto const gone = rules.take(patterns)) {
        order.remove(*gone);
    }
    rules.sort();
    erase_if(limiters, [&](auto const& each) { // Their debts went with it.
        return limit_kind(each.first) == limit_kind(patterns) &&
               rules.rule_for(borrowed(each.first)) == nullptr;
    });
}

void broker_state::members::replay(record::limit_spent const& fact) {
    stopped_cleanly = false;
    limiter& l = limiter_named(fact.names);
    (fact.worker.empty() ? l.account : l.per_worker[fact.worker]).set_owed_until(fact.until_ns);
}

std::vector<limit_stats> broker_state::members::limit_list() const {
    std::map<limit_rule const*, limit_stats> counts;
    for (auto const& [about, each] : limiters) {
        limit_stats& of = counts[each->rule];
        ++of.limiters;
        of.running += each->running;
        of.waiting += waiting(*each, now.wall);
    }
    std::vector<limit_stats> seen;
    for (auto const* const among : {&rules.commanded(), &rules.configured()}) {
        for (auto const& [patterns, each] : *among) {
            limit_stats& one = seen.emplace_back(counts[each.get()]);
            one.names = borrowed(each->names);
            one.settings = each->settings;
            one.configured = each->configured;
        }
    }
    return seen;
}

std::vector<limiter_stats> broker_state::members::limiter_list(limit_names const& of,
                                                               std::size_t count_max,
                                                               wall_time at) const {
    struct busy_one {
        limiter const* is;
        std::uint64_t waiting;
    };
    auto const busier = [](busy_one const& a, busy_one const& b) {
        if (a.is->running != b.is->running) {
            return a.is->running > b.is->running;
        }
        return a.waiting != b.waiting ? a.waiting > b.waiting : a.is->names < b.is->names;
    };
    std::vector<busy_one> busy; // A heap of those that are told, the least busy at its top.
    for (auto const& [about, each] : limiters) {
        if (each->rule == nullptr || borrowed(each->rule->names) != of) {
            continue;
        }
        std::uint64_t const held = waiting(*each, at);
        if (each->running == 0 && held == 0 && each->owed_until() <= fine(at)) {
            continue;
        }
        busy.push_back({each.get(), held});
        std::ranges::push_heap(busy, busier);
        if (busy.size() > count_max) {
            std::ranges::pop_heap(busy, busier);
            busy.pop_back();
        }
    }
    std::ranges::sort_heap(busy, busier);
    std::vector<limiter_stats> seen;
    for (auto const& [is, held] : busy) {
        limiter_stats& one =
            seen.emplace_back(limiter_stats{is->names, is->running, is->passed, held, unset});
        if (!is->rule->settings.per_worker) {
            fine_time const free = is->account.passes_at(is->rule->settings, bounds.rate_grain, 1);
            one.next = free <= fine(at) ? unset : coarse(free);
        }
    }
    return seen;
}

} // namespace peyk::core
