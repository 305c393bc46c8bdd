#pragma once
// What one limit lets pass for one combination of names: a rate and a number at once. The rate is
// kept as a single time, the one at which all that passed so far would have passed evenly (the
// generic cell rate algorithm, ITU-T I.371): nothing to refill, nothing to forget.

#include "broker/core/deadline_index.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/limit.hpp"
#include "broker/core/time.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::core {

class section;
class track;

// Nanoseconds of Unix time: a rate of thousands per second needs finer steps than the clock has.
using fine_time = std::int64_t;

[[nodiscard]] fine_time fine(wall_time at);
[[nodiscard]] wall_time coarse(fine_time at); // never earlier

// One rate's account. Costs nothing while its limit has no rate.
class rate_account {
public:
    // When `cost` may pass; at or before now: it may. A cost over the burst waits until nothing is
    // owed.
    [[nodiscard]] fine_time
    passes_at(limit_settings const& by, duration grain, std::uint32_t cost) const;
    // It passes, whether it might or not. What comes late by no more than the grain counts as if it
    // had come in time: a clock and a loop that are a little late cost nobody a part of the rate.
    void take(limit_settings const& by, duration grain, std::uint32_t cost, fine_time now);
    // After the clock was set back, or another rate was set: nobody waits longer than the burst and
    // the last cost take by this rate.
    void clamp(limit_settings const& by, duration grain, fine_time now);
    // Until then something is owed; see record::limit_spent.
    [[nodiscard]] fine_time owed_until() const { return even_; }
    void set_owed_until(fine_time at) { even_ = at; }

private:
    fine_time even_ = 0;
    std::uint32_t last_cost_ = 1;
};

struct limiter {
    explicit limiter(owned_limit_names about) : names(std::move(about)) {}

    std::uint32_t deadline_slot = no_deadline_slot; // when the rate lets the next one pass
    owned_limit_names names;
    wall_time due = never;            // the time in the index
    std::uint32_t asked_max = 0;      // the highest cost it was found for
    limit_rule const* rule = nullptr; // in force; set while anything is attached
    rate_account account;
    std::map<session_id, rate_account> per_worker; // of sessions that owe
    bool idle = false;         // nothing is attached: it is only owed something
    bool counts_anew = false;  // what runs in it, within one call
    std::uint32_t running = 0; // leased
    std::size_t wakes = 0;
    std::uint64_t passed = 0;  // since this process started
    // Everything it applies to, held back by it or not: told when it lets pass again. In an order
    // that does not depend on addresses, as far as their queues are concerned.
    std::vector<section*> sections;
    std::vector<track*> tracks;

    [[nodiscard]] bool attached() const { return !sections.empty() || !tracks.empty(); }
    // Of this session's deliveries; null: it owes nothing.
    [[nodiscard]] rate_account const* account_of(session_id reader) const;
    [[nodiscard]] rate_account& account_for(session_id reader, fine_time now);
    // Until then somebody owes something.
    [[nodiscard]] fine_time owed_until() const;
    // Accounts that owe nothing are as good as none.
    void forget_idle(fine_time now);
    // Its limit has changed, or the clock.
    void settle(duration grain, fine_time now);
};

// By their names, which are found without a copy of them.
struct limiter_hash {
    using is_transparent = void;
    template <class Text>
    std::size_t operator()(basic_limit_names<Text> const& of) const {
        std::hash<std::string_view> const text;
        return mix(mix(text(of.task), text(of.queue)), text(of.key));
    }
};
struct same_limiter {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(basic_limit_names<A> const& a, basic_limit_names<B> const& b) const {
        return a.key == b.key && a.task == b.task && a.queue == b.queue;
    }
};
using limiter_map = boost::
    unordered_flat_map<owned_limit_names, std::unique_ptr<limiter>, limiter_hash, same_limiter>;

// Why a limiter lets nothing pass. `until`: when the rate does; never: when something ends.
struct refusal_by {
    limiter const* by = nullptr; // null: it passes
    wall_time until = never;
};

} // namespace peyk::core
