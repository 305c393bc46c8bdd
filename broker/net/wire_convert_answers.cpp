// Answers to questions -> server frames.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_convert_frames.hpp"

#include "peyk/wire/v1/frame.pb.h"

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;
using frame = wire::ServerFrame;

// Texts in lists are for an overview; the whole of one message is a Get away.
constexpr std::size_t listed_text_bytes_max = 500;

// Contents of schedules in one answer. A frame holds 16 MiB, a content at most 4 MiB.
constexpr std::size_t listed_content_bytes_max = 8u << 20;

std::string listed(std::string_view from) {
    return text(from.substr(0, listed_text_bytes_max));
}

template <class Wire>
void fill_settings(Wire& to, core::queue_settings const& from) {
    if (from.max_length)
        to.set_max_length(*from.max_length);
    if (from.max_bytes)
        to.set_max_bytes(*from.max_bytes);
    if (from.overflow)
        to.set_overflow(same_number<wire::Overflow>(*from.overflow));
    if (from.default_ttl_s)
        to.set_default_ttl_s(*from.default_ttl_s);
    if (from.lease_ms)
        to.set_lease_ms(*from.lease_ms);
    if (from.max_crashes)
        to.set_max_crashes(*from.max_crashes);
    if (from.aging_s)
        to.set_aging_s(*from.aging_s);
    if (from.dead_letter)
        to.set_dead_letter(text(*from.dead_letter));
    if (from.dead_ttl_s)
        to.set_dead_ttl_s(*from.dead_ttl_s);
    if (from.dead_max)
        to.set_dead_max(*from.dead_max);
}

void fill_schedule(wire::Schedule& to, core::schedule_spec const& from) {
    to.set_name(text(from.name));
    to.set_cron(text(from.cron));
    to.set_zone(text(from.zone));
    to.set_every_ms(static_cast<std::uint64_t>(from.every.count()));
    to.set_start_ms(ms_of(from.start));
    to.set_end_ms(ms_of(from.end));
    to.set_jitter_ms(static_cast<std::uint64_t>(from.jitter.count()));
    to.set_misfire(misfire_of(from.misfire));
    to.set_overlap(same_number<wire::Overlap>(from.overlap));
    to.set_paused(from.paused);
    to.set_expires_after_ms(static_cast<std::uint64_t>(from.expires_after.count()));
    fill(*to.mutable_message(), from.message);
}

void fill_queue(wire::QueueInfo& to, core::queue_stats const& from) {
    to.set_name(std::string{from.name});
    to.set_ready(from.ready);
    to.set_scheduled(from.scheduled);
    to.set_leased(from.leased);
    to.set_dead(from.dead);
    to.set_consumers(static_cast<std::uint32_t>(from.consumers));
    to.set_lanes(static_cast<std::uint32_t>(from.lanes));
    to.set_oldest_ready_ms(ms_of(from.oldest_ready));
    to.set_published(from.published);
    to.set_delivered(from.delivered);
    to.set_settled(from.settled);
    to.set_blocked(from.blocked);
    to.set_bytes(from.bytes);
    to.set_created(from.created);
    to.set_held(from.held_until != core::unset);
    to.set_held_until_ms(end_ms_of(from.held_until));
    to.set_held_reason(listed(from.held_reason));
    to.set_draining(from.draining);
    to.set_policy(text(from.policy));
}

// Without the result, log and history, and with short texts: a page must fit a frame.
core::status overview(core::status const& from) {
    core::status to = from;
    to.result = {};
    to.log.clear();
    to.history.clear();
    to.error_trace.clear();
    to.error_text = listed(from.error_text);
    to.error_type = listed(from.error_type);
    to.progress_text = listed(from.progress_text);
    return to;
}

} // namespace

void fill(wire::SweepState& to, core::sweep_state const& from) {
    to.set_id(from.id.value);
    to.set_visited(from.visited);
    to.set_matched(from.matched);
    to.set_changed(from.changed);
    to.set_known(from.known);
    to.set_done(from.done);
    to.set_stopped(from.stopped);
    to.set_unchanged(text(from.unchanged));
    auto& spec = *to.mutable_spec();
    spec.set_action(same_number<wire::SweepAction>(from.spec.action));
    spec.set_to(text(from.spec.to));
    spec.set_due_ms(ms_of(from.spec.due));
    spec.set_reason(listed(from.spec.reason));
    spec.set_rate_per_s(from.spec.rate_per_s);
    spec.set_terminate(from.spec.terminate);
    spec.set_reset_counters(from.spec.reset_counters);
    spec.set_dry_run(from.spec.dry_run);
    auto const& chosen = from.spec.which;
    auto& which = *spec.mutable_which();
    which.set_queue(text(chosen.queue));
    which.set_task(text(chosen.task));
    which.set_error(text(chosen.error));
    for (int number = 0; number <= static_cast<int>(core::message_state::dead); ++number) {
        if (chosen.states.contains(static_cast<core::message_state>(number)))
            which.add_states(static_cast<wire::MessageState>(number));
    }
    if (!chosen.root.empty())
        fill_id(*which.mutable_root(), chosen.root);
    if (!chosen.parent.empty())
        fill_id(*which.mutable_parent(), chosen.parent);
    which.set_published_after_ms(ms_of(chosen.published_after));
    which.set_published_before_ms(ms_of(chosen.published_before));
    which.set_tag(text(chosen.tag));
    which.set_worker(text(chosen.worker));
    auto const& edits = from.spec.edits;
    if (edits.priority)
        spec.mutable_edits()->set_priority(*edits.priority);
    if (edits.expires)
        spec.mutable_edits()->set_expires_ms(ms_of(*edits.expires));
    if (edits.max_retries)
        spec.mutable_edits()->set_max_retries(*edits.max_retries);
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::queue_stats const> queues,
                   bool more) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_queues();
    for (auto const& each : queues)
        fill_queue(*list.add_queues(), each);
    list.set_more(more);
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   core::queue_stats const& queue,
                   std::span<core::obstacle_count const> obstacles) {
    frame f;
    f.set_request(request.value);
    auto& info = *f.mutable_control()->mutable_queues()->add_queues();
    fill_queue(info, queue);
    for (auto const& each : obstacles) {
        auto& obstacle = *info.add_obstacles();
        obstacle.set_kind(same_number<wire::ObstacleKind>(each.kind));
        obstacle.set_name(text(each.name));
        obstacle.set_messages(each.messages);
    }
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   core::broker_stats const& stats,
                   broker_facts const& facts) {
    frame f;
    f.set_request(request.value);
    auto& info = *f.mutable_control()->mutable_broker();
    info.set_version(std::string{facts.version});
    info.set_epoch(facts.epoch.value);
    info.set_started_ms(ms_of(facts.started));
    info.set_pid(facts.pid);
    info.set_sessions(static_cast<std::uint32_t>(stats.sessions));
    info.set_messages(stats.messages);
    info.set_results(stats.results);
    info.set_content_bytes(stats.content_bytes);
    info.set_journal_bytes(facts.journal_bytes);
    info.set_commits(facts.commits);
    info.set_records(facts.records);
    info.set_stale_settles(stats.stale_settles);
    info.set_duplicate_publishes(stats.duplicate_publishes);
    info.set_loop_cpu_us(facts.cpu_us);
    info.set_recovery_s(facts.recovery_s);
    info.set_settling(stats.settling);
    info.set_memory_bytes(stats.memory_bytes);
    info.set_memory_bytes_max(facts.memory_bytes_max);
    info.set_pressure(same_number<wire::Pressure>(facts.publishing));
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::policy_stats const> policies) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_policies();
    for (auto const& each : policies) {
        auto& info = *list.add_policies();
        info.set_pattern(text(each.pattern));
        info.set_priority(each.priority);
        info.set_configured(each.configured);
        info.set_queues(each.queues);
        fill_settings(*info.mutable_settings(), each.settings);
    }
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::hold_stats const> holds) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_holds();
    for (auto const& each : holds) {
        auto& hold = *list.add_holds();
        hold.set_scope(same_number<wire::HoldScope>(each.scope));
        hold.set_name(text(each.name));
        hold.set_until_ms(end_ms_of(each.until));
        hold.set_reason(listed(each.reason));
    }
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::schedule_state const> schedules,
                   bool more) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_schedules();
    std::size_t bytes = 0;
    for (auto const& each : schedules) {
        bytes += each.spec.message.content.size();
        if (list.schedules_size() != 0 && bytes > listed_content_bytes_max) {
            more = true; // the next page begins with this one
            break;
        }
        auto& info = *list.add_schedules();
        fill_schedule(*info.mutable_schedule(), each.spec);
        info.set_configured(each.spec.configured);
        info.set_last_slot_ms(ms_of(each.last_slot));
        if (!each.last_message.empty())
            fill_id(*info.mutable_last_message(), each.last_message);
        info.set_fired(each.fired);
        info.set_skipped(each.skipped);
        for (auto const slot : each.next)
            info.add_next_ms(ms_of(slot));
    }
    list.set_more(more);
    append(out, f);
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::sweep_state const> sweeps) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_sweeps();
    for (auto const& each : sweeps)
        fill(*list.add_sweeps(), each);
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, core::message_page const& page) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_messages();
    for (auto const& each : page.messages)
        fill(*list.add_messages(), overview(each));
    list.set_next(page.next);
    append(out, f);
}

} // namespace peyk::net
