// The facts that every message has, field by field.

#include "broker/core/assert.hpp"
#include "broker/storage/record_field_writer.hpp"
#include "broker/storage/record_encoding.hpp"

#include <array>

namespace peyk::storage::encoding {

namespace {

// More fields than any of these facts has; its texts come on top.
constexpr std::size_t fields_max = 48;
constexpr std::size_t fields_bytes_max = fields_max * field_writer::field_bytes_max;

std::size_t bytes_max(std::span<std::string_view const> texts) {
    std::size_t bytes = texts.size() * field_writer::field_bytes_max;
    for (std::string_view const each : texts) {
        bytes += each.size();
    }
    return bytes;
}

std::size_t bytes_max(core::message const& m) {
    constexpr std::size_t delay_bytes_max = 5;
    core::placement const& at = m.placement;
    return fields_bytes_max + m.queue.size() + m.task.size() + m.unique.key.size() +
           at.ordering_key.size() + at.fairness_key.size() + at.limit_key.size() +
           m.retry_delays_ms.size() * delay_bytes_max + bytes_max(at.labels) + bytes_max(m.tags);
}

std::uint64_t ms_bits(core::wall_time at) {
    return static_cast<std::uint64_t>(ms(at));
}

void write_rare(core::message const& from, field_writer& to) {
    using m = v1::Message;
    to.numbers(m::kRetryDelaysMsFieldNumber, from.retry_delays_ms);
    to.number(m::kMaxAgeSFieldNumber, from.max_age_s);
    to.text(m::kUniqueKeyFieldNumber, from.unique.key);
    to.number(m::kUniqueUntilFieldNumber, static_cast<std::uint32_t>(from.unique.until));
    to.number(m::kUniqueConflictFieldNumber, static_cast<std::uint32_t>(from.unique.conflict));
    to.number(m::kUniqueTtlSFieldNumber, from.unique.ttl_s);
    to.fixed(m::kRootHighFieldNumber, from.root.high);
    to.fixed(m::kRootLowFieldNumber, from.root.low);
    to.fixed(m::kParentHighFieldNumber, from.parent.high);
    to.fixed(m::kParentLowFieldNumber, from.parent.low);
    to.text(m::kOrderingKeyFieldNumber, from.placement.ordering_key);
    to.text(m::kFairnessKeyFieldNumber, from.placement.fairness_key);
    to.text(m::kLimitKeyFieldNumber, from.placement.limit_key);
    to.number(m::kCostFieldNumber, from.placement.cost == 1 ? 0 : from.placement.cost);
    to.texts(m::kLabelsFieldNumber, from.placement.labels);
    to.texts(m::kTagsFieldNumber, from.tags);
}

void write_message(core::message const& from, field_writer& to) {
    using m = v1::Message;
    to.fixed(m::kIdHighFieldNumber, from.id.high);
    to.fixed(m::kIdLowFieldNumber, from.id.low);
    to.text(m::kQueueFieldNumber, from.queue);
    to.text(m::kTaskFieldNumber, from.task);
    to.number(m::kPriorityFieldNumber, from.priority);
    to.number(m::kEtaMsFieldNumber, ms_bits(from.eta));
    to.number(m::kExpiresMsFieldNumber, ms_bits(from.expires));
    to.number(m::kMaxRetriesFieldNumber, from.retry.max_retries);
    to.number(m::kRetryBaseMsFieldNumber, from.retry.base_ms);
    to.number(m::kRetryFactorPercentFieldNumber, from.retry.factor_percent);
    to.number(m::kRetryMaxMsFieldNumber, from.retry.max_ms);
    to.number(m::kRetryJitterFieldNumber, static_cast<std::uint32_t>(from.retry.spread));
    to.number(m::kResultTtlSFieldNumber, from.result.ttl_s);
    to.number(m::kResultIgnoreFieldNumber, from.result.keep ? 0 : 1);
    to.number(m::kTrackStartedFieldNumber, from.result.track_started ? 1 : 0);
    to.number(m::kMaxCrashesFieldNumber, from.max_crashes);
    to.number(m::kRetryCurveFieldNumber, static_cast<std::uint32_t>(from.retry.curve));
    write_rare(from, to);
}

// The record around the fields of its fact, which begin behind room for this.
constexpr std::size_t wrapping_bytes_max = field_writer::field_bytes_max;

void wrap(int fact, std::uint8_t* fields, std::uint8_t const* end, head_buffer& in) {
    std::array<std::uint8_t, wrapping_bytes_max> wrapping;
    field_writer to{wrapping.data()};
    to.head(fact, static_cast<std::size_t>(end - fields));
    auto const size = static_cast<std::size_t>(to.end() - wrapping.data());
    std::memcpy(fields - size, wrapping.data(), size);
    in.filled(fields - size, end);
}

} // namespace

content_source write(record::published const& from, head_buffer& to) {
    using m = v1::Published;
    // The message first: what stands before it tells its size.
    constexpr std::size_t before_bytes_max = 2 * field_writer::field_bytes_max;
    std::uint8_t* const message = to.room(wrapping_bytes_max + before_bytes_max +
                                          bytes_max(from.message) + from.schedule.size()) +
                                  wrapping_bytes_max + before_bytes_max;
    field_writer fields{message};
    write_message(from.message, fields);
    auto const message_bytes = static_cast<std::size_t>(fields.end() - message);
    fields.number(m::kAtMsFieldNumber, ms_bits(from.at));
    fields.fixed(m::kSessionHighFieldNumber, from.session.high);
    fields.fixed(m::kSessionLowFieldNumber, from.session.low);
    fields.number(m::kSequenceFieldNumber, from.sequence.value);
    fields.text(m::kScheduleFieldNumber, from.schedule);
    fields.number(m::kSlotMsFieldNumber, ms_bits(from.slot));
    fields.number(m::kBlockedFieldNumber, from.blocked ? 1 : 0);

    std::array<std::uint8_t, before_bytes_max> before;
    field_writer front{before.data()};
    front.number(m::kNumberFieldNumber, from.number.value);
    front.head(m::kMessageFieldNumber, message_bytes);
    auto const front_bytes = static_cast<std::size_t>(front.end() - before.data());
    std::memcpy(message - front_bytes, before.data(), front_bytes);
    wrap(v1::Record::kPublishedFieldNumber, message - front_bytes, fields.end(), to);
    return content_source{from.message.content};
}

content_source write(record::leased const& from, head_buffer& to) {
    using m = v1::Leased;
    std::uint8_t* const begin = to.room(wrapping_bytes_max + fields_bytes_max) + wrapping_bytes_max;
    field_writer fields{begin};
    fields.number(m::kNumberFieldNumber, from.number.value);
    fields.number(m::kLeaseEpochFieldNumber, from.token.epoch.value);
    fields.number(m::kLeaseNumberFieldNumber, from.token.number);
    fields.fixed(m::kSessionHighFieldNumber, from.session.high);
    fields.fixed(m::kSessionLowFieldNumber, from.session.low);
    fields.number(m::kAtMsFieldNumber, ms_bits(from.at));
    wrap(v1::Record::kLeasedFieldNumber, begin, fields.end(), to);
    return content_source{};
}

content_source write(record::forgotten const& from, head_buffer& to) {
    std::uint8_t* const begin = to.room(wrapping_bytes_max + fields_bytes_max) + wrapping_bytes_max;
    field_writer fields{begin};
    fields.number(v1::Forgotten::kNumberFieldNumber, from.number.value);
    wrap(v1::Record::kForgottenFieldNumber, begin, fields.end(), to);
    return content_source{};
}

void put_message(core::message const& from, v1::Message& to) {
    head_buffer buffer;
    std::uint8_t* const begin = buffer.room(bytes_max(from));
    field_writer fields{begin};
    write_message(from, fields);
    bool const parsed = to.ParseFromArray(begin, static_cast<int>(fields.end() - begin));
    PEYK_ASSERT(parsed);
}

} // namespace peyk::storage::encoding
