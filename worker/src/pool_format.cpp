#include "worker/src/pool_format.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace peyk::worker_detail {
namespace {

std::int64_t ns_of(time_point at) {
    return std::chrono::nanoseconds{at.time_since_epoch()}.count();
}

time_point time_of(std::int64_t ns) {
    return time_point{
        std::chrono::duration_cast<time_point::duration>(std::chrono::nanoseconds{ns})};
}

void write(pool_wire::Error& to, error_report const& from) {
    to.set_type(from.type);
    to.set_message(from.message);
    to.set_trace(from.trace);
}

error_report read(pool_wire::Error&& from) {
    return {.type = std::move(*from.mutable_type()),
            .message = std::move(*from.mutable_message()),
            .trace = std::move(*from.mutable_trace())};
}

struct verdict_writer {
    pool_wire::Ended& to;

    void operator()(verdict::success const& from) const {
        to.mutable_success()->set_result(from.result);
        to.mutable_success()->set_content_type(from.content_type);
    }
    void operator()(verdict::failure const& from) const {
        write(*to.mutable_failure()->mutable_error(), from.error);
        to.mutable_failure()->set_permanent(from.permanent);
    }
    void operator()(verdict::retry const& from) const {
        to.mutable_retry()->set_at_ns(ns_of(from.at));
        write(*to.mutable_retry()->mutable_error(), from.error);
    }
    void operator()(verdict::snooze const& from) const { to.set_snooze_until_ns(ns_of(from.at)); }
    void operator()(verdict::release const&) const { to.set_release(true); }
    void operator()(verdict::drop const&) const { to.set_drop(true); }
    void operator()(verdict::dead const& from) const { write(*to.mutable_dead(), from.error); }
    void operator()(verdict::rate_limited const& from) const {
        to.mutable_rate_limited()->set_until_ns(ns_of(from.until));
        to.mutable_rate_limited()->set_scope(static_cast<std::uint32_t>(from.scope));
    }
    void operator()(verdict::crashed const&) const { to.set_release(true); }
};

} // namespace

void write(pool_wire::Run& to, delivery const& from) {
    to.set_epoch(from.token.epoch);
    to.set_number(from.token.number);
    to.set_id_high(from.id.high);
    to.set_id_low(from.id.low);
    to.set_queue(from.queue);
    to.set_task(from.task);
    to.set_priority(from.priority);
    to.set_track_started(from.track_started);
    to.set_attempt(from.attempt);
    to.set_crashes(from.crashes);
    to.set_deliveries(from.deliveries);
    to.set_max_retries(from.max_retries);
    if (from.eta)
        to.set_eta_ns(ns_of(*from.eta));
    if (from.expires_at)
        to.set_expires_ns(ns_of(*from.expires_at));
    to.set_published_ns(ns_of(from.published_at));
    to.set_content(from.content);
    to.set_checkpoint(from.checkpoint);
    to.set_root_high(from.root.high);
    to.set_root_low(from.root.low);
    to.set_parent_high(from.parent.high);
    to.set_parent_low(from.parent.low);
}

delivery read(pool_wire::Run&& from) {
    delivery to;
    to.token = {.epoch = from.epoch(), .number = from.number()};
    to.id = {.high = from.id_high(), .low = from.id_low()};
    to.queue = std::move(*from.mutable_queue());
    to.task = std::move(*from.mutable_task());
    to.priority = static_cast<std::uint8_t>(from.priority());
    to.track_started = from.track_started();
    to.attempt = from.attempt();
    to.crashes = from.crashes();
    to.deliveries = from.deliveries();
    to.max_retries = from.max_retries();
    if (from.has_eta_ns())
        to.eta = time_of(from.eta_ns());
    if (from.has_expires_ns())
        to.expires_at = time_of(from.expires_ns());
    to.published_at = time_of(from.published_ns());
    to.content = std::move(*from.mutable_content());
    to.checkpoint = std::move(*from.mutable_checkpoint());
    to.root = {.high = from.root_high(), .low = from.root_low()};
    to.parent = {.high = from.parent_high(), .low = from.parent_low()};
    return to;
}

void write(pool_wire::Report& to, task_report const& from) {
    if (from.progress) {
        to.set_has_progress(true);
        to.set_done(from.progress->done);
        to.set_total(from.progress->total);
        to.set_text(from.progress->text);
    }
    if (from.checkpoint)
        to.set_checkpoint(*from.checkpoint);
    to.set_log(from.log);
}

task_report read(pool_wire::Report&& from) {
    task_report to;
    if (from.has_progress())
        to.progress = {
            .done = from.done(), .total = from.total(), .text = std::move(*from.mutable_text())};
    if (from.has_checkpoint())
        to.checkpoint = std::move(*from.mutable_checkpoint());
    to.log = std::move(*from.mutable_log());
    return to;
}

void write(pool_wire::Ended& to, outcome const& from) {
    std::visit(verdict_writer{to}, from);
}

std::optional<outcome> read(pool_wire::Ended&& from) {
    switch (from.verdict_case()) {
    case pool_wire::Ended::kSuccess: {
        auto& success = *from.mutable_success();
        return verdict::success{.result = std::move(*success.mutable_result()),
                                .content_type = std::move(*success.mutable_content_type())};
    }
    case pool_wire::Ended::kFailure:
        return verdict::failure{.error = read(std::move(*from.mutable_failure()->mutable_error())),
                                .permanent = from.failure().permanent()};
    case pool_wire::Ended::kRetry:
        return verdict::retry{.at = time_of(from.retry().at_ns()),
                              .error = read(std::move(*from.mutable_retry()->mutable_error()))};
    case pool_wire::Ended::kSnoozeUntilNs:
        return verdict::snooze{.at = time_of(from.snooze_until_ns())};
    case pool_wire::Ended::kRelease:
        return verdict::release{};
    case pool_wire::Ended::kDrop:
        return verdict::drop{};
    case pool_wire::Ended::kDead:
        return verdict::dead{.error = read(std::move(*from.mutable_dead()))};
    case pool_wire::Ended::kRateLimited:
        return verdict::rate_limited{.until = time_of(from.rate_limited().until_ns()),
                                     .scope = static_cast<hold_scope>(from.rate_limited().scope())};
    case pool_wire::Ended::VERDICT_NOT_SET:
        break;
    }
    return std::nullopt;
}

} // namespace peyk::worker_detail
