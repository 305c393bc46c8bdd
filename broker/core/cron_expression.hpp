#pragma once
// When something is due, in the words of cron: minutes, hours, days of the month, months, days of
// the week, with seconds before them if there are six. Knows calendars, not time zones.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::core {

// Fields hold `*`, `5`, `1-5`, `*/10`, `10-50/20`, `5/15` (from 5 on), lists of these, and names
// (jan-dec, sun-sat; 7 is a Sunday too). `?` stands for `*` in the two fields of days. If both of
// these say something, a day is meant by either; if one starts with `*`, by both, as in Vixie cron.
// Instead of fields: @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly.
class cron_expression {
public:
    // Longer texts are refused.
    static constexpr std::size_t text_bytes_max = 256;

    // Nothing, and in `mistake` what is wrong, for people, if the text is no such expression.
    [[nodiscard]] static std::optional<cron_expression> parse(std::string_view text,
                                                              std::string& mistake);

    // The first second at or after `from` that is meant; nothing if there is none in 41 years:
    // a February 29 on a Sunday comes after 40 at most.
    [[nodiscard]] std::optional<std::chrono::local_seconds>
    next(std::chrono::local_seconds from) const;

    // Whether the field of hours starts with `*`: then it speaks of stretches of time rather than
    // of hours on the clock.
    [[nodiscard]] bool every_hour() const { return every_hour_; }

private:
    struct field;
    static field const fields[6];

    [[nodiscard]] bool meant(std::chrono::local_days day) const;
    [[nodiscard]] std::optional<std::chrono::seconds> next_in_day(std::chrono::seconds from) const;

    // Bit n: the value n is meant. In the order of the fields.
    std::uint64_t values_[6] = {1, 0, 0, 0, 0, 0};
    bool every_hour_ = false;
    bool any_day_ = false; // the field of days of the month starts with `*`
    bool any_weekday_ = false;
};

} // namespace peyk::core
