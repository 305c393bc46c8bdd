#pragma once
// Durations and times as people write them: in filters and on the command line.

#include <peyk/message.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

// A century: what is longer is a mistake, and would overflow the milliseconds of the wire.
inline constexpr std::chrono::milliseconds duration_max = std::chrono::hours{100 * 365 * 24};

// "10", "1.5s", "500ms", "5m", "2h", "1d"; plain numbers are seconds. Up to duration_max.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

// "2030-01-31T12:00:00Z", "...+01:00", with or without seconds and their fraction; without a zone
// it is UTC. The years are 1678 to 2261.
[[nodiscard]] std::optional<time_point> read_time(std::string_view text);

// The same, or counted from `now`: "now", "in 10m", "+10m", "-1h", "1h ago".
[[nodiscard]] std::optional<time_point> read_moment(std::string_view text, time_point now);

// In UTC with milliseconds, as read_time() takes it.
[[nodiscard]] std::string write_time(time_point at);

} // namespace peyk
