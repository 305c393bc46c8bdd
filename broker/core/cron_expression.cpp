#include "broker/core/cron_expression.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <span>
#include <vector>

namespace peyk::core {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;

constexpr std::string_view months[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

enum which : std::size_t { second, minute, hour, day_of_month, month, day_of_week };

struct alias {
    std::string_view name;
    std::string_view meaning;
};
constexpr alias aliases[] = {{"@yearly", "0 0 1 1 *"},
                             {"@annually", "0 0 1 1 *"},
                             {"@monthly", "0 0 1 * *"},
                             {"@weekly", "0 0 * * 0"},
                             {"@daily", "0 0 * * *"},
                             {"@midnight", "0 0 * * *"},
                             {"@hourly", "0 * * * *"}};

std::string lower(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return made;
}

std::vector<std::string_view> split(std::string_view text, std::string_view at, bool empty_too) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        std::size_t const end = std::min(text.find_first_of(at, begin), text.size());
        if (end > begin || empty_too) {
            parts.push_back(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return parts;
}

// The lowest value at or after `from` that is meant; 64: none.
unsigned next_value(std::uint64_t values, unsigned from) {
    return from > 63 ? 64u
                     : static_cast<unsigned>(std::countr_zero(values & ~std::uint64_t{0} << from));
}

} // namespace

struct cron_expression::field {
    std::string_view name;
    unsigned low;
    unsigned high;
    std::span<std::string_view const> names; // of low, low + 1, ...

    // The values that `text` means; 0, and why in `mistake`, if it means nothing.
    std::uint64_t parse(std::string_view text, std::string& mistake) const {
        std::uint64_t values = 0;
        for (std::string_view const item : split(text, ",", true)) {
            std::uint64_t const more = parse_item(item, mistake);
            if (more == 0) {
                return 0;
            }
            values |= more;
        }
        if (high == 7 && (values >> 7 & 1u) != 0) { // The other name of Sunday.
            values = (values | 1u) & 0x7fu;
        }
        return values;
    }

private:
    std::uint64_t parse_item(std::string_view item, std::string& mistake) const {
        std::size_t const slash = item.find('/');
        std::string_view const range = item.substr(0, slash);
        unsigned first = low;
        unsigned last = names.size() == 7 ? 6 : high;
        if (range == "?" && item == "?" && (high == 31 || high == 7)) {
            return parse_item("*", mistake);
        }
        if (range != "*") {
            std::size_t const dash = range.find('-');
            if (!value(range.substr(0, dash), first, mistake)) {
                return 0;
            }
            if (dash != std::string_view::npos) {
                if (!value(range.substr(dash + 1), last, mistake)) {
                    return 0;
                }
                if (high == 7 && last == 0 && first > 0) { // fri-sun
                    last = 7;
                }
            } else if (slash == std::string_view::npos) {
                last = first;
            }
        }
        if (first > last) {
            return wrong(mistake, std::string(range) + " runs backwards");
        }
        unsigned step = 1;
        if (slash != std::string_view::npos) {
            std::string_view const text = item.substr(slash + 1);
            if (!number(text, step) || step == 0 || step > high) {
                return wrong(mistake,
                             "the step '" + std::string(text) + "' is not within 1 to " +
                                 std::to_string(high));
            }
        }
        std::uint64_t values = 0;
        for (unsigned each = first; each <= last; each += step) {
            values |= std::uint64_t{1} << each;
        }
        return values;
    }

    static bool number(std::string_view text, unsigned& into) {
        auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
        return failed == std::errc{} && end == text.data() + text.size();
    }

    bool value(std::string_view text, unsigned& into, std::string& mistake) const {
        if (auto const named = std::ranges::find(names, text); named != names.end()) {
            into = low + static_cast<unsigned>(named - names.begin());
            return true;
        }
        if (!number(text, into)) {
            wrong(mistake,
                  text.empty() ? "a value is missing"
                               : "'" + std::string(text) + "' is not known here");
            return false;
        }
        if (into < low || into > high) {
            wrong(mistake,
                  std::string(text) + " is not within " + std::to_string(low) + " to " +
                      std::to_string(high));
            return false;
        }
        return true;
    }

    std::uint64_t wrong(std::string& mistake, std::string_view what) const {
        mistake = std::string(name) + ": " + std::string(what);
        return 0;
    }
};

cron_expression::field const cron_expression::fields[6] = {{"seconds", 0, 59, {}},
                                                           {"minutes", 0, 59, {}},
                                                           {"hours", 0, 23, {}},
                                                           {"days of the month", 1, 31, {}},
                                                           {"months", 1, 12, months},
                                                           {"days of the week", 0, 7, weekdays}};

std::optional<cron_expression> cron_expression::parse(std::string_view text, std::string& mistake) {
    if (text.size() > text_bytes_max) {
        mistake = "longer than " + std::to_string(text_bytes_max) + " bytes";
        return std::nullopt;
    }
    std::string const plain = lower(text);
    std::string_view meaning = plain;
    if (plain.starts_with('@')) {
        auto const* const known = std::ranges::find(aliases, plain, &alias::name);
        if (known == std::end(aliases)) {
            mistake = "'" + plain + "' is not known; there are @yearly, @annually, @monthly, " +
                      "@weekly, @daily, @midnight and @hourly";
            return std::nullopt;
        }
        meaning = known->meaning;
    }
    auto const parts = split(meaning, " \t", false);
    if (parts.size() != 5 && parts.size() != 6) {
        mistake = std::to_string(parts.size()) + " fields instead of five (minutes, hours, " +
                  "days of the month, months, days of the week) or six (seconds before them)";
        return std::nullopt;
    }
    cron_expression made;
    std::size_t const skipped = 6 - parts.size();
    for (std::size_t i = skipped; i < 6; ++i) {
        made.values_[i] = fields[i].parse(parts[i - skipped], mistake);
        if (made.values_[i] == 0) {
            return std::nullopt;
        }
    }
    auto const starts_with_star = [&](which field) {
        char const first = parts[field - skipped].front();
        return first == '*' || first == '?';
    };
    made.every_hour_ = starts_with_star(hour);
    made.any_day_ = starts_with_star(day_of_month);
    made.any_weekday_ = starts_with_star(day_of_week);
    return made;
}

bool cron_expression::meant(local_days day) const {
    unsigned const of_month{std::chrono::year_month_day{day}.day()};
    unsigned const of_week = std::chrono::weekday{day}.c_encoding();
    bool const by_day = (values_[day_of_month] >> of_month & 1u) != 0;
    bool const by_weekday = (values_[day_of_week] >> of_week & 1u) != 0;
    return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<std::chrono::seconds> cron_expression::next_in_day(std::chrono::seconds from) const {
    std::chrono::hh_mm_ss const clock{from};
    auto const from_hour = static_cast<unsigned>(clock.hours().count());
    for (unsigned h = next_value(values_[hour], from_hour); h < 24;
         h = next_value(values_[hour], h + 1)) {
        bool const this_hour = h == from_hour;
        auto const from_minute = this_hour ? static_cast<unsigned>(clock.minutes().count()) : 0u;
        for (unsigned m = next_value(values_[minute], from_minute); m < 60;
             m = next_value(values_[minute], m + 1)) {
            bool const this_minute = this_hour && m == from_minute;
            unsigned const s = next_value(
                values_[second], this_minute ? static_cast<unsigned>(clock.seconds().count()) : 0u);
            if (s < 60) {
                return std::chrono::hours{h} + std::chrono::minutes{m} + std::chrono::seconds{s};
            }
        }
    }
    return std::nullopt;
}

std::optional<local_seconds> cron_expression::next(local_seconds from) const {
    constexpr days search_max{41 * 366};
    local_days day = std::chrono::floor<days>(from);
    std::chrono::seconds in_day = from - day;
    for (local_days const last = day + search_max; day <= last; in_day = {}) {
        std::chrono::year_month_day const date{day};
        if ((values_[month] >> unsigned{date.month()} & 1u) == 0) {
            day = local_days{date.year() / date.month() / 1 + std::chrono::months{1}};
            continue;
        }
        if (meant(day)) {
            if (auto const found = next_in_day(in_day)) {
                return day + *found;
            }
        }
        day += days{1};
    }
    return std::nullopt;
}

} // namespace peyk::core
