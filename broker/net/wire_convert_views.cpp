// Limits, workers, statistics, events and what is in the way -> server frames.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_convert_frames.hpp"

#include "peyk/wire/v1/frame.pb.h"

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;
using frame = wire::ServerFrame;

template <class Names>
void fill_names(wire::LimitNames& to, Names const& from) {
    to.set_task(text(from.task));
    to.set_queue(text(from.queue));
    to.set_key(text(from.key));
}

// -1: never.
std::int64_t until_ms_of(core::wall_time until) {
    return until == core::never ? -1 : ms_of(until);
}

void fill_obstacle(wire::Obstacle& to, core::obstacle const& from, core::wall_time now) {
    to.set_kind(same_number<wire::ObstacleKind>(from.kind));
    to.set_text(text(describe(from, now)));
    to.set_name(text(from.name));
    if (!from.by.empty())
        fill_id(*to.mutable_by(), from.by);
    to.set_until_ms(until_ms_of(from.until));
    to.set_ahead(from.ahead);
    to.set_more_ahead(from.more_ahead);
    to.set_workers(from.workers);
    to.set_expected_ms(static_cast<std::uint64_t>(from.expected.count()));
    auto const& limited = from.limited;
    if (!limited.task.empty() || !limited.queue.empty() || !limited.key.empty())
        fill_names(*to.mutable_limited(), limited);
}

void fill_limit(wire::LimitInfo& to, core::limit_stats const& from) {
    fill_names(*to.mutable_names(), from.names);
    to.mutable_rate()->set_thousandths(from.settings.rate.thousandths);
    to.mutable_rate()->set_seconds(from.settings.rate.seconds);
    to.set_burst(from.settings.burst);
    to.set_concurrency(from.settings.concurrency);
    to.set_per_worker(from.settings.per_worker);
    to.set_configured(from.configured);
    to.set_limiters(from.limiters);
    to.set_running(from.running);
    to.set_waiting(from.waiting);
}

void fill_consumer(wire::ConsumerInfo& to, core::consumer_view const& from) {
    to.set_consumer(from.id.value);
    for (auto const queue : from.queues)
        to.add_queues(text(queue));
    for (auto const task : from.tasks)
        to.add_tasks(text(task));
    to.set_credit(from.credit);
    to.set_unsettled(from.unsettled);
}

void fill_session(wire::SessionInfo& to, core::session_view const& from, core::steady_time now) {
    to.set_id(public_id(from.id));
    to.set_name(text(from.name));
    to.set_connected(from.connected);
    to.set_stalled(from.stalled);
    to.set_heard_ms(static_cast<std::uint64_t>((now - from.heard).count()));
    to.set_since_ms(ms_of(from.since));
    for (auto const& [name, value] : from.facts) {
        auto& fact = *to.add_facts();
        fact.set_name(text(name));
        fact.set_value(text(value));
    }
    if (!from.metrics.empty())
        to.mutable_metrics()->ParseFromString(from.metrics); // checked when they came
    for (auto const& label : from.labels)
        to.add_labels(text(label));
    for (auto const& consumer : from.consumers)
        fill_consumer(*to.add_consumers(), consumer);
    to.set_leased(from.leased);
    to.set_started(from.started);
    to.set_delivered(from.delivered);
    to.set_settled(from.settled);
    to.set_since_delivery_ms(static_cast<std::uint64_t>((now - from.delivered_at).count()));
}

void fill_quantiles(wire::Quantiles& to, core::histogram const& from) {
    auto const ms = [&from](double q) {
        return static_cast<double>(from.quantile(q).count());
    };
    to.set_count(from.count());
    to.set_p50_ms(ms(0.50));
    to.set_p95_ms(ms(0.95));
    to.set_p99_ms(ms(0.99));
}

void fill_sample(wire::Sample& to, core::sample const& from) {
    to.set_published(from.published);
    to.set_delivered(from.delivered);
    to.set_succeeded(from.succeeded);
    to.set_failed(from.failed);
    to.set_retried(from.retried);
    to.set_revoked(from.revoked);
    to.set_crashed(from.crashed);
    fill_quantiles(*to.mutable_waited(), from.waited);
    fill_quantiles(*to.mutable_ran(), from.ran);
}

void fill_event(wire::Event& to, numbered_event const& from) {
    auto const& what = from.event;
    to.set_sequence(from.sequence);
    to.set_kind(same_number<wire::EventKind>(what.kind));
    to.set_at_ms(ms_of(what.at));
    to.set_id_high(what.message.high);
    to.set_id_low(what.message.low);
    to.set_queue(text(what.queue));
    to.set_task(text(what.task));
    to.set_worker(text(what.worker));
    to.set_error_type(text(what.error_type));
    to.set_error_text(text(what.error_text));
    to.set_attempt(what.attempt);
    to.set_waited_ms(static_cast<std::uint64_t>(what.waited.count()));
    to.set_ran_ms(static_cast<std::uint64_t>(what.ran.count()));
}

} // namespace

std::string public_id(core::session_id session) {
    // One way: the session's own number is the right to resume it.
    std::uint64_t const mixed = core::mix(session.high ^ 0x5065796b, session.low);
    constexpr char digits[] = "0123456789abcdef";
    std::string id(12, '0');
    for (std::size_t i = 0; i < id.size(); ++i)
        id[i] = digits[mixed >> (4 * i) & 15];
    return id;
}

void append_answer(std::string& out,
                   core::request_id request,
                   std::span<core::obstacle const> obstacles,
                   core::wall_time now) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_obstacles();
    for (auto const& each : obstacles)
        fill_obstacle(*list.add_obstacles(), each, now);
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, limit_page const& page) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_limits();
    for (auto const& each : page.limits)
        fill_limit(*list.add_limits(), each);
    for (auto const& each : page.shares) {
        auto& share = *list.add_shares();
        share.set_key(text(each.key));
        share.set_weight(each.weight);
        share.set_configured(each.configured);
    }
    for (auto const& each : page.limiters) {
        auto& limiter = *list.add_limiters();
        fill_names(*limiter.mutable_names(), each.names);
        limiter.set_running(each.running);
        limiter.set_passed(each.passed);
        limiter.set_waiting(each.waiting);
        limiter.set_next_ms(ms_of(each.next));
    }
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, session_page const& page) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_sessions();
    for (auto const& each : page.sessions)
        fill_session(*list.add_sessions(), each, page.now);
    list.set_more(page.more);
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, std::span<series const> found) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_statistics();
    for (auto const& each : found) {
        auto& one = *list.add_series();
        one.set_name(text(each.name));
        fill_sample(*one.mutable_sum(), each.sum);
        for (auto const& step : each.samples) {
            auto& sample = *one.add_samples();
            sample.set_at_ms(ms_of(step.at));
            fill_sample(sample, step.sample);
        }
    }
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, instructed const& what) {
    frame f;
    f.set_request(request.value);
    auto& told = *f.mutable_control()->mutable_instructed();
    told.set_worker(text(what.worker));
    told.set_ok(what.ok);
    told.set_text(text(what.text));
    told.set_last(what.last);
    told.set_workers(what.workers);
    append(out, f);
}

void append_answer(std::string& out, core::request_id request, event_batch const& batch) {
    frame f;
    f.set_request(request.value);
    auto& events = *f.mutable_events();
    for (auto const* each : batch.events)
        fill_event(*events.add_events(), *each);
    events.set_last(batch.last);
    events.set_missed(batch.missed);
    append(out, f);
}

void append_instruction(std::string& out, instruction const& what) {
    frame f;
    auto& sent = *f.mutable_instruction();
    sent.set_number(what.number);
    sent.set_action(text(what.action));
    for (auto const& argument : what.arguments)
        sent.add_arguments(text(argument));
    append(out, f);
}

} // namespace peyk::net
