#pragma once
// Options of commands that belong together, and what they take: one place for how a value is
// refused. What is refused is a wrong command line, said with the option and what it may be.

#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace peyk::cli {

// Durations that the wire counts in milliseconds, with 32 bits.
inline constexpr std::chrono::milliseconds short_duration_max = std::chrono::hours{24 * 49};

class option_group {
public:
    option_group(CLI::App& command, std::string heading)
        : command_(command), heading_(std::move(heading)) {}

    // `shape`: what the value looks like. A text that is given must not be empty.
    template <class Value>
    CLI::Option*
    add(std::string const& name, Value& into, std::string const& what, std::string const& shape) {
        auto* const made =
            command_.add_option(name, into, what)->group(heading_)->option_text(shape);
        if constexpr (std::is_same_v<Value, std::string>)
            made->check(is_given(shape));
        return made;
    }

private:
    [[nodiscard]] static CLI::Validator is_given(std::string const& shape);

    CLI::App& command_;
    std::string heading_;
};

// CLI::Range takes what is not a number for one in the range, and a negative number for a very
// large one.
[[nodiscard]] CLI::Validator number_between(double least, double most);
[[nodiscard]] CLI::Validator whole_number_between(std::uint64_t least, std::uint64_t most);

// A whole number; the help shows the range in place of the type: 1-10000.
void set_range(CLI::Option* of, std::uint64_t least, std::uint64_t most);

// Set a duration, in milliseconds or in seconds (rounded up), if one was given.
template <class Duration>
void take_duration(Duration& into,
                   std::string_view option,
                   std::string const& text,
                   std::chrono::milliseconds least = std::chrono::milliseconds{1},
                   std::chrono::milliseconds most = duration_max) {
    if (!text.empty())
        into = parse_duration(option, text, least, most);
}
template <class Duration>
void take_seconds(Duration& into,
                  std::string_view option,
                  std::string const& text,
                  std::chrono::milliseconds least = std::chrono::milliseconds{1}) {
    if (!text.empty())
        into = std::chrono::ceil<std::chrono::seconds>(
            parse_duration(option, text, least, duration_max));
}

} // namespace peyk::cli
