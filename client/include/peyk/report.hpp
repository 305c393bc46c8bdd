#pragma once
// What a running task says of itself. Each part only if it is there.

#include <peyk/status.hpp>

#include <optional>
#include <string>

namespace peyk {

struct task_report {
    std::optional<peyk::progress> progress = {};
    std::optional<std::string> checkpoint = {}; // for the next attempt; replaces the one before
    std::string log = {};                       // whole lines, appended
};

} // namespace peyk
