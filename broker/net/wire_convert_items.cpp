#include "broker/net/wire_convert_items.hpp"

#include "broker/net/wire_reader.hpp"

#include "peyk/wire/v1/queue.pb.h"

#include <limits>

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

// 9999-12-31T23:59:59.999Z. Later times are somebody's mistake, and sums with them would overflow.
constexpr std::int64_t time_ms_max = 253'402'300'799'999;

bool take_time(std::uint64_t number, core::wall_time& time) {
    auto const ms = static_cast<std::int64_t>(number);
    if (ms < 0 || ms > time_ms_max)
        return false;
    time = core::wall_time{core::duration{ms}};
    return true;
}

template <class Small>
bool take_small(std::uint64_t number, Small& value) {
    if (number > std::numeric_limits<Small>::max())
        return false;
    value = static_cast<Small>(number);
    return true;
}

fault bad(std::string_view field, std::string_view allowed) {
    return {std::string{field} + ": allowed is " + std::string{allowed}, false};
}

constexpr std::string_view allowed_time = "Unix time in milliseconds from 0 to the year 9999";

fault read_retry(std::string_view bytes, core::retry_policy& policy) {
    using m = wire::RetryPolicy;
    policy.base_ms = 0;
    wire_reader in{bytes};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kMaxRetriesFieldNumber, wire_type::varint):
            if (!take_small(in.number(), policy.max_retries))
                return bad("retry.max_retries", "0 to 65535");
            break;
        case tag_of(m::kBaseMsFieldNumber, wire_type::varint):
            if (!take_small(in.number(), policy.base_ms))
                return bad("retry.base_ms", "0 to 4294967295");
            break;
        case tag_of(m::kFactorPercentFieldNumber, wire_type::varint):
            if (in.number() != 0 && !take_small(in.number(), policy.factor_percent))
                return bad("retry.factor_percent", "0 to 65535");
            break;
        case tag_of(m::kMaxMsFieldNumber, wire_type::varint):
            if (in.number() != 0 && !take_small(in.number(), policy.max_ms))
                return bad("retry.max_ms", "0 to 4294967295");
            break;
        case tag_of(m::kJitterFieldNumber, wire_type::varint):
            if (in.number() > wire::JITTER_FULL)
                return bad("retry.jitter", "0, 1 or 2");
            policy.spread = static_cast<core::jitter>(in.number());
            break;
        default:
            break;
        }
    }
    return {{}, !in.ok()};
}

fault read_result_policy(std::string_view bytes, core::result_policy& policy) {
    using m = wire::ResultPolicy;
    policy.keep = true;
    wire_reader in{bytes};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kTtlSFieldNumber, wire_type::varint):
            if (!take_small(in.number(), policy.ttl_s))
                return bad("result.ttl_s", "0 to 4294967295");
            break;
        case tag_of(m::kIgnoreFieldNumber, wire_type::varint):
            policy.keep = !in.flag();
            break;
        case tag_of(m::kTrackStartedFieldNumber, wire_type::varint):
            policy.track_started = in.flag();
            break;
        default:
            break;
        }
    }
    return {{}, !in.ok()};
}

} // namespace

fault read_message(std::string_view bytes, core::message& to) {
    using m = wire::Message;
    bool result_given = false;
    fault nested;
    wire_reader in{bytes};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kIdHighFieldNumber, wire_type::fixed64):
            to.id.high = in.number();
            break;
        case tag_of(m::kIdLowFieldNumber, wire_type::fixed64):
            to.id.low = in.number();
            break;
        case tag_of(m::kQueueFieldNumber, wire_type::bytes):
            to.queue = in.text();
            break;
        case tag_of(m::kTaskFieldNumber, wire_type::bytes):
            to.task = in.text();
            break;
        case tag_of(m::kPriorityFieldNumber, wire_type::varint):
            if (!take_small(in.number(), to.priority))
                return bad("priority", "0 to 255");
            break;
        case tag_of(m::kEtaMsFieldNumber, wire_type::varint):
            if (!take_time(in.number(), to.eta))
                return bad("eta_ms", allowed_time);
            break;
        case tag_of(m::kExpiresMsFieldNumber, wire_type::varint):
            if (!take_time(in.number(), to.expires))
                return bad("expires_ms", allowed_time);
            break;
        case tag_of(m::kRetryFieldNumber, wire_type::bytes):
            if (nested = read_retry(in.bytes(), to.retry); nested.found())
                return nested;
            break;
        case tag_of(m::kResultFieldNumber, wire_type::bytes):
            result_given = true;
            if (nested = read_result_policy(in.bytes(), to.result); nested.found())
                return nested;
            break;
        case tag_of(m::kMaxCrashesFieldNumber, wire_type::varint):
            if (!take_small(in.number(), to.max_crashes))
                return bad("max_crashes", "0 to 65535");
            break;
        case tag_of(m::kContentFieldNumber, wire_type::bytes):
            to.content = in.bytes();
            break;
        default:
            break;
        }
    }
    if (!in.ok())
        return {{}, true};
    if (to.id.empty())
        return bad("id", "a UUIDv7 made by the publisher, not zero");
    if (to.queue.empty())
        to.queue = default_queue;
    if (!result_given)
        to.result.keep = !to.task.empty();
    return {};
}

namespace {

fault read_error(std::string_view bytes, core::task_error& to) {
    using m = wire::TaskError;
    wire_reader in{bytes};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kTypeFieldNumber, wire_type::bytes):
            to.type = in.text();
            break;
        case tag_of(m::kMessageFieldNumber, wire_type::bytes):
            to.text = in.text();
            break;
        case tag_of(m::kTraceFieldNumber, wire_type::bytes):
            to.trace = in.text();
            break;
        default:
            break;
        }
    }
    return {{}, !in.ok()};
}

fault read_success(std::string_view bytes, core::verdict::success& to) {
    using m = wire::Success;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(m::kResultFieldNumber, wire_type::bytes))
            to.result = in.bytes();
        else if (in.tag() == tag_of(m::kContentTypeFieldNumber, wire_type::bytes))
            to.content_type = in.text();
    }
    return {{}, !in.ok()};
}

fault read_failure(std::string_view bytes, core::verdict::failure& to) {
    using m = wire::Failure;
    fault nested;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(m::kErrorFieldNumber, wire_type::bytes)) {
            if (nested = read_error(in.bytes(), to.error); nested.found())
                return nested;
        } else if (in.tag() == tag_of(m::kPermanentFieldNumber, wire_type::varint)) {
            to.permanent = in.flag();
        }
    }
    return {{}, !in.ok()};
}

fault read_retry_verdict(std::string_view bytes, core::verdict::retry& to) {
    using m = wire::Retry;
    fault nested;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(m::kErrorFieldNumber, wire_type::bytes)) {
            if (nested = read_error(in.bytes(), to.error); nested.found())
                return nested;
        } else if (in.tag() == tag_of(m::kAtMsFieldNumber, wire_type::varint)) {
            if (!take_time(in.number(), to.at))
                return bad("retry.at_ms", allowed_time);
        }
    }
    return {{}, !in.ok()};
}

fault read_snooze(std::string_view bytes, core::verdict::snooze& to) {
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(wire::Snooze::kAtMsFieldNumber, wire_type::varint) &&
            !take_time(in.number(), to.at))
            return bad("snooze.at_ms", allowed_time);
    }
    return {{}, !in.ok()};
}

fault read_dead(std::string_view bytes, core::verdict::dead& to) {
    fault nested;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(wire::Dead::kErrorFieldNumber, wire_type::bytes)) {
            if (nested = read_error(in.bytes(), to.error); nested.found())
                return nested;
        }
    }
    return {{}, !in.ok()};
}

// A verdict without fields of its own: only its form is checked.
fault read_nothing(std::string_view bytes) {
    wire_reader in{bytes};
    while (in.next()) {
    }
    return {{}, !in.ok()};
}

} // namespace

fault read_settlement(std::string_view bytes, core::settlement& to) {
    using m = wire::Settlement;
    bool given = false;
    fault nested;
    wire_reader in{bytes};
    while (in.next()) {
        auto const verdict = given;
        given = true;
        switch (in.tag()) {
        case tag_of(m::kEpochFieldNumber, wire_type::fixed64):
            to.token.epoch.value = in.number();
            given = verdict;
            break;
        case tag_of(m::kNumberFieldNumber, wire_type::fixed64):
            to.token.number = in.number();
            given = verdict;
            break;
        case tag_of(m::kSuccessFieldNumber, wire_type::bytes):
            nested = read_success(in.bytes(), to.verdict.emplace<core::verdict::success>());
            break;
        case tag_of(m::kFailureFieldNumber, wire_type::bytes):
            nested = read_failure(in.bytes(), to.verdict.emplace<core::verdict::failure>());
            break;
        case tag_of(m::kRetryFieldNumber, wire_type::bytes):
            nested = read_retry_verdict(in.bytes(), to.verdict.emplace<core::verdict::retry>());
            break;
        case tag_of(m::kSnoozeFieldNumber, wire_type::bytes):
            nested = read_snooze(in.bytes(), to.verdict.emplace<core::verdict::snooze>());
            break;
        case tag_of(m::kReleaseFieldNumber, wire_type::bytes):
            to.verdict = core::verdict::release{};
            nested = read_nothing(in.bytes());
            break;
        case tag_of(m::kDropFieldNumber, wire_type::bytes):
            to.verdict = core::verdict::drop{};
            nested = read_nothing(in.bytes());
            break;
        case tag_of(m::kDeadFieldNumber, wire_type::bytes):
            nested = read_dead(in.bytes(), to.verdict.emplace<core::verdict::dead>());
            break;
        default:
            given = verdict;
            break;
        }
        if (nested.found())
            return nested;
    }
    if (!in.ok())
        return {{}, true};
    return given ? fault{} : fault{"verdict: one of the seven must be given", false};
}

bool read_token(std::string_view bytes, core::delivery_token& to) {
    using m = wire::Token;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(m::kEpochFieldNumber, wire_type::fixed64))
            to.epoch.value = in.number();
        else if (in.tag() == tag_of(m::kNumberFieldNumber, wire_type::fixed64))
            to.number = in.number();
    }
    return in.ok();
}

} // namespace peyk::net
