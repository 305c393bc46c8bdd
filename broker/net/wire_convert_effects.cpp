// Effects -> server frames. Plain confirms are written field by field (they leave by the ten
// thousand); everything else goes through the generated code.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_convert_frames.hpp"
#include "proto/frame_codec.hpp"

#include <cstddef>
#include <variant>
#include <vector>

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;
using frame = wire::ServerFrame;

void fill_error(wire::TaskError& to, core::task_error const& from) {
    to.set_type(text(from.type));
    to.set_message(text(from.text));
    to.set_trace(text(from.trace));
}

void fill_reports(wire::Status& to, core::status const& from) {
    if (from.done != 0 || from.total != 0 || !from.progress_text.empty()) {
        auto& progress = *to.mutable_progress();
        progress.set_done(from.done);
        progress.set_total(from.total);
        progress.set_text(text(from.progress_text));
    }
    to.set_log_end(from.log_end);
    to.set_acknowledged(from.acknowledged);
    to.set_log(from.log);
    for (auto const& run : from.history) {
        auto& item = *to.add_history();
        item.set_worker(text(run.worker));
        item.set_began_ms(ms_of(run.began));
        item.set_ended_ms(ms_of(run.ended));
        item.set_crash(run.crash);
        fill_error(*item.mutable_error(), run.error.view());
    }
}

} // namespace

void fill(wire::Status& to, core::status const& from) {
    to.set_id_high(from.id.high);
    to.set_id_low(from.id.low);
    to.set_state(state_of(from.state));
    to.set_detail(detail_of(from.detail));
    if (from.result)
        to.set_result(std::string{from.result->bytes()});
    to.set_content_type(text(from.content_type));
    if (!from.error_type.empty() || !from.error_text.empty() || !from.error_trace.empty())
        fill_error(*to.mutable_error(), {from.error_type, from.error_text, from.error_trace});
    to.set_queue(std::string{from.queue});
    to.set_task(std::string{from.task});
    to.set_priority(from.priority);
    to.set_attempts(from.counters.attempts);
    to.set_crashes(from.counters.crashes);
    to.set_deliveries(from.counters.deliveries);
    to.set_published_ms(ms_of(from.published));
    to.set_eta_ms(ms_of(from.eta));
    to.set_expires_ms(ms_of(from.expires));
    to.set_started_ms(ms_of(from.started));
    to.set_finished_ms(ms_of(from.finished));
    to.set_worker(text(from.worker));
    to.set_death(same_number<wire::Death>(from.death));
    to.set_origin(std::string{from.origin});
    if (!from.root.empty())
        fill_id(*to.mutable_root(), from.root);
    if (!from.parent.empty())
        fill_id(*to.mutable_parent(), from.parent);
    to.set_checkpoint_bytes(from.checkpoint_bytes);
    to.set_ordering_key(text(from.ordering_key));
    to.set_fairness_key(text(from.fairness_key));
    to.set_limit_key(text(from.limit_key));
    for (auto const& label : from.labels)
        to.add_labels(text(label));
    for (auto const& tag : from.tags)
        to.add_tags(text(tag));
    fill_reports(to, from);
}

namespace {

// The code's own text, and what the core has to add about this very case.
std::string told(core::errc code, std::string_view detail) {
    std::string said{explain(code).text};
    return detail.empty() ? said : said + " (" + text(detail) + ")";
}

// Of a field that means nothing its name, without what is allowed in it.
std::string limit_in(core::refusal const& r) {
    bool const of_field = r.code == core::errc::invalid_argument;
    return text(of_field ? std::string_view{r.detail}.substr(0, r.detail.find(':')) : r.detail);
}

template <class Refusals>
void fill_refusals(Refusals& to, std::vector<core::refusal> const& from) {
    for (auto const& r : from) {
        auto const why = explain(r.code);
        auto& item = *to.Add();
        item.set_index(r.index);
        item.set_code(code_of(r.code));
        item.set_message(told(r.code, r.detail));
        // A queue's own limits have no name before the case is known.
        bool const own = why.limit.empty() || r.code == core::errc::message_too_large;
        item.set_limit(own && !r.detail.empty() ? limit_in(r) : std::string{why.limit});
        if (!r.existing.empty())
            fill_id(*item.mutable_existing(), r.existing);
    }
}

void fill_token(wire::Token& to, core::delivery_token token) {
    to.set_epoch(token.epoch.value);
    to.set_number(token.number);
}

// One overload per effect. Confirms without refusals, which almost all are, have an empty body.
struct effect_encoder {
    std::string& out;

    template <class Effect, class Body>
    void confirm(Effect const& e, int field, Body* (frame::*body)()) {
        if (e.request.value == 0)
            return;
        if (e.refused.empty())
            return append_frame(out, e.request, field, {});
        frame f;
        f.set_request(e.request.value);
        fill_refusals(*(f.*body)()->mutable_refused(), e.refused);
        append(out, f);
    }

    void operator()(core::effect::welcome const&) {}
    void operator()(core::effect::closed const&) {}
    void operator()(core::effect::published const& e) {
        if (e.joined.empty() || e.request.value == 0)
            return confirm(e, frame::kPublishedFieldNumber, &frame::mutable_published);
        frame f;
        f.set_request(e.request.value);
        auto& published = *f.mutable_published();
        fill_refusals(*published.mutable_refused(), e.refused);
        for (auto const& each : e.joined) {
            auto& joined = *published.add_joined();
            joined.set_index(each.index);
            fill_id(*joined.mutable_existing(), each.existing);
        }
        append(out, f);
    }
    void operator()(core::effect::settled const& e) {
        confirm(e, frame::kSettledFieldNumber, &frame::mutable_settled);
    }
    void operator()(core::effect::acknowledged const& e) {
        confirm(e, frame::kAcknowledgedFieldNumber, &frame::mutable_acknowledged);
    }
    void operator()(core::effect::cancelled const& e) {
        confirm(e, frame::kCancelledFieldNumber, &frame::mutable_cancelled);
    }
    void operator()(core::effect::rescheduled const& e) {
        confirm(e, frame::kRescheduledFieldNumber, &frame::mutable_rescheduled);
    }
    void operator()(core::effect::forgotten const& e) {
        confirm(e, frame::kForgottenFieldNumber, &frame::mutable_forgotten);
    }
    void operator()(core::effect::redriven const& e) {
        confirm(e, frame::kRedrivenFieldNumber, &frame::mutable_redriven);
    }
    void operator()(core::effect::edited const& e) {
        confirm(e, frame::kEditedFieldNumber, &frame::mutable_edited);
    }
    void operator()(core::effect::reported const& e) {
        if (e.request.value != 0)
            append_frame(out, e.request, frame::kReportedFieldNumber, {});
    }
    void operator()(core::effect::done const& e) {
        if (e.request.value == 0)
            return;
        frame f;
        f.set_request(e.request.value);
        auto& done = *f.mutable_control()->mutable_done();
        if (!e.message.empty())
            fill_id(*done.mutable_message(), e.message);
        append(out, f);
    }
    void operator()(core::effect::swept const& e) {
        if (e.request.value == 0)
            return;
        frame f;
        f.set_request(e.request.value);
        fill(*f.mutable_control()->mutable_sweep(), e.sweep);
        append(out, f);
    }
    void operator()(core::effect::subscribed const& e) {
        if (e.request.value != 0)
            append_frame(out, e.request, frame::kSubscribedFieldNumber, {});
    }
    void operator()(core::effect::unsubscribed const& e) {
        if (e.request.value != 0)
            append_frame(out, e.request, frame::kUnsubscribedFieldNumber, {});
    }
    void operator()(core::effect::extended const& e) {
        if (e.request.value == 0)
            return;
        frame f;
        f.set_request(e.request.value);
        auto& lost = *f.mutable_extended()->mutable_lost();
        for (auto const token : e.lost)
            fill_token(*lost.Add(), token);
        append(out, f);
    }
    void operator()(core::effect::statuses const& e) {
        if (e.request.value == 0)
            return;
        frame f;
        f.set_request(e.request.value);
        auto& list = *f.mutable_statuses()->mutable_statuses();
        std::size_t bytes = 0;
        for (auto const& status : e.list) {
            // What will not fit is not built up either: ids are small, results are not.
            bytes += status.log.size() + (status.result ? status.result->bytes().size() : 0);
            if (bytes > peyk::wire::frame_bytes_max)
                return append_problem(
                    out,
                    e.request,
                    {errc::ok,
                     core::errc::batch_too_large,
                     "the results do not fit one frame; ask for fewer ids at once",
                     "frame_bytes_max"});
            fill(*list.Add(), status);
        }
        append(out, f);
    }
    void operator()(core::effect::updated const& e) {
        frame f;
        f.set_request(e.watch.value);
        fill(*f.mutable_update()->mutable_status(), e.status);
        f.mutable_update()->set_last(e.last);
        append(out, f);
    }
    void operator()(core::effect::recalled const& e) {
        frame f;
        auto& recall = *f.mutable_recall();
        for (auto const token : e.tokens)
            fill_token(*recall.add_tokens(), token);
        recall.set_reason(text(e.reason));
        recall.set_terminate(e.terminate);
        append(out, f);
    }
    void operator()(core::effect::refused const& e) {
        problem p;
        p.request = e.code;
        p.text = told(e.code, e.detail);
        append_problem(out, e.request, p);
    }
};

} // namespace

void append_effect(std::string& out, core::any_effect const& effect) {
    std::visit(effect_encoder{out}, effect);
}

} // namespace peyk::net
