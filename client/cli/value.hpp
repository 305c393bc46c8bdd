#pragma once
// What people type, as values: arguments of tasks, durations and times.

#include <peyk/message.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::cli {

// The text itself if it is JSON, else the text as a JSON string: 2 is a number, two is "two".
[[nodiscard]] std::string json_argument(std::string_view text);

struct task_arguments {
    std::vector<std::string> positional;
    std::map<std::string, std::string> named;
};

// `name=value` is a named argument if the name is an identifier; "a=b" in quotes of its own is a
// JSON string. Throws failure(usage) for a name that comes twice.
[[nodiscard]] task_arguments parse_arguments(std::vector<std::string> const& words);

// "10", "1.5s", "500ms", "5m", "2h", "1d"; plain numbers are seconds. Throws failure(usage).
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text);

// "2030-01-31T12:00:00Z", "...+01:00", with or without a fraction; without a zone it is UTC.
// Throws failure(usage).
[[nodiscard]] time_point parse_time(std::string_view text);

// In UTC with milliseconds, as parse_time() reads it.
[[nodiscard]] std::string format_time(time_point at);

// "name=value" of a header. Throws failure(usage).
[[nodiscard]] std::pair<std::string, std::string> parse_pair(std::string_view text);

// Throws failure(usage, ...).
[[nodiscard]] message_id parse_id(std::string_view text);

} // namespace peyk::cli
