// Sizes, and the hash of everything that must survive.

#include "broker/core/broker_members.hpp"

#include <functional>
#include <string_view>

namespace peyk::core {

namespace {

// One thing's hash, field by field.
class hash_chain {
public:
    hash_chain& add(std::uint64_t value) {
        hash_ = mix(hash_, value);
        return *this;
    }
    hash_chain& add(std::string_view text) { return add(std::hash<std::string_view>{}(text)); }
    hash_chain& add(wall_time at) {
        return add(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    }
    template <class Tag>
    hash_chain& add(id128<Tag> id) {
        return add(id.high).add(id.low);
    }
    hash_chain& add(delivery_token token) { return add(token.epoch.value).add(token.number); }
    hash_chain& add(error_texts const& error) {
        return add(error.type).add(error.text).add(error.trace);
    }

    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 1;
};

// What its runs left behind.
void add_traces(hash_chain& hash, message_entry const& e) {
    traces const left = traces_of(e);
    for (attempt const& each : left.history) {
        hash.add(each.worker).add(each.began).add(each.ended).add(each.crash ? 1u : 0u);
        hash.add(each.error);
    }
    hash.add(left.progress.done).add(left.progress.total).add(left.progress.text);
    hash.add(left.log).add(left.log_end).add(left.checkpoint);
}

// Its final record stands alone: what it does not say is not known any more.
void add_final(hash_chain& hash, message_entry const& e) {
    entry_detail const& d = *e.detail;
    hash.add(static_cast<std::uint64_t>(e.state)).add(d.expired ? 1u : 0u);
    hash.add(d.result ? d.result->bytes() : std::string_view{}).add(d.content_type);
    hash.add(d.error).add(d.settled_by).add(d.worker).add(d.finished).add(d.until);
    hash.add(static_cast<std::uint64_t>(d.death)).add(d.origin);
}

// What its publisher asked for.
void add_wishes(hash_chain& hash, message_entry const& e) {
    hash.add(e.eta);
    hash.add(e.retry.max_retries).add(e.retry.factor_percent).add(e.retry.base_ms);
    hash.add(e.retry.max_ms).add(static_cast<std::uint64_t>(e.retry.spread));
    hash.add(static_cast<std::uint64_t>(e.retry.curve));
    hash.add(e.result_ttl_s).add(e.keeps_result ? 1u : 0u).add(e.track_started ? 1u : 0u);
    hash.add(e.max_crashes).add(e.body_bytes);
    if (e.options) {
        hash.add(e.options->unique_key).add(static_cast<std::uint64_t>(e.options->key_until));
        hash.add(static_cast<std::uint64_t>(e.options->conflict)).add(e.options->key_ttl_s);
        hash.add(e.options->max_age_s);
        for (std::uint32_t const delay : e.options->retry_delays_ms) {
            hash.add(delay);
        }
    }
}

void add_placement(hash_chain& hash, placement const& given) {
    hash.add(given.ordering_key).add(given.fairness_key).add(given.limit_key).add(given.cost);
    for (std::string_view const label : given.labels) {
        hash.add(label);
    }
}

// Ready or scheduled is the same thing at different times.
void add_live(hash_chain& hash, message_entry const& e) {
    hash.add(e.due).add(e.retrying ? 1u : 0u);
    hash.add(e.state == message_state::blocked ? 1u : 0u);
    hash.add(e.detail ? e.detail->error : error_texts{});
    if (e.lease != nullptr) {
        hash.add(e.lease->token).add(e.lease->holder->id);
        hash.add(e.track_started && e.lease->started ? 1u : 0u);
        hash.add(e.lease->acknowledged ? 1u : 0u);
    }
}

void add_settings(hash_chain& hash, owned_queue_settings const& of) {
    auto const add = [&hash](auto const& setting) {
        hash.add(setting ? 1u : 0u).add(setting ? static_cast<std::uint64_t>(*setting) : 0u);
    };
    add(of.max_length);
    add(of.max_bytes);
    add(of.overflow);
    add(of.default_ttl_s);
    add(of.lease_ms);
    add(of.max_crashes);
    add(of.aging_s);
    add(of.dead_ttl_s);
    add(of.dead_max);
    hash.add(of.dead_letter.value_or("*"));
}

void add_edit(hash_chain& hash, message_edit const& of) {
    hash.add(of.priority ? *of.priority + 1u : 0u).add(of.max_retries ? *of.max_retries + 1u : 0u);
    hash.add(of.expires ? 1u : 0u).add(of.expires.value_or(unset));
}

} // namespace

broker_stats broker_state::members::stats() const {
    broker_stats seen = counted;
    seen.queues = queues.size();
    seen.memory_bytes = memory_bytes();
    seen.retained_bytes = order.bytes();
    seen.settling = holding;
    return seen;
}

// Estimates, on the high side, of what an element of each kind costs with its places in indexes.
std::uint64_t broker_state::members::memory_bytes() const {
    constexpr std::uint64_t message_cost = sizeof(message_entry) + 80;
    constexpr std::uint64_t lease_cost = sizeof(lease) + 64;
    constexpr std::uint64_t queue_cost = sizeof(core::queue) + 256;
    constexpr std::uint64_t part_cost = sizeof(section) + 64;
    constexpr std::uint64_t session_cost = sizeof(session) + 1'024;
    constexpr std::uint64_t hold_cost = sizeof(core::hold) + 512;
    constexpr std::uint64_t policy_cost = sizeof(queue_policy) + 512;
    constexpr std::uint64_t sweep_cost = sizeof(sweep) + 1'024;
    constexpr std::uint64_t limit_cost = sizeof(limit_rule) + 512;
    constexpr std::uint64_t limiter_cost = sizeof(limiter) + 512;
    return messages.size() * message_cost + counted.content_bytes + detail_bytes +
           deliveries.size() * lease_cost + queue_list.size() * queue_cost +
           place_memory.parts * part_cost + sessions.size() * session_cost + facts_bytes +
           names.bytes() + schedule_bytes + key_bytes + holds.size() * hold_cost +
           policies.size() * policy_cost + sweeps.size() * sweep_cost +
           (rules.commanded().size() + shares.size()) * limit_cost + limiters.size() * limiter_cost;
}

// The sum over all things, so that their order does not matter. What is not written down is not in
// it: when a session was heard, starts of messages that are not tracked, and what a client's
// answered_below let go.
std::uint64_t broker_state::members::fingerprint() const {
    std::uint64_t sum = 0;
    messages.for_each([&sum](message_entry const& e) {
        hash_chain hash;
        hash.add(e.id).add(e.number.value).add(e.lane->home().name()).add(e.lane->task());
        hash.add(e.published).add(e.priority).add(e.expires);
        hash.add(e.counters.attempts).add(e.counters.crashes);
        hash.add(e.counters.deliveries).add(e.final() ? 1u : 0u);
        if (e.options) {
            hash.add(e.options->root).add(e.options->parent);
            for (std::string_view const tag : e.options->tags) {
                hash.add(tag);
            }
        }
        add_traces(hash, e);
        if (!e.final() || e.state == message_state::dead) {
            add_wishes(hash, e);
            add_placement(hash, message_of(e).placement);
        }
        if (e.final()) {
            add_final(hash, e);
        } else {
            add_live(hash, e);
        }
        sum += hash.value();
    });
    for (auto const& [id, of] : sessions) {
        if (of->recorded) {
            sum += hash_chain{}
                       .add(id)
                       .add(of->name)
                       .add(of->consumes ? 1u : 0u)
                       .add(of->accepted.highest().value)
                       .value();
        }
    }
    return sum + schedules_fingerprint() + queues_fingerprint() +
           hash_chain{}.add(mark.epoch.value).value();
}

std::uint64_t broker_state::members::queues_fingerprint() const {
    std::uint64_t sum = 0;
    for (auto const& [name, q] : queues) {
        sum += q->created ? hash_chain{}.add(name).value() : 0;
    }
    for (auto const& [pattern, p] : policies) {
        hash_chain hash;
        hash.add(pattern).add(static_cast<std::uint64_t>(p->priority));
        add_settings(hash, p->settings);
        sum += hash.value();
    }
    for (auto const& [key, h] : holds) {
        sum += hash_chain{}
                   .add(static_cast<std::uint64_t>(h->scope))
                   .add(h->name)
                   .add(h->until)
                   .add(h->reason)
                   .add(h->rate_limit ? 1u : 0u)
                   .value();
    }
    for (auto const& [patterns, r] : rules.commanded()) {
        limit_settings const& by = r->settings;
        sum += hash_chain{}
                   .add(patterns.task)
                   .add(patterns.queue)
                   .add(patterns.key)
                   .add(by.rate.thousandths)
                   .add(by.rate.seconds)
                   .add(by.burst)
                   .add(by.concurrency)
                   .add(by.per_worker ? 1u : 0u)
                   .value();
    }
    for (auto const& [key, s] : shares) {
        sum += hash_chain{}.add(key).add(s->weight).value();
    }
    for (auto const& [name, key] : unique_keys) {
        if (key->is_linked()) { // The others follow from their messages.
            sum += hash_chain{}.add(name).add(key->holder).add(key->end).value();
        }
    }
    for (auto const& [id, s] : sweeps) {
        if (!s->spec.dry_run) {
            hash_chain hash;
            hash.add(id.value).add(s->below.value).add(s->changed);
            hash.add(s->spec.rate_per_s).add(s->spec.due);
            hash.add(static_cast<std::uint64_t>(s->spec.action)).add(s->spec.to);
            hash.add(s->spec.reason).add(s->spec.which.queue).add(s->spec.which.task);
            hash.add(s->spec.which.error).add(s->spec.which.states.bits());
            hash.add(s->spec.which.root).add(s->spec.which.parent);
            hash.add(s->spec.which.published_after).add(s->spec.which.published_before);
            hash.add(s->spec.which.tag).add(s->spec.which.worker);
            add_edit(hash, s->spec.edits);
            sum += hash.value();
        }
    }
    return sum;
}

} // namespace peyk::core
