#include "broker/core/assert.hpp"
#include "broker/storage/record_codec.hpp"

#include "peyk/storage/v1/record.pb.h"

#include <array>

namespace peyk::storage {

namespace {

namespace record = core::record;

std::int64_t ms(core::wall_time at) {
    return at.time_since_epoch().count();
}

void assign(std::string& to, std::string_view from) {
    to.assign(from.data(), from.size());
}

// A record's content: bytes at hand, or a place on disk.
struct content_source {
    std::string_view bytes;
    core::position at = core::nowhere;
    std::uint32_t size = 0;

    explicit content_source(std::string_view present = {})
        : bytes(present), size(static_cast<std::uint32_t>(present.size())) {}
    content_source(core::position where, std::uint32_t bytes_there)
        : at(where), size(bytes_there) {}
};

void put_message(core::message const& from, v1::Message& to) {
    to.set_id_high(from.id.high);
    to.set_id_low(from.id.low);
    assign(*to.mutable_queue(), from.queue);
    assign(*to.mutable_task(), from.task);
    to.set_priority(from.priority);
    to.set_eta_ms(ms(from.eta));
    to.set_expires_ms(ms(from.expires));
    to.set_max_retries(from.retry.max_retries);
    to.set_retry_base_ms(from.retry.base_ms);
    to.set_retry_factor_percent(from.retry.factor_percent);
    to.set_retry_max_ms(from.retry.max_ms);
    to.set_retry_jitter(static_cast<std::uint32_t>(from.retry.spread));
    to.set_result_ttl_s(from.result.ttl_s);
    to.set_result_ignore(!from.result.keep);
    to.set_track_started(from.result.track_started);
    to.set_max_crashes(from.max_crashes);
}

// Errors are rare: their message exists only while there is one.
template <class Message>
void put_error(core::task_error const& from,
               Message& to,
               v1::TaskError* (Message::*mutable_error)(),
               void (Message::*clear_error)()) {
    if (from.type.empty() && from.text.empty() && from.trace.empty()) {
        (to.*clear_error)();
        return;
    }
    v1::TaskError& error = *(to.*mutable_error)();
    assign(*error.mutable_type(), from.type);
    assign(*error.mutable_text(), from.text);
    assign(*error.mutable_trace(), from.trace);
}

content_source put(record::epoch_started const& from, v1::Record& to) {
    auto& out = *to.mutable_epoch_started();
    out.set_epoch(from.epoch.value);
    out.set_at_ms(ms(from.at));
    return content_source{};
}

content_source put(record::stopped_cleanly const&, v1::Record& to) {
    to.mutable_stopped_cleanly();
    return content_source{};
}

content_source put(record::session_opened const& from, v1::Record& to) {
    auto& out = *to.mutable_session_opened();
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    assign(*out.mutable_name(), from.name);
    out.set_consumes(from.consumes);
    out.clear_accepted_first();
    out.clear_accepted_last();
    for (auto const& [first, last] : from.accepted) {
        out.add_accepted_first(first.value);
        out.add_accepted_last(last.value);
    }
    return content_source{};
}

content_source put(record::session_ended const& from, v1::Record& to) {
    auto& out = *to.mutable_session_ended();
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    return content_source{};
}

content_source put(record::published const& from, v1::Record& to) {
    auto& out = *to.mutable_published();
    out.set_number(from.number.value);
    put_message(from.message, *out.mutable_message());
    out.set_at_ms(ms(from.at));
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    out.set_sequence(from.sequence.value);
    return content_source{from.message.content};
}

content_source put(record::message_kept const& from, v1::Record& to) {
    auto& out = *to.mutable_message_kept();
    out.set_number(from.number.value);
    put_message(from.message, *out.mutable_message());
    out.set_at_ms(ms(from.at));
    out.set_state(static_cast<std::uint32_t>(from.state));
    out.set_due_ms(ms(from.due));
    out.set_retrying(from.retrying);
    out.set_attempts(from.counters.attempts);
    out.set_crashes(from.counters.crashes);
    out.set_deliveries(from.counters.deliveries);
    put_error(from.last_error,
              out,
              &v1::MessageKept::mutable_last_error,
              &v1::MessageKept::clear_last_error);
    out.set_lease_epoch(from.lease.epoch.value);
    out.set_lease_number(from.lease.number);
    out.set_holder_high(from.holder.high);
    out.set_holder_low(from.holder.low);
    out.set_started(from.started);
    return from.content_at == core::nowhere ? content_source{from.message.content}
                                            : content_source{from.content_at, from.content_bytes};
}

content_source put(record::leased const& from, v1::Record& to) {
    auto& out = *to.mutable_leased();
    out.set_number(from.number.value);
    out.set_lease_epoch(from.token.epoch.value);
    out.set_lease_number(from.token.number);
    out.set_session_high(from.session.high);
    out.set_session_low(from.session.low);
    return content_source{};
}

content_source put(record::requeued const& from, v1::Record& to) {
    auto& out = *to.mutable_requeued();
    out.set_number(from.number.value);
    out.set_due_ms(ms(from.due));
    out.set_retrying(from.retrying);
    out.set_attempts(from.counters.attempts);
    out.set_crashes(from.counters.crashes);
    out.set_deliveries(from.counters.deliveries);
    put_error(from.error, out, &v1::Requeued::mutable_error, &v1::Requeued::clear_error);
    return content_source{};
}

content_source put(record::started const& from, v1::Record& to) {
    auto& out = *to.mutable_started();
    out.set_number(from.number.value);
    out.set_at_ms(ms(from.at));
    return content_source{};
}

content_source put(record::finished const& from, v1::Record& to) {
    auto& out = *to.mutable_finished();
    out.set_number(from.number.value);
    out.set_id_high(from.id.high);
    out.set_id_low(from.id.low);
    assign(*out.mutable_queue(), from.queue);
    assign(*out.mutable_task(), from.task);
    out.set_state(static_cast<std::uint32_t>(from.outcome.state));
    out.set_expired(from.outcome.expired);
    assign(*out.mutable_content_type(), from.outcome.content_type);
    put_error(from.outcome.error, out, &v1::Finished::mutable_error, &v1::Finished::clear_error);
    out.set_lease_epoch(from.outcome.settled_by.epoch.value);
    out.set_lease_number(from.outcome.settled_by.number);
    assign(*out.mutable_worker(), from.outcome.worker);
    out.set_finished_ms(ms(from.outcome.finished));
    out.set_attempts(from.counters.attempts);
    out.set_crashes(from.counters.crashes);
    out.set_deliveries(from.counters.deliveries);
    out.set_published_ms(ms(from.published));
    out.set_until_ms(ms(from.until));
    return content_source{from.outcome.result};
}

content_source put(record::forgotten const& from, v1::Record& to) {
    to.mutable_forgotten()->set_number(from.number.value);
    return content_source{};
}

} // namespace

// One message per kind of fact: a oneof frees what it held when it becomes another.
struct record_encoder::messages {
    std::array<v1::Record, std::variant_size_v<core::any_record>> of_kind;
};

record_encoder::record_encoder() : messages_(std::make_unique<messages>()) {}
record_encoder::~record_encoder() = default;

std::uint32_t record_encoder::append(core::any_record const& record,
                                     std::string& to,
                                     std::vector<content_copy>& copies) {
    auto& message = messages_->of_kind[record.index()];
    auto const content = std::visit([&](auto const& fact) { return put(fact, message); }, record);
    record_frame frame{.head_bytes = static_cast<std::uint32_t>(message.ByteSizeLong()),
                       .content_bytes = content.size};
    auto const offset = to.size();
    PEYK_ASSERT(offset % record_alignment == 0);

    to.resize(offset + frame.content_offset());
    auto* const head = reinterpret_cast<std::uint8_t*>(&to[offset + record_frame_bytes]);
    message.SerializeWithCachedSizesToArray(head);
    to.append(content.bytes);
    to.resize(offset + frame.bytes()); // the hole for a copy, and the padding
    if (content.at == core::nowhere) {
        frame.checksum = frame_checksum(std::string_view{to}.substr(offset), frame);
    } else {
        copies.push_back({content.at, offset, content.size});
    }
    store_frame(&to[offset], frame);
    return static_cast<std::uint32_t>(frame.bytes());
}

} // namespace peyk::storage
