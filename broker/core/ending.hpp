#pragma once
// How a message ends, and what the run before it leaves. Internal to the core.

#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <string_view>

namespace peyk::core {

// How a message ends. Texts are borrowed.
struct ending {
    message_state state = message_state::succeeded;
    bool expired = false;
    std::string_view result;
    std::string_view content_type;
    task_error error;
    delivery_token settled_by;
    std::string_view worker;
    core::death death = death::none;
    bool failed = false; // the run that ended it failed, or was lost: it goes into the history
    bool crash = false;
    wall_time began = unset;
    std::string_view origin; // where it died, if another queue keeps it; lives with the process
};

// The run of a message that failed or was lost, for its history. Borrowed.
struct ended_run {
    std::string_view worker;
    wall_time began = unset;
    bool crash = false;
};

} // namespace peyk::core
