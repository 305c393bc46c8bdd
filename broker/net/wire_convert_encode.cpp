// Effects, deliveries and answers -> server frames. Deliveries and the plain confirms are written
// field by field (they leave by the ten thousand); everything else goes through the generated code.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_reader.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;
using format = google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;
using frame = wire::ServerFrame;

std::uint8_t* bytes_of(char* p) {
    return reinterpret_cast<std::uint8_t*>(p);
}

// Gives `out` room for `bytes_max` more, lets `write` fill it from there, and cuts it off behind
// what was written.
template <class Write>
void append_in_place(std::string& out, std::size_t bytes_max, Write&& write) {
    auto const before = out.size();
    out.resize(before + bytes_max);
    auto* const begin = bytes_of(out.data());
    auto* const end = write(begin + before);
    out.resize(static_cast<std::size_t>(end - begin));
}

// A whole frame with one body that is encoded already.
void append_frame(std::string& out, core::request_id request, int field, std::string_view body) {
    std::size_t size = 1 +
                       CodedOutputStream::VarintSize32(static_cast<std::uint32_t>(body.size())) +
                       body.size() + (field > 15 ? 1 : 0);
    if (request.value != 0)
        size += 1 + CodedOutputStream::VarintSize64(request.value);
    peyk::wire::append_frame_header(out, size);
    append_in_place(out, size - body.size(), [&](std::uint8_t* p) {
        if (request.value != 0)
            p = format::WriteUInt64ToArray(frame::kRequestFieldNumber, request.value, p);
        p = format::WriteTagToArray(field, format::WIRETYPE_LENGTH_DELIMITED, p);
        return CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(body.size()), p);
    });
    out.append(body);
}

void append(std::string& out, wire::ServerFrame const& what) {
    auto const size = what.ByteSizeLong();
    if (size > peyk::wire::frame_bytes_max) {
        problem too_large;
        too_large.request = core::errc::batch_too_large;
        too_large.text = "the answer does not fit one frame; ask for fewer ids at once";
        append_problem(out, core::request_id{what.request()}, too_large);
        return;
    }
    peyk::wire::append_frame_header(out, size);
    append_in_place(
        out, size, [&](std::uint8_t* p) { return what.SerializeWithCachedSizesToArray(p); });
}

template <class Refusals>
void fill(Refusals& to, std::vector<core::refusal> const& from) {
    for (auto const& r : from) {
        auto const why = explain(r.code);
        auto& item = *to.Add();
        item.set_index(r.index);
        item.set_code(code_of(r.code));
        item.set_message(std::string{why.text});
        item.set_limit(std::string{why.limit});
    }
}

void fill(wire::Token& to, core::delivery_token token) {
    to.set_epoch(token.epoch.value);
    to.set_number(token.number);
}

std::int64_t ms_of(core::wall_time time) {
    return time.time_since_epoch().count();
}

// What the core has cut to its limits may end inside a character, which no client would accept.
std::string text(std::string_view from) {
    return std::string{utf8_prefix(from)};
}

void fill(wire::Status& to, core::status const& from) {
    to.set_id_high(from.id.high);
    to.set_id_low(from.id.low);
    to.set_state(state_of(from.state));
    to.set_detail(detail_of(from.detail));
    if (from.result)
        to.set_result(std::string{from.result->bytes()});
    to.set_content_type(text(from.content_type));
    if (!from.error_type.empty() || !from.error_text.empty() || !from.error_trace.empty()) {
        auto& error = *to.mutable_error();
        error.set_type(text(from.error_type));
        error.set_message(text(from.error_text));
        error.set_trace(text(from.error_trace));
    }
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
        fill(*(f.*body)()->mutable_refused(), e.refused);
        append(out, f);
    }

    void operator()(core::effect::welcome const&) {}
    void operator()(core::effect::closed const&) {}
    void operator()(core::effect::published const& e) {
        confirm(e, frame::kPublishedFieldNumber, &frame::mutable_published);
    }
    void operator()(core::effect::settled const& e) {
        confirm(e, frame::kSettledFieldNumber, &frame::mutable_settled);
    }
    void operator()(core::effect::cancelled const& e) {
        confirm(e, frame::kCancelledFieldNumber, &frame::mutable_cancelled);
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
            fill(*lost.Add(), token);
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
            bytes += status.result ? status.result->bytes().size() : 0;
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
            fill(*recall.add_tokens(), token);
        recall.set_reason(text(e.reason));
        append(out, f);
    }
    void operator()(core::effect::refused const& e) {
        problem p;
        p.request = e.code;
        append_problem(out, e.request, p);
    }
};

} // namespace

void append_effect(std::string& out, core::any_effect const& effect) {
    std::visit(effect_encoder{out}, effect);
}

void append_problem(std::string& out, core::request_id request, problem const& what) {
    // A request that wanted no answer is not told why it was refused either.
    if (request.value == 0 && !what.fatal())
        return;
    bool const by_request = what.request != core::errc::ok;
    auto const why = by_request ? explain(what.request) : explain(what.session);
    frame f;
    f.set_request(request.value);
    auto& error = *f.mutable_error();
    error.set_code(by_request ? code_of(what.request) : code_of(what.session));
    error.set_message(what.text.empty() ? std::string{why.text} : what.text);
    error.set_limit(std::string{what.limit.empty() ? why.limit : what.limit});
    error.set_fatal(what.fatal());
    append(out, f);
}

void append_welcome(std::string& out,
                    core::request_id request,
                    core::effect::welcome const& welcome,
                    welcome_facts const& facts) {
    frame f;
    f.set_request(request.value);
    auto& w = *f.mutable_welcome();
    w.set_version(1);
    w.set_broker(std::string{facts.broker});
    w.set_epoch(facts.epoch.value);
    w.set_resumed(welcome.resumed);
    w.set_heartbeat_ms(static_cast<std::uint32_t>(welcome.heartbeat.count()));
    w.set_grace_ms(static_cast<std::uint32_t>(welcome.grace.count()));
    for (auto const& held : welcome.lost) {
        auto& lost = *w.add_lost();
        lost.set_epoch(held.token.epoch.value);
        lost.set_number(held.token.number);
        lost.set_id_high(held.message.high);
        lost.set_id_low(held.message.low);
        lost.set_started(held.started);
    }
    auto& limits = *w.mutable_limits();
    limits.set_frame_bytes_max(facts.frame_bytes_max);
    limits.set_content_bytes_max(static_cast<std::uint32_t>(facts.limits->content_bytes_max));
    limits.set_publish_batch_max(static_cast<std::uint32_t>(facts.limits->batch_max));
    limits.set_in_flight_max(static_cast<std::uint32_t>(facts.limits->sequence_gaps_max));
    limits.set_credit_max(facts.limits->credit_max);
    limits.set_result_bytes_max(static_cast<std::uint32_t>(facts.limits->result_bytes_max));
    auto& node = *w.add_nodes();
    node.set_url(std::string{facts.url});
    node.set_epoch(facts.epoch.value);
    w.set_now_ms(ms_of(facts.now));
    append(out, f);
}

void append_pong(std::string& out, core::request_id request, ping what, core::wall_time now) {
    frame f;
    f.set_request(request.value);
    f.mutable_pong()->set_value(what.value);
    f.mutable_pong()->set_now_ms(ms_of(now));
    append(out, f);
}

void append_goodbye(std::string& out, errc why, std::string_view reason) {
    frame f;
    f.mutable_goodbye()->set_code(code_of(why));
    f.mutable_goodbye()->set_reason(std::string{reason});
    append(out, f);
}

void append_queues(std::string& out,
                   core::request_id request,
                   std::span<core::queue_stats const> queues,
                   bool more) {
    frame f;
    f.set_request(request.value);
    auto& list = *f.mutable_control()->mutable_queues();
    for (auto const& q : queues) {
        auto& info = *list.add_queues();
        info.set_name(std::string{q.name});
        info.set_ready(q.ready);
        info.set_scheduled(q.scheduled);
        info.set_leased(q.leased);
        info.set_dead(q.dead);
        info.set_consumers(static_cast<std::uint32_t>(q.consumers));
        info.set_lanes(static_cast<std::uint32_t>(q.lanes));
        info.set_oldest_ready_ms(ms_of(q.oldest_ready));
        info.set_published(q.published);
        info.set_delivered(q.delivered);
        info.set_settled(q.settled);
    }
    list.set_more(more);
    append(out, f);
}

void append_broker(std::string& out,
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
    append(out, f);
}

namespace {

// More than all fields of a Delivery but its texts can take: 17 fields of at most 11 bytes.
constexpr std::size_t delivery_fields_bytes_max = 17 * 11;

std::uint8_t* write_time(int field, core::wall_time time, std::uint8_t* p) {
    return time == core::unset ? p : format::WriteInt64ToArray(field, ms_of(time), p);
}

std::uint8_t* write_count(int field, std::uint32_t count, std::uint8_t* p) {
    return count == 0 ? p : format::WriteUInt32ToArray(field, count, p);
}

std::uint8_t* write_bytes(int field, std::string_view bytes, std::uint8_t* p) {
    if (bytes.empty())
        return p;
    p = format::WriteTagToArray(field, format::WIRETYPE_LENGTH_DELIMITED, p);
    p = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(bytes.size()), p);
    return std::copy(bytes.begin(), bytes.end(), p);
}

std::uint8_t* write_delivery(core::delivery const& d, std::uint8_t* p) {
    using m = wire::Delivery;
    auto const& message = d.message;
    p = format::WriteFixed64ToArray(m::kEpochFieldNumber, d.token.epoch.value, p);
    p = format::WriteFixed64ToArray(m::kNumberFieldNumber, d.token.number, p);
    p = write_count(m::kConsumerFieldNumber, d.consumer.value, p);
    p = format::WriteFixed64ToArray(m::kIdHighFieldNumber, message.id.high, p);
    p = format::WriteFixed64ToArray(m::kIdLowFieldNumber, message.id.low, p);
    p = write_bytes(m::kQueueFieldNumber, message.queue, p);
    p = write_bytes(m::kTaskFieldNumber, message.task, p);
    p = write_count(m::kPriorityFieldNumber, message.priority, p);
    p = write_time(m::kEtaMsFieldNumber, message.eta, p);
    p = write_time(m::kExpiresMsFieldNumber, message.expires, p);
    p = write_count(m::kAttemptFieldNumber, d.counters.attempts + 1u, p);
    p = write_count(m::kCrashesFieldNumber, d.counters.crashes, p);
    p = write_count(m::kDeliveriesFieldNumber, d.counters.deliveries, p);
    p = write_count(m::kMaxRetriesFieldNumber, message.retry.max_retries, p);
    if (message.result.track_started)
        p = format::WriteBoolToArray(m::kTrackStartedFieldNumber, true, p);
    return write_time(m::kPublishedMsFieldNumber, d.published, p);
}

} // namespace

void append_delivery(std::string& batch, core::delivery const& delivery, std::string_view content) {
    // The fields are written behind room for their length, which is then moved up to them: content
    // is the only part that may be long, and it is copied once.
    std::size_t const names = delivery.message.queue.size() + delivery.message.task.size();
    std::size_t const content_head =
        content.empty()
            ? 0
            : 2 + CodedOutputStream::VarintSize32(static_cast<std::uint32_t>(content.size()));
    constexpr std::size_t head_bytes_max = 1 + 5;
    append_in_place(
        batch,
        head_bytes_max + delivery_fields_bytes_max + names + 10 + content.size(),
        [&](std::uint8_t* begin) {
            auto* const fields = begin + head_bytes_max;
            auto* const end = write_delivery(delivery, fields);
            auto const fields_size = static_cast<std::size_t>(end - fields);
            auto const size = fields_size + content_head + content.size();
            auto* p = format::WriteTagToArray(
                wire::Deliver::kDeliveriesFieldNumber, format::WIRETYPE_LENGTH_DELIMITED, begin);
            p = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), p);
            p = std::copy(fields, end, p);
            return write_bytes(wire::Delivery::kContentFieldNumber, content, p);
        });
}

void append_deliver_frame(std::string& out, std::string_view batch) {
    append_frame(out, core::request_id{}, frame::kDeliverFieldNumber, batch);
}

} // namespace peyk::net
