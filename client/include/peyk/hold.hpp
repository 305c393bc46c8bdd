#pragma once
// Something is held back, until a time or until somebody lets it go.

#include <peyk/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

enum class hold_scope : std::uint8_t {
    queue = 0,      // nothing is delivered from it: paused
    task = 1,       // no message of this task is delivered, from any queue
    publishing = 2, // nothing is published into the queue: it drains
    key = 3,        // no message with this limit key is delivered
};

struct hold {
    hold_scope scope = hold_scope::queue;
    std::string name = {};                // of the queue, task or limit key
    std::optional<time_point> until = {}; // none: until it is released
    std::string reason = {};              // for people
};

// "queue", "task", "publishing", "key".
[[nodiscard]] std::string_view to_string(hold_scope value);

} // namespace peyk
