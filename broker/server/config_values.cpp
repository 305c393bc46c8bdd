#include "broker/server/config_values.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

namespace peyk::server {
namespace {

struct size_unit {
    std::string_view name;
    std::uint64_t bytes;
};
constexpr std::array<size_unit, 4> size_units{
    {{"TiB", tib}, {"GiB", gib}, {"MiB", mib}, {"KiB", kib}}};

struct time_unit {
    std::string_view name;
    std::uint64_t ms;
};
// A longer name comes before one that ends like it.
constexpr std::array<time_unit, 5> time_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"ms", 1}, {"s", 1'000}}};
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 4> rate_units{
    {{"/s", 1}, {"/m", 60}, {"/h", 3'600}, {"/d", 86'400}}};
constexpr std::uint64_t duration_max_ms = 100ull * 366 * 86'400'000;

} // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    std::uint64_t factor = 1;
    for (auto const& each : size_units) {
        if (text.ends_with(each.name)) {
            factor = each.bytes;
            text.remove_suffix(each.name.size());
            while (text.ends_with(' '))
                text.remove_suffix(1);
            break;
        }
    }
    auto const number = parse_number(text);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() / factor)
        return std::nullopt;
    return *number * factor;
}

std::string print_bytes(std::uint64_t bytes) {
    for (auto const& each : size_units)
        if (bytes != 0 && bytes % each.bytes == 0)
            return std::to_string(bytes / each.bytes) + std::string{each.name};
    return std::to_string(bytes);
}

std::optional<core::duration> parse_duration(std::string_view text) {
    if (text == "0")
        return core::duration{0};
    for (auto const& each : time_units) {
        if (!text.ends_with(each.name))
            continue;
        text.remove_suffix(each.name.size());
        auto const number = parse_number(text);
        if (!number || *number > duration_max_ms / each.ms)
            return std::nullopt;
        return core::duration{static_cast<core::duration::rep>(*number * each.ms)};
    }
    return std::nullopt;
}

std::string print_duration(core::duration time) {
    auto const ms = static_cast<std::uint64_t>(time.count());
    for (auto const& each : time_units)
        if (each.ms > 1 && ms != 0 && ms % each.ms == 0)
            return std::to_string(ms / each.ms) + std::string{each.name};
    return ms % 1'000 == 0 ? std::to_string(ms / 1'000) + "s" : std::to_string(ms) + "ms";
}

std::optional<core::rate> parse_rate(std::string_view text) {
    if (text == "none")
        return core::rate{};
    core::rate found;
    for (auto const& [name, seconds] : rate_units) {
        if (text.ends_with(name)) {
            found.seconds = seconds;
            text.remove_suffix(name.size());
            break;
        }
    }
    auto const point = text.find('.');
    std::string digits{text.substr(0, point)};
    std::string fraction{point == text.npos ? std::string_view{} : text.substr(point + 1)};
    if (digits.empty() || (point != text.npos && fraction.empty()) || fraction.size() > 3)
        return std::nullopt;
    fraction.resize(3, '0');
    auto const thousandths = parse_number(digits + fraction);
    if (!thousandths || *thousandths > std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    found.thousandths = static_cast<std::uint32_t>(*thousandths);
    return found.limited() ? found : core::rate{};
}

std::optional<core::wall_time> parse_time(std::string_view text) {
    using namespace std::chrono;
    constexpr std::size_t longest = 20;
    if (text.size() > longest)
        return std::nullopt;
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
    int used = 0;
    std::string const copy{text};
    bool const whole = std::sscanf(copy.c_str(),
                                   "%4d-%2u-%2uT%2u:%2u:%2uZ%n",
                                   &year,
                                   &month,
                                   &day,
                                   &hour,
                                   &minute,
                                   &second,
                                   &used) == 6 &&
                       static_cast<std::size_t>(used) == copy.size();
    if (!whole) {
        second = 0;
        used = 0;
        if (std::sscanf(copy.c_str(),
                        "%4d-%2u-%2uT%2u:%2uZ%n",
                        &year,
                        &month,
                        &day,
                        &hour,
                        &minute,
                        &used) != 5 ||
            static_cast<std::size_t>(used) != copy.size())
            return std::nullopt;
    }
    auto const date = std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return core::wall_time{sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} +
                           seconds{second}};
}

std::string print_time(core::wall_time at) {
    using namespace std::chrono;
    sys_seconds const seconds{floor<std::chrono::seconds>(at.time_since_epoch())};
    auto const day = floor<days>(seconds);
    year_month_day const date{day};
    hh_mm_ss const clock{seconds - day};
    char text[40];
    std::snprintf(text,
                  sizeof text,
                  "%04d-%02u-%02uT%02d:%02d:%02dZ",
                  int{date.year()},
                  unsigned{date.month()},
                  unsigned{date.day()},
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

} // namespace peyk::server
