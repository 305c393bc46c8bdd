#pragma once
// A line of a conversation, cut into words: `verb word word name=value name="some words"`.

#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::scenarios {

// Throws std::runtime_error: the scenario is wrong.
[[noreturn]] void misunderstood(std::string_view text);

struct request {
    std::string verb;
    std::vector<std::string> words;
    std::map<std::string, std::string, std::less<>> options;

    [[nodiscard]] std::string_view option(std::string_view name,
                                          std::string_view otherwise = {}) const;
    [[nodiscard]] std::uint64_t count(std::string_view name, std::uint64_t otherwise) const;
    [[nodiscard]] bool has(std::string_view word) const;
    [[nodiscard]] std::string_view word(std::size_t index) const;

    // The first word: whose request it is.
    [[nodiscard]] core::session_id session() const;
    // The words after the first, without the flags that commands about messages know.
    [[nodiscard]] std::vector<core::message_id> ids() const;
    [[nodiscard]] std::vector<core::delivery_token> tokens() const;
    [[nodiscard]] core::duration span(std::string_view name) const; // 0: not given
    [[nodiscard]] std::uint32_t seconds(std::string_view name) const;

    template <class Enum>
    [[nodiscard]] Enum
    choice(std::string_view name, std::vector<std::string_view> const& names, Enum otherwise) const;
};

[[nodiscard]] request parse(std::string_view line);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char at = ',');
// "250ms", "30s", "10m", "2h", "3d"
[[nodiscard]] core::duration span_of(std::string_view text);
[[nodiscard]] core::delivery_token token_of(std::string_view text);
[[nodiscard]] core::message_state state_of(std::string_view text);

template <class Number>
[[nodiscard]] Number number_of(std::string_view text) {
    Number value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        misunderstood(text);
    }
    return value;
}

// The value of an enumeration whose enumerators have these names, in order.
template <class Enum>
[[nodiscard]] Enum one_of(std::vector<std::string_view> const& names, std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    misunderstood(text);
}

template <class Enum>
Enum request::choice(std::string_view name,
                     std::vector<std::string_view> const& names,
                     Enum otherwise) const {
    return options.contains(name) ? one_of<Enum>(names, option(name)) : otherwise;
}

} // namespace peyk::scenarios
