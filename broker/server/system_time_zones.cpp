#include "broker/server/system_time_zones.hpp"

#include <stdexcept>

#include <date/tz.h>

namespace peyk::server {
namespace {

date::time_zone const* find(std::string_view zone) {
    try {
        return date::locate_zone(std::string{zone});
    } catch (std::exception const&) { // No such zone, or no database at all.
        return nullptr;
    }
}

// The library's first and last moments are years that milliseconds hold easily.
core::wall_time wall(date::sys_seconds at) {
    return core::wall_time{at.time_since_epoch()};
}

} // namespace

bool system_time_zones::known(std::string_view zone) const {
    return find(zone) != nullptr;
}

core::time_zones::period system_time_zones::at(std::string_view zone, core::wall_time when) const {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(when.time_since_epoch());
    auto const* const found = find(zone);
    if (found == nullptr) // Known a moment ago; somebody has taken the database away.
        return {core::wall_time{core::duration::min()}, core::never, std::chrono::seconds{0}};
    auto const info = found->get_info(date::sys_seconds{seconds});
    return {wall(info.begin), wall(info.end), info.offset};
}

} // namespace peyk::server
