#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr double seconds_max = static_cast<double>(duration_max.count()) / 1'000;

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

struct unit {
    std::string_view name;
    double seconds;
};
constexpr std::array<unit, 6> units{
    {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}};

// Offset of a zone from UTC: "", "Z", "+01:00", "-0330".
std::optional<std::chrono::minutes> parse_zone(std::string_view zone) {
    if (zone.empty() || zone == "Z" || zone == "z")
        return std::chrono::minutes{0};
    std::string digits;
    for (char const c : zone.substr(1)) {
        if (c != ':')
            digits += c;
    }
    bool const plain = digits.size() == 4 && std::ranges::all_of(digits, [](char c) {
                           return std::isdigit(static_cast<unsigned char>(c)) != 0;
                       });
    if (!plain || (zone.front() != '+' && zone.front() != '-'))
        return std::nullopt;
    int const amount = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(2));
    return std::chrono::minutes{zone.front() == '-' ? -amount : amount};
}

} // namespace

std::string json_argument(std::string_view text) {
    json::error_code ignored;
    json::parse(text, ignored);
    if (!ignored)
        return std::string{text};
    return json::serialize(json::string{text});
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
    double amount = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    std::string_view const name{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    auto const found = std::ranges::find(units, name, &unit::name);
    bool const valid = error == std::errc{} && found != units.end() && std::isfinite(amount) &&
                       amount >= 0 && amount * found->seconds <= seconds_max;
    if (!valid) {
        misuse("'" + std::string{text} +
               "' is no duration; write seconds, or a number with ms, s, m, h or d");
    }
    return std::chrono::milliseconds{std::llround(amount * found->seconds * 1'000)};
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

std::vector<std::chrono::milliseconds> parse_durations(std::string_view option,
                                                       std::string_view text,
                                                       std::chrono::milliseconds most) {
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
    if (text == "now")
        return now;
    if (text.starts_with("in "))
        return now + parse_duration(text.substr(3));
    if (text.ends_with(" ago"))
        return now - parse_duration(text.substr(0, text.size() - 4));
    if (text.starts_with('+'))
        return now + parse_duration(text.substr(1));
    if (text.starts_with('-'))
        return now - parse_duration(text.substr(1));
    return parse_time(text);
}

time_point parse_time(std::string_view text) {
    constexpr int year_min = 1678; // a time_point begins in the one before
    constexpr int year_max = 2261; // and ends in the next one
    std::tm parts{};
    int parsed = 0;
    std::string const copy{text};
    int const fields = std::sscanf(copy.c_str(), // NOLINT(cert-err34-c): the fields are counted
                                   "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n",
                                   &parts.tm_year,
                                   &parts.tm_mon,
                                   &parts.tm_mday,
                                   &parts.tm_hour,
                                   &parts.tm_min,
                                   &parts.tm_sec,
                                   &parsed);
    auto const wrong = [&] {
        misuse("'" + copy +
               "' is no time; write it as 2030-01-31T12:00:00Z or with +01:00; most options "
               "also take 'in 10m' and '-1h'");
    };
    bool const in_range = fields == 6 && parsed > 0 && parts.tm_mon >= 1 && parts.tm_mon <= 12 &&
                          parts.tm_year >= year_min && parts.tm_year <= year_max &&
                          parts.tm_mday >= 1 && parts.tm_mday <= 31 && parts.tm_hour <= 23 &&
                          parts.tm_min <= 59 && parts.tm_sec <= 60;
    if (!in_range)
        wrong();
    std::string_view rest = text.substr(static_cast<std::size_t>(parsed));
    double fraction = 0;
    if (rest.starts_with('.')) {
        auto const end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        fraction = std::atof(("0" + std::string{rest.substr(0, end)}).c_str());
        rest.remove_prefix(end);
    }
    auto const zone = parse_zone(rest);
    if (!zone)
        wrong();
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    auto const at = std::chrono::system_clock::from_time_t(::timegm(&parts)) - *zone;
    return at + std::chrono::milliseconds{std::lround(fraction * 1'000)};
}

std::string format_time(time_point at) {
    using namespace std::chrono;
    auto const whole = floor<seconds>(at);
    auto const seconds_since = system_clock::to_time_t(whole);
    std::tm parts{};
    ::gmtime_r(&seconds_since, &parts);
    std::array<char, 32> text{};
    auto const length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(),
                  fraction.size(),
                  ".%03dZ",
                  static_cast<int>(duration_cast<milliseconds>(at - whole).count()));
    return std::string{text.data(), length} + fraction.data();
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
