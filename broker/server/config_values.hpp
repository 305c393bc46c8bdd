#pragma once
// The values settings have as texts, and back.

#include "broker/core/limit.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::server {

inline constexpr std::uint64_t kib = 1u << 10;
inline constexpr std::uint64_t mib = 1u << 20;
inline constexpr std::uint64_t gib = 1u << 30;
inline constexpr std::uint64_t tib = 1ull << 40;

[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

// "4194304", "4MiB" or "4 MiB".
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
[[nodiscard]] std::string print_bytes(std::uint64_t bytes);

// "500ms", "10s", "5m", "2h", "7d"; 0 needs no unit. Up to 100 years.
[[nodiscard]] std::optional<core::duration> parse_duration(std::string_view text);
[[nodiscard]] std::string print_duration(core::duration time);

// "2026-11-22T18:00:00Z", UTC; seconds may be missing.
[[nodiscard]] std::optional<core::wall_time> parse_time(std::string_view text);
[[nodiscard]] std::string print_time(core::wall_time at);

// "10/m", "5/s", "0.5/s", "100/h", "3/d"; a number alone is per second. "none" and 0: no rate.
// Thousandths are the least there is. Printed by core::to_string.
[[nodiscard]] std::optional<core::rate> parse_rate(std::string_view text);

} // namespace peyk::server
