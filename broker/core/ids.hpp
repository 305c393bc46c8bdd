#pragma once
// Strong types for everything that is counted or named. Two ids of different kinds never mix.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace peyk::core {

// A 128-bit name made by a client. `{0, 0}` names nothing.
template <class Tag>
struct id128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    [[nodiscard]] bool empty() const { return high == 0 && low == 0; }
    auto operator<=>(id128 const&) const = default;
};

// A number given out by the broker, or chosen by a client within its session.
template <class Tag, class Rep = std::uint64_t>
struct number {
    Rep value = 0;

    auto operator<=>(number const&) const = default;
};

using message_id = id128<struct message_id_tag>; // UUIDv7, made by the publisher
using session_id = id128<struct session_id_tag>; // random, made by the client; the right to resume

// Order of publishing: higher than that of every message known. The number of a message long
// forgotten may come again after a restart.
using message_number = number<struct message_number_tag>;
using publish_sequence = number<struct publish_sequence_tag>;      // of one session, from 1
using request_id = number<struct request_id_tag>;                  // of one session
using sweep_id = number<struct sweep_id_tag>;                      // of one broker
using consumer_id = number<struct consumer_id_tag, std::uint32_t>; // of one session
using broker_epoch = number<struct broker_epoch_tag>; // grows with each start of the broker

// Where a record stands in the journal. Opaque to the core but for its order.
using position = number<struct position_tag>;
inline constexpr position nowhere{~std::uint64_t{0}};

// Names one delivery for ever: `number` starts again in each epoch, the pair never repeats.
struct delivery_token {
    broker_epoch epoch;
    std::uint64_t number = 0;

    auto operator<=>(delivery_token const&) const = default;
};

// Spreads the bits of ids that clients made, so that no client chooses the buckets on purpose
// more cheaply than it could flood the broker anyway. The finisher of MurmurHash3 (Appleby).
[[nodiscard]] constexpr std::size_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9e3779b97f4a7c15u ^ b;
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdu;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53u;
    x ^= x >> 33;
    return static_cast<std::size_t>(x);
}

} // namespace peyk::core

template <class Tag>
struct std::hash<peyk::core::id128<Tag>> {
    std::size_t operator()(peyk::core::id128<Tag> id) const {
        return peyk::core::mix(id.high, id.low);
    }
};

template <>
struct std::hash<peyk::core::delivery_token> {
    std::size_t operator()(peyk::core::delivery_token token) const {
        return peyk::core::mix(token.epoch.value, token.number);
    }
};
