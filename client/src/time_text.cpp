#include "client/src/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace peyk {
namespace {

using namespace std::chrono;

constexpr double seconds_max = duration<double>(duration_max).count();
constexpr int year_min = 1678; // a time_point begins in the one before
constexpr int year_max = 2261; // and ends in the next one

struct unit {
    std::string_view name;
    double seconds;
};
constexpr std::array<unit, 6> units{
    {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}};

// Takes its parts off the front of a text.
struct scanner {
    std::string_view rest;

    // Exactly so many digits.
    std::optional<int> number(std::size_t digits) {
        int value = 0;
        if (rest.size() < digits || rest.find_first_not_of("0123456789") < digits)
            return std::nullopt;
        std::from_chars(rest.data(), rest.data() + digits, value);
        rest.remove_prefix(digits);
        return value;
    }
    // One of these characters.
    bool one_of(std::string_view characters) {
        if (rest.empty() || characters.find(rest.front()) == std::string_view::npos)
            return false;
        rest.remove_prefix(1);
        return true;
    }
    // The digits that follow a point, as a part of one.
    double fraction() {
        double value = 0;
        double place = 0.1;
        for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; place /= 10) {
            value += place * (rest.front() - '0');
            rest.remove_prefix(1);
        }
        return value;
    }
};

std::optional<sys_days> read_day(scanner& in) {
    auto const y = in.number(4);
    if (!y || !in.one_of("-"))
        return std::nullopt;
    auto const m = in.number(2);
    if (!m || !in.one_of("-"))
        return std::nullopt;
    auto const d = in.number(2);
    if (!d || *y < year_min || *y > year_max)
        return std::nullopt;
    year_month_day const day{
        year{*y}, month{static_cast<unsigned>(*m)}, std::chrono::day{static_cast<unsigned>(*d)}};
    return day.ok() ? std::optional{sys_days{day}} : std::nullopt;
}

std::optional<milliseconds> read_time_of_day(scanner& in) {
    auto const h = in.number(2);
    if (!h || !in.one_of(":"))
        return std::nullopt;
    auto const m = in.number(2);
    if (!m)
        return std::nullopt;
    int s = 0;
    double fraction = 0;
    if (in.one_of(":")) {
        auto const given = in.number(2);
        if (!given)
            return std::nullopt;
        s = *given;
        fraction = in.one_of(".") ? in.fraction() : 0;
    }
    if (*h > 23 || *m > 59 || s > 60)
        return std::nullopt;
    return hours{*h} + minutes{*m} + seconds{s} + milliseconds{std::lround(fraction * 1'000)};
}

// Offset from UTC: "", "Z", "+01:00", "-0330".
std::optional<minutes> read_zone(scanner& in) {
    if (in.rest.empty() || in.one_of("Zz"))
        return minutes{0};
    bool const west = in.rest.front() == '-';
    if (!in.one_of("+-"))
        return std::nullopt;
    auto const h = in.number(2);
    in.one_of(":");
    auto const m = in.number(2);
    if (!h || !m)
        return std::nullopt;
    auto const offset = hours{*h} + minutes{*m};
    return west ? -offset : offset;
}

} // namespace

std::optional<milliseconds> read_duration(std::string_view text) {
    double amount = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    std::string_view const name{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    auto const found = std::ranges::find(units, name, &unit::name);
    bool const valid = error == std::errc{} && found != units.end() && std::isfinite(amount) &&
                       !std::signbit(amount) && amount * found->seconds <= seconds_max;
    if (!valid)
        return std::nullopt;
    return milliseconds{std::llround(amount * found->seconds * 1'000)};
}

std::optional<time_point> read_time(std::string_view text) {
    scanner in{text};
    auto const day = read_day(in);
    if (!day || !in.one_of("T "))
        return std::nullopt;
    auto const since_midnight = read_time_of_day(in);
    if (!since_midnight)
        return std::nullopt;
    auto const zone = read_zone(in);
    if (!zone || !in.rest.empty())
        return std::nullopt;
    return *day + *since_midnight - *zone;
}

std::optional<time_point> read_moment(std::string_view text, time_point now) {
    if (text == "now")
        return now;
    auto const length = text.starts_with("in ")  ? read_duration(text.substr(3))
                        : text.ends_with(" ago") ? read_duration(text.substr(0, text.size() - 4))
                        : text.starts_with('+')  ? read_duration(text.substr(1))
                        : text.starts_with('-')  ? read_duration(text.substr(1))
                                                 : std::nullopt;
    if (!length)
        return read_time(text);
    bool const past = text.starts_with('-') || text.ends_with(" ago");
    return past ? now - *length : now + *length;
}

std::string write_time(time_point at) {
    auto const whole = floor<milliseconds>(at);
    auto const midnight = floor<days>(whole);
    year_month_day const day{midnight};
    hh_mm_ss const time{whole - midnight};
    std::array<char, 40> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()),
                  static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text.data();
}

} // namespace peyk
