#pragma once
// One time zone whose clocks change twice within four days of 1970, whatever the machine knows.

#include "broker/core/schedule.hpp"

namespace peyk::scenarios {

// "Test/Zone" is UTC+1; from 2 January 02:00 (then it is 03:00) to 4 January 03:00 (then it is
// 02:00 again) UTC+2.
class fixed_zones final : public core::time_zones {
public:
    [[nodiscard]] bool known(std::string_view zone) const override { return zone == "Test/Zone"; }

    [[nodiscard]] period at(std::string_view, core::wall_time when) const override {
        using namespace std::chrono_literals;
        core::wall_time const summer{25h};
        core::wall_time const winter{73h};
        if (when < summer) {
            return {core::wall_time::min(), summer, 1h};
        }
        if (when < winter) {
            return {summer, winter, 2h};
        }
        return {winter, core::never, 1h};
    }
};

} // namespace peyk::scenarios
