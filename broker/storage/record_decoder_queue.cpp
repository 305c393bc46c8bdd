// What is remembered beside messages: queues, policies, holds, keys, schedules, sweeps.

#include "broker/storage/record_decoding.hpp"

namespace peyk::storage::decoding {

namespace {

core::queue_settings settings_of(v1::PolicySet const& from, narrowing& narrow) {
    core::queue_settings to;
    if (from.has_max_length()) {
        to.max_length = from.max_length();
    }
    if (from.has_max_bytes()) {
        to.max_bytes = from.max_bytes();
    }
    if (from.has_overflow()) {
        to.overflow = narrow.to_enum(from.overflow(), core::overflow::dead_letter);
    }
    if (from.has_default_ttl_s()) {
        to.default_ttl_s = from.default_ttl_s();
    }
    if (from.has_lease_ms()) {
        to.lease_ms = from.lease_ms();
    }
    if (from.has_max_crashes()) {
        to.max_crashes = narrow.to<std::uint16_t>(from.max_crashes());
    }
    if (from.has_aging_s()) {
        to.aging_s = from.aging_s();
    }
    if (from.has_dead_letter()) {
        to.dead_letter = from.dead_letter();
    }
    if (from.has_dead_ttl_s()) {
        to.dead_ttl_s = from.dead_ttl_s();
    }
    if (from.has_dead_max()) {
        to.dead_max = from.dead_max();
    }
    return to;
}

core::schedule_spec
spec_of(v1::ScheduleSet const& from, std::string_view content, room& room, narrowing& narrow) {
    return {.name = from.name(),
            .cron = from.cron(),
            .zone = from.zone(),
            .every = core::duration{from.every_ms()},
            .start = at(from.start_ms()),
            .end = at(from.end_ms()),
            .jitter = core::duration{from.jitter_ms()},
            .misfire = narrow.to_enum(from.misfire(), core::misfire::run_all),
            .overlap = narrow.to_enum(from.overlap(), core::overlap::replace),
            .paused = from.paused(),
            .configured = from.configured(),
            .expires_after = core::duration{from.expires_after_ms()},
            .message = get_message(from.message(), content, room, narrow)};
}

core::selector selector_of(v1::SweepBegan const& from, narrowing& narrow) {
    return {.queue = from.queue(),
            .task = from.task(),
            .error = from.error(),
            .states = states_of(narrow.to<std::uint8_t>(from.states())),
            .tag = from.tag(),
            .worker = from.worker(),
            .root = {from.root_high(), from.root_low()},
            .parent = {from.parent_high(), from.parent_low()},
            .published_after = at(from.published_after_ms()),
            .published_before = at(from.published_before_ms())};
}

core::message_edit edits_of(v1::SweepBegan const& from, narrowing& narrow) {
    core::message_edit to;
    if (from.has_edit_priority()) {
        to.priority = narrow.to<std::uint8_t>(from.edit_priority());
    }
    if (from.has_edit_expires_ms()) {
        to.expires = at(from.edit_expires_ms());
    }
    if (from.has_edit_max_retries()) {
        to.max_retries = narrow.to<std::uint16_t>(from.edit_max_retries());
    }
    return to;
}

core::limit_names names_of(v1::LimitNames const& from) {
    return {.task = from.task(), .queue = from.queue(), .key = from.key()};
}

} // namespace

record::limit_set get(v1::LimitSet const& from) {
    return {.names = names_of(from.names()),
            .settings = {.rate = {.thousandths = from.rate_thousandths(),
                                  .seconds = from.rate_seconds()},
                         .burst = from.burst(),
                         .concurrency = from.concurrency(),
                         .per_worker = from.per_worker()}};
}

record::limit_spent get(v1::LimitSpent const& from) {
    return {.names = names_of(from.names()),
            .until_ns = from.until_ns(),
            .worker = {from.worker_high(), from.worker_low()}};
}

record::policy_set get(v1::PolicySet const& from, narrowing& narrow) {
    return {.pattern = from.pattern(),
            .priority = from.priority(),
            .settings = settings_of(from, narrow)};
}

record::hold_set get(v1::HoldSet const& from, narrowing& narrow) {
    return {.scope = narrow.to_enum(from.scope(), core::hold_scope::key),
            .name = from.name(),
            .until = at(from.until_ms()),
            .reason = from.reason(),
            .rate_limit = from.rate_limit()};
}

record::hold_released get(v1::HoldReleased const& from, narrowing& narrow) {
    return {.scope = narrow.to_enum(from.scope(), core::hold_scope::key),
            .name = from.name()};
}

record::unique_taken get(v1::UniqueTaken const& from) {
    return {.key = from.key(),
            .message = {from.id_high(), from.id_low()},
            .until = at(from.until_ms())};
}

record::schedule_set
get(v1::ScheduleSet const& from, std::string_view content, room& room, narrowing& narrow) {
    return {.spec = spec_of(from, content, room, narrow),
            .since = at(from.since_ms()),
            .last_slot = at(from.last_slot_ms()),
            .last_message = {from.last_high(), from.last_low()},
            .fired = from.fired(),
            .skipped = from.skipped()};
}

record::sweep_began get(v1::SweepBegan const& from, narrowing& narrow) {
    return {.id = {from.id()},
            .below = {from.below()},
            .spec = {.action = narrow.to_enum(from.action(), core::sweep_action::edit),
                     .which = selector_of(from, narrow),
                     .to = from.to(),
                     .due = at(from.due_ms()),
                     .reason = from.reason(),
                     .rate_per_s = from.rate_per_s(),
                     .terminate = from.terminate(),
                     .reset_counters = from.reset_counters(),
                     .edits = edits_of(from, narrow)},
            .changed = from.changed()};
}

} // namespace peyk::storage::decoding
