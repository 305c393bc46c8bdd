#include "broker/net/wire_convert_items.hpp"

#include "broker/net/wire_reader.hpp"

#include "peyk/wire/v1/queue.pb.h"

#include <algorithm>
#include <span>

namespace peyk::net {
namespace {

namespace wire = peyk::wire::v1;

// `delays_ms`, packed or one by one.
fault read_delays(std::string_view packed, std::vector<std::uint32_t>& to) {
    varint_reader in{packed};
    while (in.next()) {
        if (!take_small(in.number(), to.emplace_back()))
            return bad("retry.delays_ms", "0 to 4294967295");
    }
    return {{}, !in.ok()};
}

fault read_retry(std::string_view bytes, core::message& to, message_lists& lists) {
    using m = wire::RetryPolicy;
    auto& policy = to.retry;
    policy.base_ms = 0;
    std::vector<std::uint32_t>* list = nullptr;
    auto const delays_of = [&]() -> std::vector<std::uint32_t>& {
        list = list == nullptr ? &lists.delays.emplace_back() : list;
        return *list;
    };
    fault nested;
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
        case tag_of(m::kBackoffFieldNumber, wire_type::varint):
            if (!take_enum(in.number(), core::backoff::list, policy.curve))
                return bad("retry.backoff", "0 to 4");
            break;
        case tag_of(m::kDelaysMsFieldNumber, wire_type::bytes):
            if (nested = read_delays(in.bytes(), delays_of()); nested.found())
                return nested;
            break;
        case tag_of(m::kDelaysMsFieldNumber, wire_type::varint):
            if (!take_small(in.number(), delays_of().emplace_back()))
                return bad("retry.delays_ms", "0 to 4294967295");
            break;
        case tag_of(m::kMaxAgeSFieldNumber, wire_type::varint):
            if (!take_small(in.number(), to.max_age_s))
                return bad("retry.max_age_s", "0 to 4294967295");
            break;
        default:
            break;
        }
    }
    if (list != nullptr)
        to.retry_delays_ms = *list;
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

fault read_unique(std::string_view bytes, core::uniqueness& to) {
    using m = wire::Unique;
    wire_reader in{bytes};
    while (in.next()) {
        switch (in.tag()) {
        case tag_of(m::kKeyFieldNumber, wire_type::bytes):
            to.key = in.text();
            break;
        case tag_of(m::kUntilFieldNumber, wire_type::varint):
            if (!take_enum(in.number(), core::unique_until::ttl, to.until))
                return bad("unique.until", "0, 1 or 2");
            break;
        case tag_of(m::kOnConflictFieldNumber, wire_type::varint):
            if (!take_enum(in.number(), core::on_conflict::keep_last, to.conflict))
                return bad("unique.on_conflict", "0 to 3");
            break;
        case tag_of(m::kTtlSFieldNumber, wire_type::varint):
            if (!take_small(in.number(), to.ttl_s))
                return bad("unique.ttl_s", "0 to 4294967295");
            break;
        default:
            break;
        }
    }
    // Whether the key is one the core decides, for this message alone. To it an empty key is none;
    // one that never ends is refused.
    if (to.key.empty()) {
        to.until = core::unique_until::ttl;
        to.ttl_s = 0;
    }
    return {{}, !in.ok()};
}

using text_list = std::vector<std::string_view>;

void add_text(std::string_view text, text_list*& list, message_lists& lists) {
    list = list == nullptr ? &lists.texts.emplace_back() : list;
    list->push_back(text);
}

// What the core looks up by binary search.
std::span<std::string_view const> sorted(text_list* list) {
    if (list == nullptr)
        return {};
    std::ranges::sort(*list);
    list->erase(std::ranges::unique(*list).begin(), list->end());
    return *list;
}

struct rare_texts {
    text_list* labels = nullptr;
    text_list* tags = nullptr;
};

// The current field, if it is one that few messages have.
fault
read_rare(wire_reader& in, core::message& to, rare_texts& into, message_lists& lists) {
    using m = wire::Message;
    switch (in.tag()) {
    case tag_of(m::kRootHighFieldNumber, wire_type::fixed64):
        to.root.high = in.number();
        break;
    case tag_of(m::kRootLowFieldNumber, wire_type::fixed64):
        to.root.low = in.number();
        break;
    case tag_of(m::kParentHighFieldNumber, wire_type::fixed64):
        to.parent.high = in.number();
        break;
    case tag_of(m::kParentLowFieldNumber, wire_type::fixed64):
        to.parent.low = in.number();
        break;
    case tag_of(m::kOrderingKeyFieldNumber, wire_type::bytes):
        to.placement.ordering_key = in.text();
        break;
    case tag_of(m::kFairnessKeyFieldNumber, wire_type::bytes):
        to.placement.fairness_key = in.text();
        break;
    case tag_of(m::kLimitKeyFieldNumber, wire_type::bytes):
        to.placement.limit_key = in.text();
        break;
    case tag_of(m::kCostFieldNumber, wire_type::varint):
        if (in.number() != 0 && !take_small(in.number(), to.placement.cost))
            return bad("cost", "1 to 1000000");
        break;
    case tag_of(m::kLabelsFieldNumber, wire_type::bytes):
        add_text(in.text(), into.labels, lists);
        break;
    case tag_of(m::kTagsFieldNumber, wire_type::bytes):
        add_text(in.text(), into.tags, lists);
        break;
    default:
        break;
    }
    return {};
}

fault read_fields(std::string_view bytes, core::message& to, message_lists& lists) {
    using m = wire::Message;
    bool result_given = false;
    rare_texts rare;
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
            if (nested = read_retry(in.bytes(), to, lists); nested.found())
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
        case tag_of(m::kUniqueFieldNumber, wire_type::bytes):
            if (nested = read_unique(in.bytes(), to.unique); nested.found())
                return nested;
            break;
        default:
            if (nested = read_rare(in, to, rare, lists); nested.found())
                return nested;
            break;
        }
    }
    if (!in.ok())
        return {{}, true};
    if (to.queue.empty())
        to.queue = default_queue;
    to.placement.labels = sorted(rare.labels);
    to.tags = sorted(rare.tags);
    if (!result_given)
        to.result.keep = !to.task.empty();
    return {};
}

} // namespace

fault read_message(std::string_view bytes, core::message& to, message_lists& lists) {
    auto found = read_fields(bytes, to, lists);
    if (!found.found() && to.id.empty())
        return bad("id", "a UUIDv7 made by the publisher, not zero");
    return found;
}

fault read_template(std::string_view bytes, core::message& to, message_lists& lists) {
    auto found = read_fields(bytes, to, lists);
    if (!found.found() && (!to.id.empty() || to.eta != core::unset || to.expires != core::unset ||
                           !to.unique.key.empty() || to.unique.until != core::unique_until{}))
        return {"id, eta_ms, expires_ms, unique: the schedule gives them to each message", false};
    return found;
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
