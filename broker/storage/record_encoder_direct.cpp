// The facts that every message has, field by field.

#include "broker/core/assert.hpp"
#include "broker/storage/record_encoding.hpp"
#include "broker/storage/record_field_writer.hpp"

namespace peyk::storage::encoding {

namespace {

std::uint64_t ms_bits(core::wall_time at) {
    return static_cast<std::uint64_t>(ms(at));
}

template <class Sink>
void write_rare(core::message const& from, Sink& to) {
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

template <class Sink>
void write_message(core::message const& from, Sink& to) {
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

// A record that is nothing but its fact.
template <class Fields>
void write_fact(int fact, content_source const& content, record_room& to, Fields const& fields) {
    std::size_t const size = size_of(fields);
    auto const record = [&](auto& out) {
        out.nested(fact, size, fields);
    };
    field_writer out{to.head(size_of(record), content)};
    record(out);
}

} // namespace

void write(record::published const& from, record_room& to) {
    using m = v1::Published;
    auto const message = [&](auto& out) {
        write_message(from.message, out);
    };
    std::size_t const message_bytes = size_of(message);
    write_fact(v1::Record::kPublishedFieldNumber,
               content_source{from.message.content},
               to,
               [&](auto& out) {
                   out.number(m::kNumberFieldNumber, from.number.value);
                   out.nested(m::kMessageFieldNumber, message_bytes, message);
                   out.number(m::kAtMsFieldNumber, ms_bits(from.at));
                   out.fixed(m::kSessionHighFieldNumber, from.session.high);
                   out.fixed(m::kSessionLowFieldNumber, from.session.low);
                   out.number(m::kSequenceFieldNumber, from.sequence.value);
                   out.text(m::kScheduleFieldNumber, from.schedule);
                   out.number(m::kSlotMsFieldNumber, ms_bits(from.slot));
                   out.number(m::kBlockedFieldNumber, from.blocked ? 1 : 0);
               });
}

void write(record::leased const& from, record_room& to) {
    using m = v1::Leased;
    write_fact(v1::Record::kLeasedFieldNumber, content_source{}, to, [&](auto& out) {
        out.number(m::kNumberFieldNumber, from.number.value);
        out.number(m::kLeaseEpochFieldNumber, from.token.epoch.value);
        out.number(m::kLeaseNumberFieldNumber, from.token.number);
        out.fixed(m::kSessionHighFieldNumber, from.session.high);
        out.fixed(m::kSessionLowFieldNumber, from.session.low);
        out.number(m::kAtMsFieldNumber, ms_bits(from.at));
    });
}

void write(record::forgotten const& from, record_room& to) {
    write_fact(v1::Record::kForgottenFieldNumber, content_source{}, to, [&](auto& out) {
        out.number(v1::Forgotten::kNumberFieldNumber, from.number.value);
    });
}

void put_message(core::message const& from, v1::Message& to) {
    auto const fields = [&](auto& sink) {
        write_message(from, sink);
    };
    std::vector<std::uint8_t> bytes(size_of(fields));
    field_writer out{bytes.data()};
    fields(out);
    bool const parsed = to.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    PEYK_ASSERT(parsed);
}

} // namespace peyk::storage::encoding
