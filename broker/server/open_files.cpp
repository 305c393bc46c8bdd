#include "broker/server/open_files.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include <sys/resource.h>

namespace peyk::server {
namespace {

// For the journal, the log and what the system needs. Of a tiny limit, half.
constexpr std::size_t files_kept = 128;

std::size_t limit_for(std::size_t wanted) noexcept {
    rlimit now{};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0)
        return wanted;
    if (now.rlim_cur < wanted) {
        rlimit raised = now;
        raised.rlim_cur = std::min<rlim_t>(wanted, now.rlim_max);
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            now = raised;
    }
    return now.rlim_cur;
}

} // namespace

std::size_t connections_within(std::size_t wanted, std::size_t limit) noexcept {
    return std::min(wanted, limit - std::min(files_kept, limit / 2));
}

std::size_t room_for_connections(std::size_t wanted) noexcept {
    auto const limit = limit_for(wanted + files_kept);
    auto const room = connections_within(wanted, limit);
    if (room < wanted)
        spdlog::warn("{} connections at a time instead of limits.connections_max, {}: a process "
                     "may have {} open files (ulimit -n)",
                     room,
                     wanted,
                     limit);
    return room;
}

} // namespace peyk::server
