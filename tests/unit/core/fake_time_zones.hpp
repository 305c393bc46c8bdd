#pragma once
// Two time zones with the clock changes of 2026, written down by hand.

#include "broker/core/schedule.hpp"

#include <chrono>
#include <string_view>

namespace peyk::core {

[[nodiscard]] inline wall_time
utc(int year, unsigned month, unsigned day, int h = 0, int m = 0, int s = 0) {
    using namespace std::chrono;
    auto const date =
        sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
    return wall_time{date.time_since_epoch() + hours{h} + minutes{m} + seconds{s}};
}

class fake_time_zones final : public time_zones {
public:
    [[nodiscard]] bool known(std::string_view zone) const override {
        return zone == "Berlin" || zone == "Lord_Howe";
    }

    [[nodiscard]] period at(std::string_view zone, wall_time when) const override {
        using namespace std::chrono;
        if (zone == "Berlin") {
            return between(when, utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 1h, 2h);
        }
        // Half an hour is skipped and repeated, and summer is around New Year.
        return between(when, utc(2026, 4, 4, 15), utc(2026, 10, 3, 15, 30), 11h, 10h + 30min);
    }

private:
    static period between(wall_time when,
                          wall_time first,
                          wall_time second,
                          std::chrono::seconds outside,
                          std::chrono::seconds inside) {
        if (when < first) {
            return {wall_time{duration::min()}, first, outside};
        }
        if (when < second) {
            return {first, second, inside};
        }
        return {second, never, outside};
    }
};

} // namespace peyk::core
