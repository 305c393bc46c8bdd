// Queues that stay, and the policies that say how queues behave.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace peyk::core {

namespace {

// Whether `a` is in force where both match.
bool stronger(queue_policy const& a, queue_policy const& b) {
    if (a.priority != b.priority) {
        return a.priority > b.priority;
    }
    if (a.pattern.size() != b.pattern.size()) {
        return a.pattern.size() > b.pattern.size();
    }
    return std::tie(a.pattern, a.configured) < std::tie(b.pattern, b.configured);
}

// Why a policy means nothing; empty: it does not.
std::string mistake_in(set_policy const& policy, limits const& bounds) {
    std::string pattern{policy.pattern};
    std::ranges::replace(pattern, '*', '.');
    if (!valid_queue_name(pattern, bounds.name_bytes_max)) {
        return one_to("pattern", "name_bytes_max", bounds.name_bytes_max) +
               ", of letters, digits and . _ - : / *";
    }
    // With them no message would ever be delivered, or none stay with its worker.
    if (policy.settings.default_ttl_s == 0u) {
        return "default_ttl_s: 1 at least";
    }
    return policy.settings.lease_ms == 0u ? "lease_ms: 1 at least" : "";
}

owned_queue_settings owned(queue_settings const& from) {
    owned_queue_settings kept;
    kept.max_length = from.max_length;
    kept.max_bytes = from.max_bytes;
    kept.overflow = from.overflow;
    kept.default_ttl_s = from.default_ttl_s;
    kept.lease_ms = from.lease_ms;
    kept.max_crashes = from.max_crashes;
    kept.aging_s = from.aging_s;
    if (from.dead_letter) {
        kept.dead_letter = std::string{*from.dead_letter};
    }
    kept.dead_ttl_s = from.dead_ttl_s;
    kept.dead_max = from.dead_max;
    return kept;
}

} // namespace

queue_settings borrowed(owned_queue_settings const& from) {
    queue_settings lent;
    lent.max_length = from.max_length;
    lent.max_bytes = from.max_bytes;
    lent.overflow = from.overflow;
    lent.default_ttl_s = from.default_ttl_s;
    lent.lease_ms = from.lease_ms;
    lent.max_crashes = from.max_crashes;
    lent.aging_s = from.aging_s;
    if (from.dead_letter) {
        lent.dead_letter = *from.dead_letter;
    }
    lent.dead_ttl_s = from.dead_ttl_s;
    lent.dead_max = from.dead_max;
    return lent;
}

void broker_state::members::apply(create_queue const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = errc::ok;
    interned_name* const name = queue_named(command.name, why);
    if (name == nullptr) {
        answer(command, why);
        return;
    }
    core::queue& made = *name->as_queue;
    if (!made.created) {
        made.created = true;
        out->records.emplace_back(record::queue_created{&made, made.name()});
        order.append(made);
    }
    answer(command, errc::ok);
}

// Results of what was in it stay where they are; they need no queue that people see.
void broker_state::members::apply(delete_queue const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    auto const found = queues.find(command.name);
    errc why = errc::ok;
    if (found == queues.end()) {
        why = errc::unknown_queue;
    } else if (core::queue const& q = *found->second;
               q.live() + q.count(message_state::dead) + q.consumers != 0) {
        why = errc::queue_not_empty;
    }
    if (why != errc::ok) {
        answer(command, why);
        return;
    }
    core::queue& gone = *found->second;
    // Also when only messages made it: what is left of them in the journal would make it again.
    out->records.emplace_back(record::queue_deleted{gone.name()});
    order.remove(gone);
    unlist(gone);
    answer(command, errc::ok);
}

// Whoever knows its address may go on; people do not see it any more.
void broker_state::members::unlist(core::queue& gone) {
    gone.created = false;
    gone.listed = false;
    gone.published = 0;
    gone.delivered = 0;
    gone.settled = 0;
    queues.erase(gone.name());
}

void broker_state::members::apply(set_policy const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = check(command);
    if (why == errc::ok && policies.size() >= bounds.policies_max &&
        policies.find(command.pattern) == policies.end()) {
        why = errc::too_many_policies;
    }
    if (why != errc::ok) {
        answer(command, why, why == errc::invalid_argument ? mistake_in(command, bounds) : "");
        return;
    }
    queue_policy& set = put_policy(policies, command);
    record_policy(set);
    order.append(set);
    policy_changed(set);
    answer(command, errc::ok);
}

void broker_state::members::apply(remove_policy const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    auto const found = policies.find(command.pattern);
    if (found == policies.end()) {
        answer(command, errc::unknown_policy);
        return;
    }
    std::unique_ptr<queue_policy> const& gone =
        ended_policies.emplace_back(std::move(found->second));
    policies.erase(found);
    out->records.emplace_back(record::policy_removed{gone->pattern});
    order.remove(*gone);
    for (auto const& q : queue_list) {
        if (q->policy == gone.get()) {
            apply_policies(*q);
        }
    }
    answer(command, errc::ok);
}

errc broker_state::members::configure(set_policy const& policy) {
    if (errc const why = check(policy); why != errc::ok) {
        return why;
    }
    if (configured_policies.size() >= bounds.policies_max) {
        return errc::too_many_policies;
    }
    put_policy(configured_policies, policy).configured = true;
    return errc::ok;
}

errc broker_state::members::check(set_policy const& policy) const {
    if (!mistake_in(policy, bounds).empty()) {
        return errc::invalid_argument;
    }
    std::string_view const keeper = policy.settings.dead_letter.value_or("");
    return keeper.empty() || valid_queue_name(keeper, bounds.name_bytes_max)
               ? errc::ok
               : errc::invalid_queue_name;
}

queue_policy& broker_state::members::put_policy(policy_map& into, set_policy const& policy) {
    auto found = into.find(policy.pattern);
    if (found == into.end()) {
        found = into.emplace(policy.pattern, std::make_unique<queue_policy>(policy.pattern)).first;
    }
    queue_policy& set = *found->second;
    set.priority = policy.priority;
    set.settings = owned(policy.settings);
    return set;
}

void broker_state::members::record_policy(queue_policy& p) {
    out->records.emplace_back(record::policy_set{&p, p.pattern, p.priority, borrowed(p.settings)});
}

void broker_state::members::policy_changed(queue_policy const& changed) {
    for (auto const& q : queue_list) {
        bool const same = q->policy != nullptr && q->policy->pattern == changed.pattern;
        if (same) {
            apply_policies(*q);
        } else if (matches(changed.pattern, q->name()) &&
                   (q->policy == nullptr || stronger(changed, *q->policy))) {
            enforce(*q, &changed);
        }
    }
}

// Of those that match, the strongest. A configured one gives way to one of the same pattern that
// was set by a command.
void broker_state::members::apply_policies(core::queue& to) {
    queue_policy const* strongest = nullptr;
    auto const consider = [&](queue_policy const& each) {
        if (matches(each.pattern, to.name()) &&
            (strongest == nullptr || stronger(each, *strongest))) {
            strongest = &each;
        }
    };
    for (auto const& [pattern, each] : policies) {
        consider(*each);
    }
    for (auto const& [pattern, each] : configured_policies) {
        if (!policies.contains(pattern)) {
            consider(*each);
        }
    }
    enforce(to, strongest);
}

void broker_state::members::enforce(core::queue& on, queue_policy const* policy) {
    on.policy = policy;
    on.set_aging(std::chrono::seconds{on.settings().aging_s.value_or(0)});
    touch(on); // Another message may be the next one.
}

duration broker_state::members::dead_ttl(core::queue const& of) const {
    auto const& asked = of.settings().dead_ttl_s;
    return asked ? duration{std::chrono::seconds{*asked}} : bounds.dead_ttl;
}

std::uint16_t broker_state::members::max_crashes(message_entry const& e) const {
    return e.max_crashes != 0 ? e.max_crashes
                              : e.lane->home().settings().max_crashes.value_or(bounds.max_crashes);
}

std::vector<policy_stats> broker_state::members::policy_list() const {
    std::vector<policy_stats> seen;
    for (policy_map const* const of : {&policies, &configured_policies}) {
        for (auto const& [pattern, each] : *of) {
            auto const queue_count = std::ranges::count_if(
                queues, [&](auto const& q) { return q.second->policy == each.get(); });
            seen.push_back({each->pattern,
                            each->priority,
                            each->configured,
                            borrowed(each->settings),
                            static_cast<std::size_t>(queue_count)});
        }
    }
    return seen;
}

void broker_state::members::replay(record::queue_created const& fact) {
    stopped_cleanly = false;
    errc why = errc::ok;
    if (interned_name* const name = queue_named(fact.name, why)) {
        name->as_queue->created = true;
        replayed = name->as_queue;
    }
}

void broker_state::members::replay(record::queue_deleted const& fact) {
    stopped_cleanly = false;
    if (auto const found = queues.find(fact.name); found != queues.end()) {
        core::queue& gone = *found->second;
        order.remove(gone);
        unlist(gone);
    }
}

void broker_state::members::replay(record::policy_set const& fact) {
    stopped_cleanly = false;
    replayed = &put_policy(policies, {{}, {}, fact.pattern, fact.priority, fact.settings});
}

void broker_state::members::replay(record::policy_removed const& fact) {
    stopped_cleanly = false;
    auto const found = policies.find(fact.pattern);
    if (found == policies.end()) {
        return;
    }
    order.remove(*found->second);
    for (auto const& q : queue_list) {
        if (q->policy == found->second.get()) {
            q->policy = nullptr; // recover_queues() finds the one in force.
        }
    }
    policies.erase(found);
}

// After replay, before messages take their places.
void broker_state::members::recover_queues() {
    for (auto const& q : queue_list) {
        apply_policies(*q);
    }
}

} // namespace peyk::core
