#include "broker/net/wire_convert_items.hpp"
#include "broker/net/wire_reader.hpp"

#include "peyk/wire/v1/queue.pb.h"

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

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

fault read_rate_limited(std::string_view bytes, core::verdict::rate_limited& to) {
    using m = wire::RateLimited;
    to.scope = core::hold_scope::queue;
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(m::kUntilMsFieldNumber, wire_type::varint)) {
            if (!take_time(in.number(), to.until))
                return bad("rate_limited.until_ms", allowed_time);
        } else if (in.tag() == tag_of(m::kScopeFieldNumber, wire_type::varint)) {
            if (!take_enum(in.number(), core::hold_scope::key, to.scope) ||
                to.scope == core::hold_scope::publishing)
                return bad("rate_limited.scope", "HOLD_QUEUE, HOLD_TASK or HOLD_KEY");
        }
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

fault read_crashed(std::string_view bytes, core::verdict::crashed& to) {
    wire_reader in{bytes};
    while (in.next()) {
        if (in.tag() == tag_of(wire::Crashed::kTextFieldNumber, wire_type::bytes))
            to.text = in.bytes();
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
        case tag_of(m::kRateLimitedFieldNumber, wire_type::bytes):
            nested =
                read_rate_limited(in.bytes(), to.verdict.emplace<core::verdict::rate_limited>());
            break;
        case tag_of(m::kCrashedFieldNumber, wire_type::bytes):
            nested = read_crashed(in.bytes(), to.verdict.emplace<core::verdict::crashed>());
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
    return given ? fault{} : fault{"verdict: one of the nine must be given", false};
}

} // namespace peyk::net
