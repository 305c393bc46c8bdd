#include "client/src/wire_admin.hpp"

#include "client/src/client_frame.hpp"
#include "client/src/wire_encode.hpp"

#include <algorithm>

namespace peyk {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::int64_t ms_of(time_point at) {
    return std::max<std::int64_t>(std::chrono::floor<milliseconds>(at.time_since_epoch()).count(),
                                  1); // 0 is "none"
}

std::int64_t ms_of(std::optional<time_point> at) {
    return at ? ms_of(*at) : 0;
}

template <class Duration>
auto count_of(Duration value) {
    return static_cast<std::uint64_t>(std::max<typename Duration::rep>(value.count(), 0));
}

template <class Duration>
std::uint32_t small_count_of(Duration value) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count_of(value), UINT32_MAX));
}

void to_wire(queue_settings const& from, wire::v1::QueueSettings& to) {
    if (from.max_length)
        to.set_max_length(*from.max_length);
    if (from.max_bytes)
        to.set_max_bytes(*from.max_bytes);
    if (from.overflow)
        to.set_overflow(static_cast<wire::v1::Overflow>(*from.overflow));
    if (from.default_ttl)
        to.set_default_ttl_s(small_count_of(*from.default_ttl));
    if (from.lease)
        to.set_lease_ms(small_count_of(*from.lease));
    if (from.max_crashes)
        to.set_max_crashes(*from.max_crashes);
    if (from.aging)
        to.set_aging_s(small_count_of(*from.aging));
    if (from.dead_letter)
        to.set_dead_letter(*from.dead_letter);
    if (from.dead_ttl)
        to.set_dead_ttl_s(small_count_of(*from.dead_ttl));
    if (from.dead_max)
        to.set_dead_max(*from.dead_max);
}

queue_settings to_settings(wire::v1::QueueSettings const& from) {
    queue_settings to;
    if (from.has_max_length())
        to.max_length = from.max_length();
    if (from.has_max_bytes())
        to.max_bytes = from.max_bytes();
    if (from.has_overflow())
        to.overflow = static_cast<overflow>(from.overflow());
    if (from.has_default_ttl_s())
        to.default_ttl = seconds{from.default_ttl_s()};
    if (from.has_lease_ms())
        to.lease = milliseconds{from.lease_ms()};
    if (from.has_max_crashes())
        to.max_crashes = from.max_crashes();
    if (from.has_aging_s())
        to.aging = seconds{from.aging_s()};
    if (from.has_dead_letter())
        to.dead_letter = from.dead_letter();
    if (from.has_dead_ttl_s())
        to.dead_ttl = seconds{from.dead_ttl_s()};
    if (from.has_dead_max())
        to.dead_max = from.dead_max();
    return to;
}

selector to_selector(wire::v1::Selector const& from) {
    selector to;
    to.queue = from.queue();
    to.task = from.task();
    to.error = from.error();
    for (auto const state : from.states())
        to.states.push_back(static_cast<message_state>(state));
    to.root = to_id(from.root());
    to.parent = to_id(from.parent());
    to.published_after = at_ms_if_set(from.published_after_ms());
    to.published_before = at_ms_if_set(from.published_before_ms());
    to.tag = from.tag();
    to.worker = from.worker();
    return to;
}

message_edit to_edit(wire::v1::MessageEdit const& from) {
    message_edit to;
    if (from.has_priority())
        to.priority = static_cast<std::uint8_t>(std::min(from.priority(), 255u));
    to.never_expires = from.has_expires_ms() && from.expires_ms() == 0;
    if (from.has_expires_ms() && !to.never_expires)
        to.expires_at = at_ms(from.expires_ms());
    if (from.has_max_retries())
        to.max_retries = from.max_retries();
    return to;
}

retry_policy to_retry(wire::v1::RetryPolicy const& from) {
    retry_policy to;
    to.max_retries = from.max_retries();
    to.backoff = static_cast<backoff>(from.backoff());
    to.base = milliseconds{from.base_ms()};
    to.factor = from.factor_percent() / 100.0;
    to.max = milliseconds{from.max_ms()};
    to.jitter = static_cast<jitter>(from.jitter());
    for (auto const delay : from.delays_ms())
        to.delays.emplace_back(delay);
    to.max_age = seconds{from.max_age_s()};
    return to;
}

} // namespace

message to_envelope(wire::v1::Message const& from) {
    message to;
    to.queue = from.queue();
    to.task = from.task();
    if (from.has_priority())
        to.priority = static_cast<std::uint8_t>(std::min(from.priority(), 255u));
    if (from.has_retry())
        to.retry = to_retry(from.retry());
    if (from.has_result())
        to.result = result_policy{
            seconds{from.result().ttl_s()}, from.result().ignore(), from.result().track_started()};
    if (from.has_max_crashes())
        to.max_crashes = from.max_crashes();
    to.ordering_key = from.ordering_key();
    to.fairness_key = from.fairness_key();
    to.limit_key = from.limit_key();
    if (from.cost() > 1)
        to.cost = from.cost();
    to.labels.assign(from.labels().begin(), from.labels().end());
    to.tags.assign(from.tags().begin(), from.tags().end());
    return to;
}

void to_wire(selector const& from, wire::v1::Selector& to) {
    to.set_queue(from.queue);
    to.set_task(from.task);
    to.set_error(from.error);
    for (auto const state : from.states)
        to.add_states(static_cast<wire::v1::MessageState>(state));
    if (!from.root.is_nil())
        set_id(*to.mutable_root(), from.root);
    if (!from.parent.is_nil())
        set_id(*to.mutable_parent(), from.parent);
    to.set_published_after_ms(ms_of(from.published_after));
    to.set_published_before_ms(ms_of(from.published_before));
    to.set_tag(from.tag);
    to.set_worker(from.worker);
}

void to_wire(queue_policy const& from, wire::v1::SetPolicy& to) {
    to.set_pattern(from.pattern);
    to.set_priority(from.priority);
    to_wire(from.settings, *to.mutable_settings());
}

void to_wire(hold const& from, wire::v1::SetHold& to) {
    to.set_scope(static_cast<wire::v1::HoldScope>(from.scope));
    to.set_name(from.name);
    to.set_until_ms(ms_of(from.until));
    to.set_reason(from.reason);
}

void to_wire(schedule const& from, wire::v1::Schedule& to) {
    to.set_name(from.name);
    to.set_cron(from.cron);
    to.set_zone(from.zone);
    to.set_every_ms(count_of(from.every));
    to.set_start_ms(ms_of(from.start));
    to.set_end_ms(ms_of(from.end));
    to.set_jitter_ms(count_of(from.jitter));
    to.set_misfire(static_cast<wire::v1::Misfire>(from.misfire));
    to.set_overlap(static_cast<wire::v1::Overlap>(from.overlap));
    to.set_paused(from.paused);
    to.set_expires_after_ms(count_of(from.expires_after));
    auto what = from.message; // what the schedule itself gives is left out
    what.id = {};
    what.eta = what.expires_at = std::nullopt;
    what.countdown = what.expires = std::nullopt;
    what.unique = std::nullopt;
    to.mutable_message()->ParseFromString(encode_message(what, {}));
}

void to_wire(sweep const& from, wire::v1::StartSweep& to) {
    to.set_action(static_cast<wire::v1::SweepAction>(from.action));
    to_wire(from.which, *to.mutable_which());
    to.set_to(from.to);
    to.set_due_ms(ms_of(from.due));
    to.set_reason(from.reason);
    to.set_rate_per_s(from.rate_per_s);
    to.set_terminate(from.terminate);
    to.set_reset_counters(from.reset_counters);
    to.set_dry_run(from.dry_run);
    to_wire(from.edits, *to.mutable_edits());
}

void to_wire(message_edit const& from, wire::v1::MessageEdit& to) {
    if (from.priority)
        to.set_priority(*from.priority);
    if (from.never_expires)
        to.set_expires_ms(0);
    else if (from.expires_at)
        to.set_expires_ms(ms_of(*from.expires_at));
    if (from.max_retries)
        to.set_max_retries(std::min<std::uint32_t>(*from.max_retries, UINT16_MAX));
}

queue_policy_info to_policy(wire::v1::PolicyInfo const& from) {
    return {{from.pattern(), from.priority(), to_settings(from.settings())},
            from.configured(),
            from.queues()};
}

hold to_hold(wire::v1::SetHold const& from) {
    return {static_cast<hold_scope>(from.scope()),
            from.name(),
            at_ms_if_set(from.until_ms()),
            from.reason()};
}

schedule_info to_schedule(wire::v1::ScheduleInfo const& from) {
    schedule_info to;
    auto const& spec = from.schedule();
    to.schedule.name = spec.name();
    to.schedule.cron = spec.cron();
    to.schedule.zone = spec.zone();
    to.schedule.every = milliseconds{spec.every_ms()};
    to.schedule.start = at_ms_if_set(spec.start_ms());
    to.schedule.end = at_ms_if_set(spec.end_ms());
    to.schedule.jitter = milliseconds{spec.jitter_ms()};
    to.schedule.misfire = static_cast<misfire>(spec.misfire());
    to.schedule.overlap = static_cast<overlap>(spec.overlap());
    to.schedule.paused = spec.paused();
    to.schedule.expires_after = milliseconds{spec.expires_after_ms()};
    to.schedule.message = to_envelope(spec.message());
    if (auto content = decode_content(spec.message().content()))
        to.schedule.message.content = std::move(*content);
    to.configured = from.configured();
    to.last_slot = at_ms_if_set(from.last_slot_ms());
    to.last_message = to_id(from.last_message());
    to.fired = from.fired();
    to.skipped = from.skipped();
    for (auto const next : from.next_ms())
        to.next.push_back(at_ms(next));
    return to;
}

sweep_state to_sweep(wire::v1::SweepState const& from) {
    sweep_state to;
    to.id = from.id();
    auto const& spec = from.spec();
    to.spec.action = static_cast<sweep_action>(spec.action());
    to.spec.which = to_selector(spec.which());
    to.spec.to = spec.to();
    to.spec.due = at_ms_if_set(spec.due_ms());
    to.spec.reason = spec.reason();
    to.spec.rate_per_s = spec.rate_per_s();
    to.spec.terminate = spec.terminate();
    to.spec.reset_counters = spec.reset_counters();
    to.spec.dry_run = spec.dry_run();
    to.spec.edits = to_edit(spec.edits());
    to.visited = from.visited();
    to.matched = from.matched();
    to.changed = from.changed();
    to.known = from.known();
    to.done = from.done();
    to.stopped = from.stopped();
    to.unchanged = from.unchanged();
    return to;
}

} // namespace peyk
