#pragma once
// What people type, as values: arguments of tasks, durations and times.

#include "client/cli/exit_code.hpp"
#include "client/src/time_text.hpp"
#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
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

// The same for the value of `option`, which is from `least` to `most`. Throws failure(usage),
// naming all of them.
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view option,
                                                       std::string_view text,
                                                       std::chrono::milliseconds least,
                                                       std::chrono::milliseconds most);

// As parse_duration() reads it, in the largest unit that leaves a whole number.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds length);

// "1s,5s,1m", each from 0 to `most`. Throws failure(usage).
[[nodiscard]] std::vector<std::chrono::milliseconds> parse_durations(
    std::string_view option, std::string_view text, std::chrono::milliseconds most);

// Bytes: "1000", "64k", "10M", "2G"; steps of 1024. Throws failure(usage).
[[nodiscard]] std::uint64_t parse_size(std::string_view text);

// Each second: "50/s" or "50". Throws failure(usage); 0 is no rate.
[[nodiscard]] std::uint32_t parse_rate(std::string_view text);

// "2030-01-31T12:00:00Z", "...+01:00", with or without seconds and their fraction; without a zone
// it is UTC. Throws failure(usage).
[[nodiscard]] time_point parse_time(std::string_view text);

// The same, or counted from `now`: "now", "in 10m", "+10m", "-1h", "1h ago". Throws failure(usage).
[[nodiscard]] time_point parse_moment(std::string_view text, time_point now);

// In UTC with milliseconds, as parse_time() reads it.
[[nodiscard]] std::string format_time(time_point at);

// "name=value" of a header. Throws failure(usage).
[[nodiscard]] std::pair<std::string, std::string> parse_pair(std::string_view text);

// Throws failure(usage, ...).
[[nodiscard]] message_id parse_id(std::string_view text);
[[nodiscard]] std::vector<message_id> parse_ids(std::vector<std::string> const& texts);

// The value of a word that must be one of `names`. Throws failure(usage), naming `option`.
template <class Value>
struct choice {
    std::string_view name;
    Value value;
};
[[noreturn]] void
refuse_choice(std::string_view text, std::string_view option, std::string const& legal);
template <class Value, std::size_t Count>
[[nodiscard]] Value
choose(choice<Value> const (&names)[Count], std::string_view text, std::string_view option) {
    std::string legal;
    for (auto const& each : names) {
        if (each.name == text)
            return each.value;
        legal.append(legal.empty() ? "" : ", ").append(each.name);
    }
    refuse_choice(text, option, legal);
}

// Empty for a value of a newer broker.
template <class Value, std::size_t Count>
[[nodiscard]] std::string_view name_of(choice<Value> const (&names)[Count], Value value) {
    for (auto const& each : names) {
        if (each.value == value)
            return each.name;
    }
    return {};
}

} // namespace peyk::cli
