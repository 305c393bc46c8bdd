#pragma once
// The time zones of this machine, from its tz database (package tzdata). Read once, at first use.

#include "broker/core/schedule.hpp"

namespace peyk::server {

class system_time_zones final : public core::time_zones {
public:
    [[nodiscard]] bool known(std::string_view zone) const override;
    [[nodiscard]] period at(std::string_view zone, core::wall_time when) const override;
};

} // namespace peyk::server
