#pragma once
// The identity of a message: 128 bits, UUIDv7, made by the publisher. Because the publisher makes
// it, publishing the same message twice is harmless.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

// Ids made later compare greater (to the millisecond; within one thread always). Nil: "none".
struct message_id {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    // A new id from the system clock and 74 random bits. Thread-safe.
    [[nodiscard]] static message_id make();
    // Reads the canonical form ("0190a5f3-7c1e-7b3a-8f00-0123456789ab"), in either case.
    [[nodiscard]] static std::optional<message_id> parse(std::string_view text);
    // The canonical form, 36 characters, lower case.
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] bool is_nil() const { return high == 0 && low == 0; }

    auto operator<=>(message_id const&) const = default;
};

std::ostream& operator<<(std::ostream& out, message_id id);

} // namespace peyk

template <>
struct std::hash<peyk::message_id> {
    std::size_t operator()(peyk::message_id id) const noexcept {
        // The low half is mostly random already; the high half holds the time.
        return static_cast<std::size_t>(id.low ^ (id.high * 0x9e3779b97f4a7c15u));
    }
};
