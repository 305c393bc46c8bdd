#include "tests/scenarios/request.hpp"

#include "tests/support/core_printers.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace peyk::scenarios {

namespace {

// Words that say how, not which.
constexpr std::array<std::string_view, 5> flags{"final", "reports", "whole", "terminate", "reset"};

} // namespace

void misunderstood(std::string_view text) {
    throw std::runtime_error{"cannot understand: " + std::string{text}};
}

request parse(std::string_view line) {
    std::vector<std::string> words{{}};
    bool quoted = false;
    for (char const c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    request r;
    r.verb = words.front();
    for (std::size_t i = 1; i < words.size(); ++i) {
        auto const& word = words[i];
        if (auto const equals = word.find('='); equals != std::string::npos) {
            r.options[word.substr(0, equals)] = word.substr(equals + 1);
        } else if (!word.empty()) {
            r.words.push_back(word);
        }
    }
    return r;
}

std::string_view request::option(std::string_view name, std::string_view otherwise) const {
    auto const found = options.find(name);
    return found == options.end() ? otherwise : std::string_view{found->second};
}

std::uint64_t request::count(std::string_view name, std::uint64_t otherwise) const {
    auto const found = options.find(name);
    return found == options.end() ? otherwise : number_of<std::uint64_t>(found->second);
}

bool request::has(std::string_view word) const {
    return std::ranges::find(words, word) != words.end();
}

std::string_view request::word(std::size_t index) const {
    if (index >= words.size()) {
        misunderstood(verb);
    }
    return words[index];
}

core::session_id request::session() const {
    return core::id_of<core::session_id>(word(0));
}

std::vector<core::message_id> request::ids() const {
    std::vector<core::message_id> named;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (std::ranges::find(flags, words[i]) == flags.end()) {
            named.push_back(core::id_of<core::message_id>(words[i]));
        }
    }
    return named;
}

std::vector<core::delivery_token> request::tokens() const {
    std::vector<core::delivery_token> named;
    for (std::size_t i = 1; i < words.size(); ++i) {
        named.push_back(token_of(words[i]));
    }
    return named;
}

core::duration request::span(std::string_view name) const {
    auto const text = option(name);
    return text.empty() ? core::duration{0} : span_of(text);
}

std::uint32_t request::seconds(std::string_view name) const {
    return static_cast<std::uint32_t>(span(name).count() / 1'000);
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        auto const comma = text.find(at);
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parts;
}

core::duration span_of(std::string_view text) {
    auto const unit = text.find_first_not_of("0123456789");
    core::duration const count{number_of<std::int64_t>(text.substr(0, unit))};
    auto const name = unit == std::string_view::npos ? std::string_view{} : text.substr(unit);
    static std::map<std::string_view, int> const milliseconds = {
        {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    auto const found = milliseconds.find(name);
    if (found == milliseconds.end()) {
        misunderstood(text);
    }
    return count * found->second;
}

core::delivery_token token_of(std::string_view text) {
    auto const dot = text.find('.');
    if (dot == std::string_view::npos) {
        misunderstood(text);
    }
    return {{number_of<std::uint64_t>(text.substr(0, dot))},
            number_of<std::uint64_t>(text.substr(dot + 1))};
}

core::message_state state_of(std::string_view text) {
    return one_of<core::message_state>(
        {"scheduled", "ready", "leased", "blocked", "succeeded", "failed", "revoked", "dead"},
        text);
}

} // namespace peyk::scenarios
