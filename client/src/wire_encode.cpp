#include "client/src/wire_encode.hpp"

#include "client/src/wire_writer.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace peyk {
namespace {

using wire_message = wire::v1::Message;
using wire_content = wire::v1::Content;
using wire_settlement = wire::v1::Settlement;
using std::chrono::milliseconds;

// What the broker cannot take is brought into its limits here, because it refuses the whole frame
// over it, with the messages and verdicts of others.
constexpr std::uint32_t sixteen_bits = 65'535;

// The end of the year 9999, beyond which the broker takes no time. In milliseconds, because a
// time_point ends in the year 2262.
constexpr milliseconds time_max{253'402'300'799'999};

milliseconds since_epoch(time_point at) {
    return std::chrono::floor<milliseconds>(at.time_since_epoch());
}

milliseconds after(time_point now, milliseconds wait) {
    return since_epoch(now) + std::clamp(wait, -time_max, time_max);
}

std::uint64_t unix_ms(milliseconds at) { // 0 would mean "none"
    return static_cast<std::uint64_t>(std::clamp(at, milliseconds{1}, time_max).count());
}

template <class Duration>
std::uint64_t count_of(Duration value) {
    constexpr typename Duration::rep most = UINT32_MAX;
    return static_cast<std::uint64_t>(std::clamp<typename Duration::rep>(value.count(), 0, most));
}

void put_id(wire_writer& w, int field, message_id id) {
    if (id.is_nil())
        return;
    w.nested(field, [&] {
        w.fixed64(wire::v1::Id::kHighFieldNumber, id.high);
        w.fixed64(wire::v1::Id::kLowFieldNumber, id.low);
    });
}

void put_argument(wire_writer& w, int field, std::string_view value) {
    w.nested(field, [&] { w.bytes(wire::v1::Argument::kDataFieldNumber, value); });
}

void put_content(wire_writer& w, message_content const& content) {
    constexpr int key = 1; // of an entry of a protobuf map
    constexpr int value = 2;
    w.text_unless_empty(wire_content::kContentTypeFieldNumber, content.content_type);
    for (auto const& arg : content.args)
        put_argument(w, wire_content::kArgsFieldNumber, arg);
    for (auto const& [name, arg] : content.kwargs)
        w.nested(wire_content::kKwargsFieldNumber, [&, &n = name, &a = arg] {
            w.text(key, n);
            put_argument(w, value, a);
        });
    w.bytes_unless_empty(wire_content::kBodyFieldNumber, content.body);
    for (auto const& [name, text] : content.headers)
        w.nested(wire_content::kHeadersFieldNumber, [&, &n = name, &t = text] {
            w.text(key, n);
            w.text(value, t);
        });
    w.text_unless_empty(wire_content::kTraceparentFieldNumber, content.traceparent);
    w.text_unless_empty(wire_content::kTracestateFieldNumber, content.tracestate);
    put_id(w, wire_content::kGroupFieldNumber, content.group);
    w.text_unless_empty(wire_content::kArgsReprFieldNumber, content.args_repr);
    w.text_unless_empty(wire_content::kPublisherFieldNumber, content.publisher);
    w.text_unless_empty(wire_content::kCompressionFieldNumber, content.compression);
    if (content.soft_time_limit)
        w.varint_unless_zero(wire_content::kSoftTimeLimitMsFieldNumber,
                             count_of(*content.soft_time_limit));
    if (content.time_limit)
        w.varint_unless_zero(wire_content::kTimeLimitMsFieldNumber, count_of(*content.time_limit));
}

// Public enumerations have the numbers of the wire.
static_assert(static_cast<int>(jitter::full) == wire::v1::JITTER_FULL);
static_assert(static_cast<int>(backoff::list) == wire::v1::BACKOFF_LIST);
static_assert(static_cast<int>(unique_until::start) == wire::v1::UNTIL_START);
static_assert(static_cast<int>(on_conflict::keep_last) == wire::v1::CONFLICT_KEEP_LAST);
static_assert(static_cast<int>(hold_scope::key) == wire::v1::HOLD_KEY);
template <class Enum>
std::uint64_t number_of(Enum value) {
    return static_cast<std::uint64_t>(value);
}

// What is no factor - not a number, 0 or less, more than fits - is told as one the broker refuses.
std::uint64_t percent_of(double factor) {
    constexpr std::uint64_t refused = sixteen_bits + std::uint64_t{1};
    double const percent = std::round(factor * 100);
    return percent >= 1 && percent <= sixteen_bits ? static_cast<std::uint64_t>(percent) : refused;
}

void put_retry(wire_writer& w, retry_policy const& policy) {
    using wire_policy = wire::v1::RetryPolicy;
    w.varint_unless_zero(wire_policy::kMaxRetriesFieldNumber,
                         std::min(policy.max_retries, sixteen_bits));
    w.varint_unless_zero(wire_policy::kBaseMsFieldNumber, count_of(policy.base));
    w.varint(wire_policy::kFactorPercentFieldNumber, percent_of(policy.factor));
    w.varint_unless_zero(wire_policy::kMaxMsFieldNumber, count_of(policy.max));
    w.varint_unless_zero(wire_policy::kJitterFieldNumber, number_of(policy.jitter));
    w.varint_unless_zero(wire_policy::kBackoffFieldNumber, number_of(policy.backoff));
    for (auto const delay : policy.delays) // one by one is as legal as packed
        w.varint(wire_policy::kDelaysMsFieldNumber, count_of(delay));
    w.varint_unless_zero(wire_policy::kMaxAgeSFieldNumber, count_of(policy.max_age));
}

void put_unique(wire_writer& w, uniqueness const& unique) {
    using wire_unique = wire::v1::Unique;
    w.text_unless_empty(wire_unique::kKeyFieldNumber, unique.key);
    w.varint_unless_zero(wire_unique::kUntilFieldNumber, number_of(unique.until));
    w.varint_unless_zero(wire_unique::kOnConflictFieldNumber, number_of(unique.on_conflict));
    w.varint_unless_zero(wire_unique::kTtlSFieldNumber, count_of(unique.ttl));
}

void put_result_policy(wire_writer& w, result_policy const& policy) {
    using wire_policy = wire::v1::ResultPolicy;
    w.varint_unless_zero(wire_policy::kTtlSFieldNumber, count_of(policy.ttl));
    w.varint_unless_zero(wire_policy::kIgnoreFieldNumber, policy.ignore ? 1 : 0);
    w.varint_unless_zero(wire_policy::kTrackStartedFieldNumber, policy.track_started ? 1 : 0);
}

std::optional<milliseconds> eta_of(message const& what, time_point now) {
    std::optional<milliseconds> eta;
    if (what.eta)
        eta = since_epoch(*what.eta);
    if (what.countdown)
        eta = std::max(eta.value_or(milliseconds::min()), after(now, *what.countdown));
    return eta;
}

std::optional<milliseconds> expiry_of(message const& what, time_point now) {
    std::optional<milliseconds> expiry;
    if (what.expires_at)
        expiry = since_epoch(*what.expires_at);
    if (what.expires)
        expiry = std::min(expiry.value_or(milliseconds::max()), after(now, *what.expires));
    return expiry;
}

void put_placement(wire_writer& w, message const& what) {
    w.text_unless_empty(wire_message::kOrderingKeyFieldNumber, what.ordering_key);
    w.text_unless_empty(wire_message::kFairnessKeyFieldNumber, what.fairness_key);
    w.text_unless_empty(wire_message::kLimitKeyFieldNumber, what.limit_key);
    if (what.cost)
        w.varint_unless_zero(wire_message::kCostFieldNumber, *what.cost);
    for (auto const& label : what.labels)
        w.text(wire_message::kLabelsFieldNumber, label);
    for (auto const& tag : what.tags)
        w.text(wire_message::kTagsFieldNumber, tag);
}

void put_message(wire_writer& w, message const& what, time_point now) {
    w.fixed64(wire_message::kIdHighFieldNumber, what.id.high);
    w.fixed64(wire_message::kIdLowFieldNumber, what.id.low);
    w.text_unless_empty(wire_message::kQueueFieldNumber, what.queue);
    w.text_unless_empty(wire_message::kTaskFieldNumber, what.task);
    if (what.priority)
        w.varint(wire_message::kPriorityFieldNumber, *what.priority);
    if (auto const eta = eta_of(what, now))
        w.varint(wire_message::kEtaMsFieldNumber, unix_ms(*eta));
    if (auto const expiry = expiry_of(what, now))
        w.varint(wire_message::kExpiresMsFieldNumber, unix_ms(*expiry));
    if (what.retry)
        w.nested(wire_message::kRetryFieldNumber, [&] { put_retry(w, *what.retry); });
    if (what.result)
        w.nested(wire_message::kResultFieldNumber, [&] { put_result_policy(w, *what.result); });
    if (what.max_crashes)
        w.varint(wire_message::kMaxCrashesFieldNumber, std::min(*what.max_crashes, sixteen_bits));
    if (what.unique)
        w.nested(wire_message::kUniqueFieldNumber, [&] { put_unique(w, *what.unique); });
    put_placement(w, what);
    if (!what.root.is_nil()) {
        w.fixed64(wire_message::kRootHighFieldNumber, what.root.high);
        w.fixed64(wire_message::kRootLowFieldNumber, what.root.low);
    }
    if (!what.parent.is_nil()) {
        w.fixed64(wire_message::kParentHighFieldNumber, what.parent.high);
        w.fixed64(wire_message::kParentLowFieldNumber, what.parent.low);
    }
    w.nested(wire_message::kContentFieldNumber, [&] { put_content(w, what.content); });
}

void put_error(wire_writer& w, int field, error_report const& error) {
    w.nested(field, [&] {
        w.text_unless_empty(wire::v1::TaskError::kTypeFieldNumber, error.type);
        w.text_unless_empty(wire::v1::TaskError::kMessageFieldNumber, error.message);
        w.text_unless_empty(wire::v1::TaskError::kTraceFieldNumber, error.trace);
    });
}

// Writes the alternative of the oneof that fits the verdict.
struct verdict_writer {
    wire_writer& w;

    void operator()(verdict::success const& v) {
        w.nested(wire_settlement::kSuccessFieldNumber, [&] {
            w.bytes_unless_empty(wire::v1::Success::kResultFieldNumber, v.result);
            w.text_unless_empty(wire::v1::Success::kContentTypeFieldNumber, v.content_type);
        });
    }
    void operator()(verdict::failure const& v) {
        w.nested(wire_settlement::kFailureFieldNumber, [&] {
            put_error(w, wire::v1::Failure::kErrorFieldNumber, v.error);
            w.varint_unless_zero(wire::v1::Failure::kPermanentFieldNumber, v.permanent ? 1 : 0);
        });
    }
    void operator()(verdict::retry const& v) {
        w.nested(wire_settlement::kRetryFieldNumber, [&] {
            w.varint(wire::v1::Retry::kAtMsFieldNumber, unix_ms(since_epoch(v.at)));
            put_error(w, wire::v1::Retry::kErrorFieldNumber, v.error);
        });
    }
    void operator()(verdict::snooze const& v) {
        w.nested(wire_settlement::kSnoozeFieldNumber,
                 [&] { w.varint(wire::v1::Snooze::kAtMsFieldNumber, unix_ms(since_epoch(v.at))); });
    }
    void operator()(verdict::release const&) { w.bytes(wire_settlement::kReleaseFieldNumber, {}); }
    void operator()(verdict::drop const&) { w.bytes(wire_settlement::kDropFieldNumber, {}); }
    void operator()(verdict::dead const& v) {
        w.nested(wire_settlement::kDeadFieldNumber,
                 [&] { put_error(w, wire::v1::Dead::kErrorFieldNumber, v.error); });
    }
    void operator()(verdict::crashed const& v) {
        w.nested(wire_settlement::kCrashedFieldNumber,
                 [&] { w.text_unless_empty(wire::v1::Crashed::kTextFieldNumber, v.text); });
    }
    void operator()(verdict::rate_limited const& v) {
        w.nested(wire_settlement::kRateLimitedFieldNumber, [&] {
            w.varint(wire::v1::RateLimited::kUntilMsFieldNumber, unix_ms(since_epoch(v.until)));
            w.varint_unless_zero(wire::v1::RateLimited::kScopeFieldNumber, number_of(v.scope));
        });
    }
};

std::size_t varint_bytes(std::uint64_t value) {
    std::size_t bytes = 1;
    for (; value >= 0x80; value >>= 7)
        ++bytes;
    return bytes;
}

// The frame header, the request number and the head of the body field.
void append_frame_head(std::string& out, std::uint64_t request, int field, std::size_t body) {
    auto const tag = static_cast<std::uint64_t>(field) << 3 | 2;
    auto const payload = 1 + varint_bytes(request) + varint_bytes(tag) + varint_bytes(body) + body;
    wire::append_frame_header(out, payload);
    wire_writer w{out};
    w.varint(wire::v1::ClientFrame::kRequestFieldNumber, request);
    w.raw_varint(tag);
    w.raw_varint(body);
}

constexpr std::size_t sequence_bytes = 2 * (1 + 8); // two fixed64 fields with one-byte tags

} // namespace

void append_message(std::string& out, message const& what, time_point now) {
    wire_writer w{out};
    w.nested(wire::v1::Publish::kMessagesFieldNumber, [&] { put_message(w, what, now); });
}

void append_settlement(std::string& out, delivery_token token, outcome const& verdict) {
    wire_writer w{out};
    w.nested(wire::v1::Settle::kSettlementsFieldNumber, [&] {
        w.fixed64(wire_settlement::kEpochFieldNumber, token.epoch);
        w.fixed64(wire_settlement::kNumberFieldNumber, token.number);
        std::visit(verdict_writer{w}, verdict);
    });
}

void append_publish_frame(std::string& out, publish_header const& header, std::string_view items) {
    append_frame_head(out,
                      header.request,
                      wire::v1::ClientFrame::kPublishFieldNumber,
                      items.size() + sequence_bytes);
    wire_writer w{out};
    out.append(items);
    w.fixed64(wire::v1::Publish::kFirstSequenceFieldNumber, header.first_sequence);
    w.fixed64(wire::v1::Publish::kAnsweredBelowFieldNumber, header.answered_below);
}

std::string encode_message(message const& what, time_point now) {
    std::string out;
    wire_writer w{out};
    put_message(w, what, now);
    return out;
}

void append_settle_frame(std::string& out, std::uint64_t request, std::string_view items) {
    append_frame_head(out, request, wire::v1::ClientFrame::kSettleFieldNumber, items.size());
    out.append(items);
}

std::string encode(message_content const& content) {
    std::string out;
    wire_writer w{out};
    put_content(w, content);
    return out;
}

} // namespace peyk
