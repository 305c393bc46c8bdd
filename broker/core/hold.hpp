#pragma once
// Something is held back, until a time or until somebody lets it go: the dispatch of a queue or of
// a task (in all queues), or publishing into a queue.

#include "broker/core/deadline_index.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/time.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::core {

enum class hold_scope : std::uint8_t {
    queue,      // nothing is delivered from it
    task,       // no message of this task is delivered
    publishing, // nothing is published into the queue: it drains
    key,        // no message with this limit key is delivered
};

struct hold final : retained {
    hold(hold_scope what_of, std::string_view whose)
        : retained(kind::hold), scope(what_of), name(whose) {}

    std::uint32_t deadline_slot = no_deadline_slot;
    hold_scope scope;
    std::string name;
    wall_time until = never; // never: until it is released
    std::string reason;      // for people
    bool rate_limit = false; // by a verdict, not by an operator
};

} // namespace peyk::core
