#pragma once
// Numbers of the wire into the types of the core, refusing what does not fit. Part of wire_convert;
// nobody else includes it.

#include "broker/core/time.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace peyk::net {

// Why the values of a request, well formed as they are, mean nothing. Empty: they are fine.
struct fault {
    std::string text;
    bool malformed = false;

    [[nodiscard]] bool found() const { return malformed || !text.empty(); }
};

[[nodiscard]] inline fault bad(std::string_view field, std::string_view allowed) {
    return {std::string{field} + ": allowed is " + std::string{allowed}, false};
}

// 9999-12-31T23:59:59.999Z. Later times are somebody's mistake, and sums with them would overflow.
inline constexpr std::int64_t time_ms_max = 253'402'300'799'999;
inline constexpr std::string_view allowed_time =
    "Unix time in milliseconds from 0 to the year 9999";

[[nodiscard]] inline bool take_time(std::uint64_t number, core::wall_time& time) {
    auto const ms = static_cast<std::int64_t>(number);
    if (ms < 0 || ms > time_ms_max)
        return false;
    time = core::wall_time{core::duration{ms}};
    return true;
}

[[nodiscard]] inline bool take_time(std::int64_t ms, core::wall_time& time) {
    return take_time(static_cast<std::uint64_t>(ms), time);
}

[[nodiscard]] inline bool take_duration(std::uint64_t ms, core::duration& to) {
    if (ms > static_cast<std::uint64_t>(time_ms_max))
        return false;
    to = core::duration{static_cast<core::duration::rep>(ms)};
    return true;
}

template <class Small>
[[nodiscard]] bool take_small(std::uint64_t number, Small& value) {
    if (number > std::numeric_limits<Small>::max())
        return false;
    value = static_cast<Small>(number);
    return true;
}

// An enumeration that both sides number alike; `last` is its last value.
template <class Enum>
[[nodiscard]] bool take_enum(std::uint64_t number, Enum last, Enum& value) {
    if (number > static_cast<std::uint64_t>(last))
        return false;
    value = static_cast<Enum>(number);
    return true;
}

} // namespace peyk::net
