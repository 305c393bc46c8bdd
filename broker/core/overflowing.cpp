// A queue that is full: who gives way to a new message.

#include "broker/core/broker_members.hpp"

#include <string>

namespace peyk::core {

namespace {

struct amount {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

// The limit this much is over; null: none.
char const* exceeded(owned_queue_settings const& limits, amount const& of) {
    if (limits.max_length && of.messages > *limits.max_length) {
        return "max_length";
    }
    return limits.max_bytes && of.bytes > *limits.max_bytes ? "max_bytes" : nullptr;
}

std::string described(core::queue const& q, std::string_view limit) {
    owned_queue_settings const& limits = q.settings();
    std::uint64_t const value = limit == "max_length" ? *limits.max_length : *limits.max_bytes;
    return "queue " + std::string{q.name()} + ": " + std::string{limit} + ' ' +
           std::to_string(value);
}

} // namespace

// Why a message with a body of this size has no room in the queue even when empty; empty: it
// has.
std::string broker_state::members::too_large(core::queue const& q, std::size_t bytes) const {
    auto const& max = q.settings().max_bytes;
    return max && bytes > *max ? described(q, "max_bytes") + ", and the content alone has " +
                                     std::to_string(bytes) + " bytes"
                               : std::string{};
}

// Why the queue has no room for one more message with a body of this size, and cannot make any,
// once those are gone whom the message replaces; empty: it has.
std::string broker_state::members::full(core::queue const& q,
                                        std::size_t bytes,
                                        key_claim const& claim) const {
    owned_queue_settings const& limits = q.settings();
    if (!limits.max_length && !limits.max_bytes) {
        return {};
    }
    amount then{q.live() + 1, q.bytes() + bytes};
    amount ready{q.count(message_state::ready), q.ready_bytes()};
    for (message_entry const* const replaced : {claim.waiting, claim.holder}) {
        if (replaced == nullptr || &replaced->lane->home() != &q) {
            continue;
        }
        --then.messages;
        then.bytes -= replaced->body_bytes;
        if (replaced->state == message_state::ready) {
            --ready.messages;
            ready.bytes -= replaced->body_bytes;
        }
    }
    char const* over = exceeded(limits, then);
    if (over != nullptr && limits.overflow.value_or(overflow::reject) != overflow::reject) {
        over = exceeded(limits, {then.messages - ready.messages, then.bytes - ready.bytes});
    }
    return over == nullptr ? std::string{} : described(q, over);
}

// Whether the queue takes in a message that is elsewhere, or dead, like a new one; if not, why.
// May end others to make room, and by that also bring the message to its unique key.
acceptance broker_state::members::admit(message_entry const& e, core::queue& into) {
    if (into.draining != nullptr) {
        return draining(into);
    }
    if (&e.lane->home() != &into && lacks_place(message_of(e), into)) {
        return {errc::too_many_lanes};
    }
    if (std::string large = too_large(into, e.body_bytes); !large.empty()) {
        return {errc::message_too_large, false, {}, std::move(large)};
    }
    std::string why = full(into, e.body_bytes, {});
    if (why.empty()) {
        why = make_room(into, e.body_bytes);
    }
    if (!why.empty()) {
        return {errc::queue_full, false, {}, std::move(why)};
    }
    return {};
}

acceptance broker_state::members::draining(core::queue const& q) const {
    std::string const& reason = q.draining->reason;
    return {errc::queue_draining,
            false,
            {},
            "queue " + std::string{q.name()} + (reason.empty() ? "" : ": ") + reason};
}

// Ends ready messages, in the order in which they would be delivered, until one more with a body of
// this size fits. Returns why it does not; empty: it does.
std::string broker_state::members::make_room(core::queue& in, std::size_t bytes) {
    char const* over = nullptr;
    for (std::size_t ended = 0; ended <= bounds.overflow_ended_max; ++ended) {
        over = exceeded(in.settings(), {in.live() + 1, in.bytes() + bytes});
        if (over == nullptr) {
            return {};
        }
        message_entry* const first = in.first_ready();
        if (first == nullptr || ended == bounds.overflow_ended_max) {
            break;
        }
        std::string const why = described(in, over);
        withdraw(*first);
        ending end;
        if (in.settings().overflow == overflow::dead_letter) {
            end.error = {"queue_full", why, {}};
            end.death = death::queue_full;
            die(*first, end);
        } else {
            end.state = message_state::revoked;
            end.error = {"dropped", why, {}};
            finish(*first, end);
        }
    }
    return described(in, over);
}

} // namespace peyk::core
