#include "broker/core/limiter.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

constexpr fine_time ns_per_ms = 1'000'000;
// More than anybody waits, and far from the end of the numbers: 100 years.
constexpr fine_time debt_max = fine_time{100} * 366 * 86'400 * 1'000'000'000;
// Accounts of one limit per worker before those that owe nothing are looked for.
constexpr std::size_t accounts_kept = 64;

// What one token takes, rounded up: a rate is never exceeded.
fine_time interval(rate const& of) {
    fine_time const second = fine_time{1'000'000'000} * 1'000 * of.seconds;
    return (second + of.thousandths - 1) / of.thousandths;
}

fine_time span(rate const& of, std::uint64_t tokens) {
    fine_time const each = interval(of);
    return tokens > static_cast<std::uint64_t>(debt_max / each)
               ? debt_max
               : each * static_cast<fine_time>(tokens);
}

// Tokens that may pass at once.
std::uint64_t burst_of(limit_settings const& by, duration grain) {
    auto const in_a_grain =
        static_cast<std::uint64_t>(grain.count() * ns_per_ms / interval(by.rate));
    return std::max<std::uint64_t>({by.burst, in_a_grain, 1});
}

} // namespace

fine_time fine(wall_time at) {
    return at.time_since_epoch().count() * ns_per_ms;
}

wall_time coarse(fine_time at) {
    return wall_time{duration{(at + ns_per_ms - 1) / ns_per_ms}};
}

fine_time
rate_account::passes_at(limit_settings const& by, duration grain, std::uint32_t cost) const {
    if (!by.rate.limited()) {
        return 0;
    }
    std::uint64_t const burst = burst_of(by, grain);
    return cost >= burst ? even_ : even_ - span(by.rate, burst - cost);
}

void rate_account::take(limit_settings const& by,
                        duration grain,
                        std::uint32_t cost,
                        fine_time now) {
    if (!by.rate.limited()) {
        return;
    }
    fine_time const from = even_ < now - grain.count() * ns_per_ms ? now : even_;
    even_ = std::min(from, now + debt_max) + span(by.rate, cost);
    last_cost_ = cost;
}

void rate_account::clamp(limit_settings const& by, duration grain, fine_time now) {
    if (by.rate.limited()) {
        std::uint64_t const tokens = burst_of(by, grain) + last_cost_;
        even_ = std::min(even_, now + span(by.rate, tokens));
    }
}

rate_account const* limiter::account_of(session_id reader) const {
    if (!rule->settings.per_worker) {
        return &account;
    }
    auto const found = per_worker.find(reader);
    return found == per_worker.end() ? nullptr : &found->second;
}

rate_account& limiter::account_for(session_id reader, fine_time now) {
    if (!rule->settings.per_worker) {
        return account;
    }
    auto const found = per_worker.find(reader);
    if (found != per_worker.end()) {
        return found->second;
    }
    if (per_worker.size() >= accounts_kept) {
        forget_idle(now);
    }
    return per_worker[reader];
}

fine_time limiter::owed_until() const {
    fine_time latest = account.owed_until();
    for (auto const& [reader, each] : per_worker) {
        latest = std::max(latest, each.owed_until());
    }
    return latest;
}

void limiter::settle(duration grain, fine_time now) {
    limit_settings const& by = rule->settings;
    if (by.per_worker || !by.rate.limited()) {
        account = {};
    }
    if (!by.per_worker || !by.rate.limited()) {
        per_worker.clear();
    }
    account.clamp(by, grain, now);
    for (auto& [reader, each] : per_worker) {
        each.clamp(by, grain, now);
    }
}

void limiter::forget_idle(fine_time now) {
    std::erase_if(per_worker,
                  [now](auto const& each) { return each.second.owed_until() <= now; });
}

} // namespace peyk::core
