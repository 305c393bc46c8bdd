// What is remembered beside messages: queues, policies, holds, keys, schedules, sweeps.

#include "broker/storage/record_encoding.hpp"

namespace peyk::storage::encoding {

content_source put(record::queue_created const& from, v1::Record& to) {
    assign(*to.mutable_queue_created()->mutable_name(), from.name);
    return content_source{};
}

content_source put(record::queue_deleted const& from, v1::Record& to) {
    assign(*to.mutable_queue_deleted()->mutable_name(), from.name);
    return content_source{};
}

content_source put(record::policy_set const& from, v1::Record& to) {
    auto& out = *to.mutable_policy_set();
    out.Clear();
    assign(*out.mutable_pattern(), from.pattern);
    out.set_priority(from.priority);
    auto const& settings = from.settings;
    if (settings.max_length) {
        out.set_max_length(*settings.max_length);
    }
    if (settings.max_bytes) {
        out.set_max_bytes(*settings.max_bytes);
    }
    if (settings.overflow) {
        out.set_overflow(static_cast<std::uint32_t>(*settings.overflow));
    }
    if (settings.default_ttl_s) {
        out.set_default_ttl_s(*settings.default_ttl_s);
    }
    if (settings.lease_ms) {
        out.set_lease_ms(*settings.lease_ms);
    }
    if (settings.max_crashes) {
        out.set_max_crashes(*settings.max_crashes);
    }
    if (settings.aging_s) {
        out.set_aging_s(*settings.aging_s);
    }
    if (settings.dead_letter) {
        assign(*out.mutable_dead_letter(), *settings.dead_letter);
    }
    if (settings.dead_ttl_s) {
        out.set_dead_ttl_s(*settings.dead_ttl_s);
    }
    if (settings.dead_max) {
        out.set_dead_max(*settings.dead_max);
    }
    return content_source{};
}

content_source put(record::policy_removed const& from, v1::Record& to) {
    assign(*to.mutable_policy_removed()->mutable_pattern(), from.pattern);
    return content_source{};
}

content_source put(record::hold_set const& from, v1::Record& to) {
    auto& out = *to.mutable_hold_set();
    out.set_scope(static_cast<std::uint32_t>(from.scope));
    assign(*out.mutable_name(), from.name);
    out.set_until_ms(ms(from.until));
    assign(*out.mutable_reason(), from.reason);
    out.set_rate_limit(from.rate_limit);
    return content_source{};
}

content_source put(record::hold_released const& from, v1::Record& to) {
    auto& out = *to.mutable_hold_released();
    out.set_scope(static_cast<std::uint32_t>(from.scope));
    assign(*out.mutable_name(), from.name);
    return content_source{};
}

namespace {

void put_names(core::limit_names const& from, v1::LimitNames& to) {
    assign(*to.mutable_task(), from.task);
    assign(*to.mutable_queue(), from.queue);
    assign(*to.mutable_key(), from.key);
}

} // namespace

content_source put(record::limit_set const& from, v1::Record& to) {
    auto& out = *to.mutable_limit_set();
    put_names(from.names, *out.mutable_names());
    out.set_rate_thousandths(from.settings.rate.thousandths);
    out.set_rate_seconds(from.settings.rate.seconds);
    out.set_burst(from.settings.burst);
    out.set_concurrency(from.settings.concurrency);
    out.set_per_worker(from.settings.per_worker);
    return content_source{};
}

content_source put(record::limit_spent const& from, v1::Record& to) {
    auto& out = *to.mutable_limit_spent();
    put_names(from.names, *out.mutable_names());
    out.set_until_ns(from.until_ns);
    out.set_worker_high(from.worker.high);
    out.set_worker_low(from.worker.low);
    return content_source{};
}

content_source put(record::share_set const& from, v1::Record& to) {
    auto& out = *to.mutable_share_set();
    assign(*out.mutable_key(), from.key);
    out.set_weight(from.weight);
    return content_source{};
}

content_source put(record::unique_taken const& from, v1::Record& to) {
    auto& out = *to.mutable_unique_taken();
    assign(*out.mutable_key(), from.key);
    out.set_id_high(from.message.high);
    out.set_id_low(from.message.low);
    out.set_until_ms(ms(from.until));
    return content_source{};
}

content_source put(record::schedule_set const& from, v1::Record& to) {
    auto& out = *to.mutable_schedule_set();
    auto const& spec = from.spec;
    assign(*out.mutable_name(), spec.name);
    assign(*out.mutable_cron(), spec.cron);
    assign(*out.mutable_zone(), spec.zone);
    out.set_every_ms(spec.every.count());
    out.set_start_ms(ms(spec.start));
    out.set_end_ms(ms(spec.end));
    out.set_jitter_ms(spec.jitter.count());
    out.set_misfire(static_cast<std::uint32_t>(spec.misfire));
    out.set_overlap(static_cast<std::uint32_t>(spec.overlap));
    out.set_paused(spec.paused);
    out.set_configured(spec.configured);
    out.set_expires_after_ms(spec.expires_after.count());
    put_message(spec.message, *out.mutable_message());
    out.set_since_ms(ms(from.since));
    out.set_last_slot_ms(ms(from.last_slot));
    out.set_last_high(from.last_message.high);
    out.set_last_low(from.last_message.low);
    out.set_fired(from.fired);
    out.set_skipped(from.skipped);
    return content_source{spec.message.content};
}

content_source put(record::schedule_removed const& from, v1::Record& to) {
    assign(*to.mutable_schedule_removed()->mutable_name(), from.name);
    return content_source{};
}

content_source put(record::slots_skipped const& from, v1::Record& to) {
    auto& out = *to.mutable_slots_skipped();
    assign(*out.mutable_name(), from.name);
    out.set_last_slot_ms(ms(from.last_slot));
    out.set_count(from.count);
    return content_source{};
}

content_source put(record::sweep_began const& from, v1::Record& to) {
    auto& out = *to.mutable_sweep_began();
    auto const& spec = from.spec;
    auto const& which = spec.which;
    out.set_id(from.id.value);
    out.set_below(from.below.value);
    out.set_action(static_cast<std::uint32_t>(spec.action));
    assign(*out.mutable_queue(), which.queue);
    assign(*out.mutable_task(), which.task);
    assign(*out.mutable_error(), which.error);
    out.set_states(bits_of(which.states));
    out.set_root_high(which.root.high);
    out.set_root_low(which.root.low);
    out.set_parent_high(which.parent.high);
    out.set_parent_low(which.parent.low);
    out.set_published_after_ms(ms(which.published_after));
    out.set_published_before_ms(ms(which.published_before));
    assign(*out.mutable_to(), spec.to);
    out.set_due_ms(ms(spec.due));
    assign(*out.mutable_reason(), spec.reason);
    out.set_rate_per_s(spec.rate_per_s);
    out.set_terminate(spec.terminate);
    out.set_reset_counters(spec.reset_counters);
    out.set_changed(from.changed);
    assign(*out.mutable_tag(), which.tag);
    assign(*out.mutable_worker(), which.worker);
    out.clear_edit_priority();
    out.clear_edit_expires_ms();
    out.clear_edit_max_retries();
    if (spec.edits.priority) {
        out.set_edit_priority(*spec.edits.priority);
    }
    if (spec.edits.expires) {
        out.set_edit_expires_ms(ms(*spec.edits.expires));
    }
    if (spec.edits.max_retries) {
        out.set_edit_max_retries(*spec.edits.max_retries);
    }
    return content_source{};
}

content_source put(record::sweep_ended const& from, v1::Record& to) {
    to.mutable_sweep_ended()->set_id(from.id.value);
    return content_source{};
}

} // namespace peyk::storage::encoding
