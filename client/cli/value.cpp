#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace peyk::cli {
namespace {

namespace json = boost::json;

[[noreturn]] void misuse(std::string const& sentence) {
    throw failure{exit_code::usage, sentence};
}

bool is_name(std::string_view text) {
    auto const word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
           std::ranges::all_of(text, word);
}

// JSON has no infinity, but a text can have a number as large.
bool is_finite(json::value const& in) {
    if (auto const* const number = in.if_double())
        return std::isfinite(*number);
    if (auto const* const array = in.if_array())
        return std::ranges::all_of(*array, is_finite);
    if (auto const* const object = in.if_object())
        return std::ranges::all_of(*object,
                                   [](auto const& each) { return is_finite(each.value()); });
    return true;
}

} // namespace

std::string json_argument(std::string_view text) {
    json::error_code failed;
    auto const value = json::parse(text, failed);
    if (failed)
        return json::serialize(json::string{text});
    if (!is_finite(value)) {
        misuse("the argument " + std::string{text} +
               " is too large a number; in quotes, '\"1e999\"', it is a text");
    }
    return std::string{text};
}

task_arguments parse_arguments(std::vector<std::string> const& words) {
    task_arguments parsed;
    for (std::string_view const word : words) {
        auto const equals = word.find('=');
        if (equals == std::string_view::npos || !is_name(word.substr(0, equals))) {
            parsed.positional.push_back(json_argument(word));
            continue;
        }
        std::string const name{word.substr(0, equals)};
        if (!parsed.named.emplace(name, json_argument(word.substr(equals + 1))).second)
            misuse("the argument '" + name + "' is given twice");
    }
    return parsed;
}

std::chrono::milliseconds parse_duration(std::string_view text) {
    auto const length = read_duration(text);
    if (!length) {
        misuse("'" + std::string{text} +
               "' is no duration; write seconds, or a number with ms, s, m, h or d");
    }
    return *length;
}

std::chrono::milliseconds parse_duration(std::string_view option,
                                         std::string_view text,
                                         std::chrono::milliseconds least,
                                         std::chrono::milliseconds most) {
    auto const length = parse_duration(text);
    if (length < least || length > most) {
        misuse(std::string{option} + " cannot be '" + std::string{text} + "'; it is from " +
               format_duration(least) + " to " + format_duration(most));
    }
    return length;
}

std::string format_duration(std::chrono::milliseconds length) {
    constexpr std::array<std::pair<std::int64_t, char const*>, 4> steps{
        {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}}};
    auto const count = length.count();
    if (count == 0)
        return "0s";
    for (auto const& [step, name] : steps) {
        if (count % step == 0)
            return std::to_string(count / step) + name;
    }
    return std::to_string(count) + "ms";
}

std::vector<std::chrono::milliseconds>
parse_durations(std::string_view option, std::string_view text, std::chrono::milliseconds most) {
    std::vector<std::chrono::milliseconds> parsed;
    while (true) {
        auto const comma = std::min(text.find(','), text.size());
        parsed.push_back(
            parse_duration(option, text.substr(0, comma), std::chrono::milliseconds{0}, most));
        if (comma == text.size())
            return parsed;
        text.remove_prefix(comma + 1);
    }
}

std::uint64_t parse_size(std::string_view text) {
    std::uint64_t amount = 0;
    auto const* const last = text.data() + text.size();
    auto const [end, error] = std::from_chars(text.data(), last, amount);
    std::string_view const name{end, static_cast<std::size_t>(last - end)};
    constexpr std::string_view steps = "kMGT";
    auto const step = name.empty() ? 0 : name.size() == 1 ? steps.find(name.front()) + 1 : 0;
    bool const known = name.empty() || (name.size() == 1 && step != 0);
    auto const shift = 10 * step;
    if (error != std::errc{} || !known || amount > UINT64_MAX >> shift)
        misuse("'" + std::string{text} +
               "' is no size; write bytes, or a number with k, M, G or T");
    return amount << shift;
}

std::uint32_t parse_rate(std::string_view text) {
    auto number = text;
    if (number.ends_with("/s"))
        number.remove_suffix(2);
    std::uint32_t rate = 0;
    auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), rate);
    if (error != std::errc{} || end != number.data() + number.size() || rate == 0)
        misuse("'" + std::string{text} + "' is no rate; write messages each second, as 50/s");
    return rate;
}

time_point parse_moment(std::string_view text, time_point now) {
    auto const at = read_moment(text, now);
    return at ? *at : parse_time(text);
}

time_point parse_time(std::string_view text) {
    auto const at = read_time(text);
    if (!at) {
        misuse("'" + std::string{text} +
               "' is no time; write it as 2030-01-31T12:00:00Z or with +01:00; most options "
               "also take 'in 10m' and '-1h'");
    }
    return *at;
}

std::string format_time(time_point at) {
    return write_time(at);
}

std::pair<std::string, std::string> parse_pair(std::string_view text) {
    auto const equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        misuse("'" + std::string{text} + "' is no header; write name=value");
    return {std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

message_id parse_id(std::string_view text) {
    auto const id = message_id::parse(text);
    if (!id) {
        misuse("'" + std::string{text} +
               "' is no message id; ids look like 0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    }
    return *id;
}

std::vector<message_id> parse_ids(std::vector<std::string> const& texts) {
    std::vector<message_id> ids;
    for (auto const& text : texts)
        ids.push_back(parse_id(text));
    return ids;
}

void refuse_choice(std::string_view text, std::string_view option, std::string const& legal) {
    misuse(std::string{option} + " cannot be '" + std::string{text} + "'; it is one of " + legal);
}

} // namespace peyk::cli
