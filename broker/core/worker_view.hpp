#pragma once
// The programs that are connected, as people ask for them.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::core {

struct consumer_view {
    consumer_id id;
    std::vector<std::string_view> queues;
    std::vector<std::string_view> tasks; // empty: everything
    std::uint32_t credit = 0;
    std::uint32_t unsettled = 0;
};

struct session_view {
    session_id id;
    std::string name;
    bool connected = false; // false: in its grace period
    bool stalled = false;   // does not read what it is sent
    steady_time heard{};
    wall_time since = unset; // connected
    std::vector<std::pair<std::string, std::string>> facts; // as it described itself
    std::string metrics; // what it did, encoded; empty: it does not say
    std::vector<std::string> labels;
    std::vector<consumer_view> consumers; // none: it is no worker
    std::size_t leased = 0;
    std::size_t started = 0;
    std::uint64_t delivered = 0; // since it connected
    std::uint64_t settled = 0;
    steady_time delivered_at{}; // the last time, or when it connected
};

} // namespace peyk::core
