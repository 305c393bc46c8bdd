// Shares: how much of a fair queue one fairness key gets.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <utility>

namespace peyk::core {

namespace {

// Why a share means nothing; empty: it does not.
std::string mistake_in(set_share const& command, limits const& bounds) {
    if (command.key.empty() || command.key.size() > bounds.key_bytes_max) {
        return one_to("key", "key_bytes_max", bounds.key_bytes_max);
    }
    return command.weight < 1 || command.weight > bounds.weight_max
               ? "weight: 1 to " + std::to_string(bounds.weight_max)
               : "";
}

} // namespace

void broker_state::members::apply(set_share const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = check(command);
    auto const found = shares.find(command.key);
    if (why == errc::ok && found == shares.end() && command.weight != 1 &&
        rules.commanded().size() + shares.size() >= bounds.limits_max) {
        why = errc::too_many_limits;
    }
    if (why != errc::ok) {
        answer(command, why, mistake_in(command, bounds));
        return;
    }
    if (command.weight != 1) {
        share& set = put_share(shares, command.key, command.weight);
        record_share(set);
        order.append(set);
    } else if (found != shares.end()) {
        out->records.emplace_back(record::share_set{nullptr, found->second->key, 1});
        order.remove(*found->second);
        ended_shares.push_back(std::move(found->second));
        shares.erase(found);
    }
    weigh(command.key);
    out->effects.emplace_back(effect::done{command.session, command.request});
}

errc broker_state::members::configure(set_share const& command) {
    if (errc const why = check(command); why != errc::ok) {
        return why;
    }
    if (configured_shares.size() >= bounds.limits_max) {
        return errc::too_many_limits;
    }
    put_share(configured_shares, command.key, command.weight);
    weigh(command.key);
    return errc::ok;
}

errc broker_state::members::check(set_share const& command) const {
    return mistake_in(command, bounds).empty() ? errc::ok : errc::invalid_argument;
}

share&
broker_state::members::put_share(share_map& into, std::string_view key, std::uint32_t weight) {
    auto found = into.find(key);
    if (found == into.end()) {
        found = into.emplace(key, std::make_unique<share>(key)).first;
    }
    found->second->weight = weight;
    return *found->second;
}

void broker_state::members::record_share(share& s) {
    out->records.emplace_back(record::share_set{&s, s.key, s.weight});
}

void broker_state::members::weigh(std::string_view key) {
    std::uint32_t weight = 1;
    if (auto const set = shares.find(key); set != shares.end()) {
        weight = set->second->weight;
    } else if (auto const told = configured_shares.find(key); told != configured_shares.end()) {
        weight = told->second->weight;
    }
    for (auto const& q : queue_list) {
        q->set_weight(key, weight);
    }
}

void broker_state::members::weigh_all(core::queue& in) {
    for (auto const* const among : {&configured_shares, &shares}) { // The latter win.
        for (auto const& [key, each] : *among) {
            in.set_weight(key, each->weight);
        }
    }
}

void broker_state::members::replay(record::share_set const& fact) {
    stopped_cleanly = false;
    if (fact.key.empty() || fact.weight == 0) {
        return; // No broker wrote it.
    }
    if (fact.weight != 1) {
        replayed = &put_share(shares, fact.key, fact.weight);
    } else if (auto const found = shares.find(fact.key); found != shares.end()) {
        order.remove(*found->second);
        shares.erase(found);
    }
    weigh(fact.key);
}

std::vector<share_stats> broker_state::members::share_list() const {
    std::vector<share_stats> seen;
    for (auto const& [key, each] : shares) {
        seen.push_back({each->key, each->weight, false});
    }
    for (auto const& [key, each] : configured_shares) {
        seen.push_back({each->key, each->weight, true});
    }
    return seen;
}

} // namespace peyk::core
