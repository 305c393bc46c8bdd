#include "client/src/wire_views.hpp"

#include "client/src/utf8.hpp"

#include <algorithm>
#include <cmath>

namespace peyk {
namespace {

using std::chrono::milliseconds;

limit_names to_names(wire::v1::LimitNames const& from) {
    return {from.task(), from.queue(), from.key()};
}

rate to_rate(wire::v1::Rate const& from) {
    if (from.thousandths() == 0)
        return {};
    return {from.thousandths() / 1'000.0, std::chrono::seconds{from.seconds()}};
}

quantiles to_quantiles(wire::v1::Quantiles const& from) {
    auto const ms = [](double value) {
        return milliseconds{std::llround(value)};
    };
    return {from.count(), ms(from.p50_ms()), ms(from.p95_ms()), ms(from.p99_ms())};
}

statistics_sample to_sample(wire::v1::Sample const& from) {
    statistics_sample to;
    to.at = at_ms(from.at_ms());
    to.published = from.published();
    to.delivered = from.delivered();
    to.succeeded = from.succeeded();
    to.failed = from.failed();
    to.retried = from.retried();
    to.revoked = from.revoked();
    to.crashed = from.crashed();
    to.waited = to_quantiles(from.waited());
    to.ran = to_quantiles(from.ran());
    return to;
}

void to_wire(task_runs const& from, wire::v1::TaskRuns& to) {
    to.set_task(to_utf8(from.task));
    to.set_runs(from.runs);
    to.set_ran_us(static_cast<std::uint64_t>(from.ran.count()));
}

task_runs to_runs(wire::v1::TaskRuns const& from) {
    return {from.task(), from.runs(), std::chrono::microseconds{from.ran_us()}};
}

worker_metrics to_metrics(wire::v1::WorkerMetrics const& from) {
    worker_metrics to;
    to.succeeded = from.succeeded();
    to.failed = from.failed();
    to.retried = from.retried();
    to.handed_back = from.handed_back();
    to.crashed = from.crashed();
    for (auto const& each : from.tasks())
        to.tasks.push_back(to_runs(each));
    to.others = to_runs(from.others());
    for (auto const& each : from.pools())
        to.pools.push_back({each.pool(), each.slots(), each.busy()});
    return to;
}

} // namespace

void to_wire(limit_names const& from, wire::v1::LimitNames& to) {
    to.set_task(from.task);
    to.set_queue(from.queue);
    to.set_key(from.key);
}

void to_wire(limit_change const& from, wire::v1::SetLimit& to) {
    if (from.rate) {
        auto const thousandths = std::clamp(from.rate->count * 1'000, 0.0, double{UINT32_MAX});
        to.mutable_rate()->set_thousandths(static_cast<std::uint32_t>(std::llround(thousandths)));
        to.mutable_rate()->set_seconds(static_cast<std::uint32_t>(from.rate->per.count()));
    }
    if (from.burst)
        to.set_burst(*from.burst);
    if (from.concurrency)
        to.set_concurrency(*from.concurrency);
    if (from.per_worker)
        to.set_per_worker(*from.per_worker);
}

void to_wire(statistics_query const& from, wire::v1::ShowStatistics& to) {
    to.set_tasks(from.tasks);
    to.set_name(from.name);
    if (from.since)
        to.set_since_ms(
            std::chrono::floor<milliseconds>(from.since->time_since_epoch()).count());
    to.set_hours(from.hours);
}

void to_wire(event_filter const& from, wire::v1::Listen& to) {
    for (auto const kind : from.kinds)
        to.add_kinds(static_cast<wire::v1::EventKind>(kind));
    to.set_queue(from.queue);
    to.set_task(from.task);
    to.set_worker(from.worker);
    to.set_after(from.after);
}

limit_list to_limits(wire::v1::LimitList const& from) {
    limit_list to;
    for (auto const& each : from.limits())
        to.limits.push_back({to_names(each.names()),
                             to_rate(each.rate()),
                             each.burst(),
                             each.concurrency(),
                             each.per_worker(),
                             each.configured(),
                             each.limiters(),
                             each.running(),
                             each.waiting()});
    for (auto const& each : from.shares())
        to.shares.push_back({each.key(), each.weight(), each.configured()});
    return to;
}

limiter_info to_limiter(wire::v1::LimiterInfo const& from) {
    return {to_names(from.names()),
            from.running(),
            from.passed(),
            from.waiting(),
            at_ms_if_set(from.next_ms())};
}

obstacle to_obstacle(wire::v1::Obstacle const& from) {
    obstacle to;
    to.kind = static_cast<obstacle_kind>(from.kind());
    to.text = from.text();
    to.name = from.name();
    to.by = to_id(from.by());
    if (from.until_ms() > 0)
        to.until = at_ms(from.until_ms());
    to.ahead = from.ahead();
    to.more_ahead = from.more_ahead();
    to.workers = from.workers();
    to.expected = milliseconds{from.expected_ms()};
    to.limited = to_names(from.limited());
    return to;
}

void to_wire(worker_metrics const& from, wire::v1::WorkerMetrics& to) {
    to.set_succeeded(from.succeeded);
    to.set_failed(from.failed);
    to.set_retried(from.retried);
    to.set_handed_back(from.handed_back);
    to.set_crashed(from.crashed);
    for (auto const& each : from.tasks)
        to_wire(each, *to.add_tasks());
    if (from.others.runs > 0)
        to_wire(from.others, *to.mutable_others());
    for (auto const& each : from.pools) {
        auto& pool = *to.add_pools();
        pool.set_pool(to_utf8(each.pool));
        pool.set_slots(each.slots);
        pool.set_busy(each.busy);
    }
}

session_info to_session(wire::v1::SessionInfo const& from) {
    session_info to;
    to.id = from.id();
    to.name = from.name();
    to.connected = from.connected();
    to.stalled = from.stalled();
    to.heard = milliseconds{from.heard_ms()};
    to.since = at_ms(from.since_ms());
    for (auto const& fact : from.facts())
        to.facts.insert_or_assign(fact.name(), fact.value());
    if (from.has_metrics())
        to.metrics = to_metrics(from.metrics());
    to.labels.assign(from.labels().begin(), from.labels().end());
    for (auto const& each : from.consumers())
        to.consumers.push_back({each.consumer(),
                                {each.queues().begin(), each.queues().end()},
                                {each.tasks().begin(), each.tasks().end()},
                                each.credit(),
                                each.unsettled()});
    to.leased = from.leased();
    to.started = from.started();
    to.delivered = from.delivered();
    to.settled = from.settled();
    to.since_delivery = milliseconds{from.since_delivery_ms()};
    return to;
}

statistics_series to_series(wire::v1::Series const& from) {
    statistics_series to{from.name(), to_sample(from.sum()), {}};
    for (auto const& each : from.samples())
        to.samples.push_back(to_sample(each));
    return to;
}

event to_event(wire::v1::Event const& from) {
    event to;
    to.sequence = from.sequence();
    to.kind = static_cast<event_kind>(from.kind());
    to.at = at_ms(from.at_ms());
    to.id = {from.id_high(), from.id_low()};
    to.queue = from.queue();
    to.task = from.task();
    to.worker = from.worker();
    to.error_type = from.error_type();
    to.error_text = from.error_text();
    to.attempt = from.attempt();
    to.waited = milliseconds{from.waited_ms()};
    to.ran = milliseconds{from.ran_ms()};
    return to;
}

} // namespace peyk
