#include "client/src/wire_decode.hpp"

#include <algorithm>
#include <utility>

namespace peyk {
namespace {

using std::chrono::milliseconds;

bool read_varint(std::string_view& in, std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
        auto const byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

// Removes one field's value; a length-delimited one is left in `body`.
bool read_value(std::string_view& in,
                unsigned wire_type,
                std::uint64_t& number,
                std::string_view& body) {
    constexpr unsigned varint = 0;
    constexpr unsigned fixed64 = 1;
    constexpr unsigned delimited = 2;
    constexpr unsigned fixed32 = 5;
    std::uint64_t length = 0;
    switch (wire_type) {
    case varint:
        return read_varint(in, number);
    case fixed64:
        length = 8;
        break;
    case fixed32:
        length = 4;
        break;
    case delimited:
        if (!read_varint(in, length))
            return false;
        break;
    default:
        return false;
    }
    if (length > in.size())
        return false;
    body = in.substr(0, length);
    in.remove_prefix(length);
    return true;
}

boost::system::result<std::string> argument_of(wire::v1::Argument& from) {
    if (!from.has_data())
        return make_error_code(errc::unsupported);
    return std::move(*from.mutable_data());
}

} // namespace

// A time_point ends in the year 2262, the broker's times in 9999.
time_point at_ms(std::int64_t ms) {
    constexpr auto most = std::chrono::floor<milliseconds>(time_point::max().time_since_epoch());
    return time_point{std::min(milliseconds{ms}, most)};
}

std::optional<time_point> at_ms_if_set(std::int64_t ms) {
    if (ms == 0)
        return std::nullopt;
    return at_ms(ms);
}

message_id to_id(wire::v1::Id const& from) {
    return {from.high(), from.low()};
}

error_report to_error_report(wire::v1::TaskError& from) {
    return {std::move(*from.mutable_type()),
            std::move(*from.mutable_message()),
            std::move(*from.mutable_trace())};
}

boost::system::result<server_frame> cut_server_frame(std::string_view payload) {
    server_frame frame;
    while (!payload.empty()) {
        std::uint64_t tag = 0;
        std::uint64_t number = 0;
        std::string_view body;
        if (!read_varint(payload, tag) ||
            !read_value(payload, static_cast<unsigned>(tag & 7), number, body))
            return make_error_code(errc::protocol_error);
        if (tag >> 3 == wire::v1::ServerFrame::kRequestFieldNumber) {
            frame.request = number;
        } else if ((tag & 7) == 2) {
            frame.field = static_cast<int>(tag >> 3);
            frame.body = body;
        }
    }
    return frame;
}

error_code to_error_code(wire::v1::ErrorCode code) {
    // Numbers of a newer broker keep their number; the client's own begin at errc::timeout.
    if (code < 0 || code >= static_cast<int>(errc::timeout))
        return errc::protocol_error;
    return static_cast<errc>(code);
}

delivery to_delivery(wire::v1::Delivery& from) {
    delivery to;
    to.token = {from.epoch(), from.number()};
    to.id = {from.id_high(), from.id_low()};
    to.queue = std::move(*from.mutable_queue());
    to.task = std::move(*from.mutable_task());
    to.priority = static_cast<std::uint8_t>(from.priority());
    to.track_started = from.track_started();
    to.attempt = from.attempt();
    to.crashes = from.crashes();
    to.deliveries = from.deliveries();
    to.max_retries = from.max_retries();
    to.eta = at_ms_if_set(from.eta_ms());
    to.expires_at = at_ms_if_set(from.expires_ms());
    to.published_at = at_ms(from.published_ms());
    to.content = std::move(*from.mutable_content());
    to.checkpoint = std::move(*from.mutable_checkpoint());
    to.root = {from.root_high(), from.root_low()};
    to.parent = {from.parent_high(), from.parent_low()};
    return to;
}

namespace {

attempt to_attempt(wire::v1::Attempt& from) {
    attempt to;
    to.worker = std::move(*from.mutable_worker());
    to.began_at = at_ms_if_set(from.began_ms());
    to.ended_at = at_ms_if_set(from.ended_ms());
    to.crash = from.crash();
    if (from.has_error())
        to.error = to_error_report(*from.mutable_error());
    return to;
}

// What tasks tell while they run, and what became of earlier runs.
void add_reports(wire::v1::Status& from, status& to) {
    if (from.has_progress())
        to.progress = progress{from.progress().done(),
                               from.progress().total(),
                               std::move(*from.mutable_progress()->mutable_text())};
    to.checkpoint_bytes = from.checkpoint_bytes();
    to.log_end = from.log_end();
    to.acknowledged = from.acknowledged();
    to.log = std::move(*from.mutable_log());
    for (auto& each : *from.mutable_history())
        to.history.push_back(to_attempt(each));
}

} // namespace

status to_status(wire::v1::Status& from) {
    status to;
    to.id = {from.id_high(), from.id_low()};
    to.state = static_cast<state>(from.state());
    to.detail = static_cast<detail>(from.detail());
    to.result = std::move(*from.mutable_result());
    to.content_type = std::move(*from.mutable_content_type());
    if (from.has_error())
        to.error = to_error_report(*from.mutable_error());
    to.queue = std::move(*from.mutable_queue());
    to.task = std::move(*from.mutable_task());
    to.priority = from.priority();
    to.attempts = from.attempts();
    to.crashes = from.crashes();
    to.deliveries = from.deliveries();
    to.published_at = at_ms_if_set(from.published_ms());
    to.eta = at_ms_if_set(from.eta_ms());
    to.expires_at = at_ms_if_set(from.expires_ms());
    to.started_at = at_ms_if_set(from.started_ms());
    to.finished_at = at_ms_if_set(from.finished_ms());
    to.worker = std::move(*from.mutable_worker());
    to.death = static_cast<death>(from.death());
    to.origin = std::move(*from.mutable_origin());
    to.root = to_id(from.root());
    to.parent = to_id(from.parent());
    to.ordering_key = std::move(*from.mutable_ordering_key());
    to.fairness_key = std::move(*from.mutable_fairness_key());
    to.limit_key = std::move(*from.mutable_limit_key());
    to.labels.assign(from.labels().begin(), from.labels().end());
    to.tags.assign(from.tags().begin(), from.tags().end());
    add_reports(from, to);
    return to;
}

queue_stats to_queue_stats(wire::v1::QueueInfo const& from) {
    queue_stats to;
    to.name = from.name();
    to.ready = from.ready();
    to.scheduled = from.scheduled();
    to.leased = from.leased();
    to.dead = from.dead();
    to.consumers = from.consumers();
    to.lanes = from.lanes();
    to.oldest_ready = at_ms_if_set(from.oldest_ready_ms());
    to.published = from.published();
    to.delivered = from.delivered();
    to.settled = from.settled();
    to.blocked = from.blocked();
    to.bytes = from.bytes();
    to.created = from.created();
    to.held = from.held();
    to.held_until = at_ms_if_set(from.held_until_ms());
    to.held_reason = from.held_reason();
    to.draining = from.draining();
    to.policy = from.policy();
    for (auto const& each : from.obstacles())
        to.obstacles.push_back(
            {static_cast<obstacle_kind>(each.kind()), each.name(), each.messages()});
    return to;
}

broker_stats to_broker_stats(wire::v1::BrokerInfo const& from) {
    broker_stats to;
    to.version = from.version();
    to.epoch = from.epoch();
    to.started_at = at_ms_if_set(from.started_ms());
    to.pid = from.pid();
    to.sessions = from.sessions();
    to.messages = from.messages();
    to.results = from.results();
    to.content_bytes = from.content_bytes();
    to.journal_bytes = from.journal_bytes();
    to.commits = from.commits();
    to.records = from.records();
    to.stale_settles = from.stale_settles();
    to.duplicate_publishes = from.duplicate_publishes();
    to.cpu = std::chrono::microseconds{from.loop_cpu_us()};
    to.recovery = std::chrono::duration<double>{from.recovery_s()};
    to.settling = from.settling();
    to.memory_bytes = from.memory_bytes();
    to.memory_bytes_max = from.memory_bytes_max();
    to.pressure = static_cast<pressure>(from.pressure());
    return to;
}

boost::system::result<message_content> decode_content(std::string_view bytes) {
    wire::v1::Content from;
    if (!from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return make_error_code(errc::invalid_argument);
    message_content to;
    to.content_type = std::move(*from.mutable_content_type());
    to.args.reserve(static_cast<std::size_t>(from.args_size()));
    for (auto& arg : *from.mutable_args()) {
        auto value = argument_of(arg);
        if (!value)
            return value.error();
        to.args.push_back(std::move(*value));
    }
    for (auto& [name, arg] : *from.mutable_kwargs()) {
        auto value = argument_of(arg);
        if (!value)
            return value.error();
        to.kwargs.emplace(name, std::move(*value));
    }
    to.body = std::move(*from.mutable_body());
    for (auto& [name, value] : *from.mutable_headers())
        to.headers.emplace(name, std::move(value));
    to.traceparent = std::move(*from.mutable_traceparent());
    to.tracestate = std::move(*from.mutable_tracestate());
    to.group = to_id(from.group());
    to.args_repr = std::move(*from.mutable_args_repr());
    to.publisher = std::move(*from.mutable_publisher());
    to.compression = std::move(*from.mutable_compression());
    if (from.soft_time_limit_ms() != 0)
        to.soft_time_limit = std::chrono::milliseconds{from.soft_time_limit_ms()};
    if (from.time_limit_ms() != 0)
        to.time_limit = std::chrono::milliseconds{from.time_limit_ms()};
    return to;
}

} // namespace peyk
