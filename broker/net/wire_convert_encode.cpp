// Frames, the conversation itself and deliveries. Deliveries are written field by field: they leave
// by the ten thousand.

#include "broker/net/wire_convert.hpp"
#include "broker/net/wire_convert_codes.hpp"
#include "broker/net/wire_convert_frames.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cstring>

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

} // namespace

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
        too_large.limit = "frame_bytes_max";
        append_problem(out, core::request_id{what.request()}, too_large);
        return;
    }
    peyk::wire::append_frame_header(out, size);
    append_in_place(
        out, size, [&](std::uint8_t* p) { return what.SerializeWithCachedSizesToArray(p); });
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

namespace {

// More than all fields of a Delivery but its texts can take: 21 fields of at most 11 bytes.
constexpr std::size_t delivery_fields_bytes_max = 21 * 11;

std::uint8_t* write_time(int field, core::wall_time time, std::uint8_t* p) {
    return time == core::unset ? p : format::WriteInt64ToArray(field, ms_of(time), p);
}

std::uint8_t* write_count(int field, std::uint32_t count, std::uint8_t* p) {
    return count == 0 ? p : format::WriteUInt32ToArray(field, count, p);
}

std::uint8_t* write_id(int high, int low, core::message_id id, std::uint8_t* p) {
    if (id.empty())
        return p;
    p = format::WriteFixed64ToArray(high, id.high, p);
    return format::WriteFixed64ToArray(low, id.low, p);
}

// What write_bytes() takes, for fields with numbers above 15.
std::size_t bytes_size(std::string_view bytes) {
    auto const size = static_cast<std::uint32_t>(bytes.size());
    return bytes.empty() ? 0 : 2 + CodedOutputStream::VarintSize32(size) + bytes.size();
}

std::uint8_t* write_bytes(int field, std::string_view bytes, std::uint8_t* p) {
    if (bytes.empty())
        return p;
    p = format::WriteTagToArray(field, format::WIRETYPE_LENGTH_DELIMITED, p);
    p = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(bytes.size()), p);
    // std::copy() goes byte by byte where the types differ.
    std::memcpy(p, bytes.data(), bytes.size());
    return p + bytes.size();
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
    p = write_time(m::kPublishedMsFieldNumber, d.published, p);
    p = write_id(m::kRootHighFieldNumber, m::kRootLowFieldNumber, message.root, p);
    return write_id(m::kParentHighFieldNumber, m::kParentLowFieldNumber, message.parent, p);
}

} // namespace

void append_delivery(std::string& batch, core::delivery const& delivery, std::string_view content) {
    // The fields are written behind room for their length, which is then moved up to them: content
    // and checkpoint are the only parts that may be long, and they are copied once.
    using m = wire::Delivery;
    std::size_t const names = delivery.message.queue.size() + delivery.message.task.size();
    std::size_t const tail = bytes_size(content) + bytes_size(delivery.checkpoint);
    constexpr std::size_t head_bytes_max = 1 + 5;
    append_in_place(
        batch,
        head_bytes_max + delivery_fields_bytes_max + names + 10 + tail,
        [&](std::uint8_t* begin) {
            auto* const fields = begin + head_bytes_max;
            auto* const end = write_delivery(delivery, fields);
            auto const size = static_cast<std::size_t>(end - fields) + tail;
            auto* p = format::WriteTagToArray(
                wire::Deliver::kDeliveriesFieldNumber, format::WIRETYPE_LENGTH_DELIMITED, begin);
            p = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), p);
            p = std::copy(fields, end, p);
            p = write_bytes(m::kContentFieldNumber, content, p);
            return write_bytes(m::kCheckpointFieldNumber, delivery.checkpoint, p);
        });
}

void append_deliver_frame(std::string& out, std::string_view batch) {
    append_frame(out, core::request_id{}, frame::kDeliverFieldNumber, batch);
}

} // namespace peyk::net
