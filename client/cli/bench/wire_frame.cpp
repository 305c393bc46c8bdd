#include "client/cli/bench/wire_frame.hpp"

#include "proto/frame_codec.hpp"
#include <peyk/wire/v1/frame.pb.h>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace peyk::cli::bench {
namespace {

namespace pb = google::protobuf;
namespace proto = peyk::wire::v1;

// Kinds of field as they stand in the low three bits of a tag.
constexpr std::uint32_t varint_kind = 0;
constexpr std::uint32_t fixed64_kind = 1;
constexpr std::uint32_t bytes_kind = 2;

constexpr std::uint32_t tag(int field, std::uint32_t kind) {
    return static_cast<std::uint32_t>(field) << 3 | kind;
}

constexpr std::size_t tag_bytes = 1; // every field written by hand has a number below 16
constexpr std::size_t fixed64_bytes = 8;

// Times between these (the years 1971 to 2109) are varints of six bytes, so that one can replace
// another where it stands.
constexpr std::int64_t eta_min_ms = std::int64_t{1} << 35;
constexpr std::int64_t eta_max_ms = (std::int64_t{1} << 42) - 1;

char* put_varint(char* at, std::uint64_t value) {
    auto* bytes = reinterpret_cast<std::uint8_t*>(at);
    return reinterpret_cast<char*>(pb::io::CodedOutputStream::WriteVarint64ToArray(value, bytes));
}

char* put_fixed64(char* at, std::uint64_t value) {
    auto* bytes = reinterpret_cast<std::uint8_t*>(at);
    return reinterpret_cast<char*>(
        pb::io::CodedOutputStream::WriteLittleEndian64ToArray(value, bytes));
}

// A key is a number with leading zeros, so that one can replace another where it stands.
constexpr std::size_t key_digits = 10;

void put_key(char* at, std::uint64_t number) {
    for (std::size_t digit = key_digits; digit-- > 0; number /= 10)
        at[digit] = static_cast<char>('0' + number % 10);
}

std::size_t varint_bytes(std::uint64_t value) {
    return pb::io::CodedOutputStream::VarintSize64(value);
}

// Makes room for a frame and writes everything before the body; returns where the body goes.
char* open_frame(std::string& out, std::uint64_t request, int kind, std::size_t body_bytes) {
    auto const payload =
        tag_bytes + varint_bytes(request) + tag_bytes + varint_bytes(body_bytes) + body_bytes;
    wire::append_frame_header(out, payload);
    auto const begin = out.size();
    out.resize(begin + payload);
    auto* at = out.data() + begin;
    at = put_varint(at, tag(proto::ClientFrame::kRequestFieldNumber, varint_kind));
    at = put_varint(at, request);
    at = put_varint(at, tag(kind, bytes_kind));
    return put_varint(at, body_bytes);
}

} // namespace

bool read_answer(std::string_view payload, answer& into) {
    into = {};
    pb::io::CodedInputStream in{reinterpret_cast<std::uint8_t const*>(payload.data()),
                                static_cast<int>(payload.size())};
    while (auto const next = in.ReadTag()) {
        if (next == tag(proto::ServerFrame::kRequestFieldNumber, varint_kind)) {
            pb::uint64 request = 0;
            if (!in.ReadVarint64(&request))
                return false;
            into.request = request;
            continue;
        }
        int length = 0;
        if ((next & 7) != bytes_kind || !in.ReadVarintSizeAsInt(&length))
            return false;
        auto const begin = static_cast<std::size_t>(in.CurrentPosition());
        if (!in.Skip(length))
            return false;
        into.kind = static_cast<int>(next >> 3);
        into.body = payload.substr(begin, static_cast<std::size_t>(length));
    }
    return into.kind != 0;
}

void append_frame(std::string& out, std::uint64_t request, int kind, pb::MessageLite const& body) {
    auto const bytes = body.ByteSizeLong();
    // Tags above 15 take two bytes.
    auto const payload = tag_bytes + varint_bytes(request) + varint_bytes(tag(kind, bytes_kind)) +
                         varint_bytes(bytes) + bytes;
    wire::append_frame_header(out, payload);
    auto const begin = out.size();
    out.resize(begin + payload);
    auto* at = out.data() + begin;
    at = put_varint(at, tag(proto::ClientFrame::kRequestFieldNumber, varint_kind));
    at = put_varint(at, request);
    at = put_varint(at, tag(kind, bytes_kind));
    at = put_varint(at, bytes);
    body.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(at));
}

publish_writer::publish_writer(std::string const& queue,
                               std::size_t body_bytes,
                               eta_of_message eta,
                               std::uint32_t keys,
                               key_field field)
    : eta_(std::move(eta)), keys_(keys) {
    proto::Content content;
    content.set_body(std::string(body_bytes, 'x'));
    content.set_content_type("text/plain");
    proto::Publish one;
    auto* message = one.add_messages();
    // Not zero, so that the fields are written; they come first because their numbers are lowest.
    message->set_id_high(~std::uint64_t{0});
    message->set_id_low(~std::uint64_t{0});
    message->set_queue(queue);
    if (eta_)
        message->set_eta_ms(eta_min_ms);
    content.SerializeToString(message->mutable_content());
    if (keys_ > 0 && field == key_field::fairness)
        message->set_fairness_key(std::string(key_digits, '0'));
    if (keys_ > 0 && field == key_field::limit)
        message->set_limit_key(std::string(key_digits, '0'));
    one.SerializeToString(&message_);
    key_at_ = message_.size() - key_digits; // the last field there is
    id_at_ = tag_bytes + varint_bytes(message->ByteSizeLong()) + tag_bytes;
    eta_at_ = id_at_ + fixed64_bytes + tag_bytes + fixed64_bytes + // both halves of the id
              tag_bytes + varint_bytes(queue.size()) + queue.size() + tag_bytes;
}

void publish_writer::append(std::string& out, batch const& what) const {
    auto const bytes = what.messages * message_.size() + 2 * (tag_bytes + fixed64_bytes);
    auto* at = open_frame(out, what.request, proto::ClientFrame::kPublishFieldNumber, bytes);
    for (std::uint32_t n = 0; n < what.messages; ++n) {
        std::memcpy(at, message_.data(), message_.size());
        put_fixed64(at + id_at_, what.id_high);
        put_fixed64(at + id_at_ + fixed64_bytes + tag_bytes, what.id_low + n);
        if (eta_) {
            auto const eta = std::clamp(eta_(what.first + n), eta_min_ms, eta_max_ms);
            put_varint(at + eta_at_, static_cast<std::uint64_t>(eta));
        }
        if (keys_ > 0)
            put_key(at + key_at_, (what.first + n) % keys_);
        at += message_.size();
    }
    at = put_varint(at, tag(proto::Publish::kFirstSequenceFieldNumber, fixed64_kind));
    at = put_fixed64(at, what.first_sequence);
    at = put_varint(at, tag(proto::Publish::kAnsweredBelowFieldNumber, fixed64_kind));
    put_fixed64(at, what.answered_below);
}

void append_drops(std::string& out,
                  std::uint64_t request,
                  std::vector<delivery_token> const& deliveries) {
    // epoch, number and an empty Drop.
    constexpr std::size_t settlement = 2 * (tag_bytes + fixed64_bytes) + 2 * tag_bytes;
    constexpr std::size_t item = 2 * tag_bytes + settlement;
    auto* at =
        open_frame(out, request, proto::ClientFrame::kSettleFieldNumber, item * deliveries.size());
    for (auto const& each : deliveries) {
        at = put_varint(at, tag(proto::Settle::kSettlementsFieldNumber, bytes_kind));
        at = put_varint(at, settlement);
        at = put_varint(at, tag(proto::Settlement::kEpochFieldNumber, fixed64_kind));
        at = put_fixed64(at, each.epoch);
        at = put_varint(at, tag(proto::Settlement::kNumberFieldNumber, fixed64_kind));
        at = put_fixed64(at, each.number);
        at = put_varint(at, tag(proto::Settlement::kDropFieldNumber, bytes_kind));
        at = put_varint(at, 0);
    }
}

} // namespace peyk::cli::bench
