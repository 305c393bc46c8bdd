#pragma once
// A message as a simulated publisher meant it, with its own text. What the broker journals and
// delivers under its id is compared with it for ever.

#include "broker/core/message.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace peyk::simulation {

struct draft {
    core::message fields; // its text is replaced by the strings below
    std::string queue;
    std::string task;
    std::string content;
    mutable bool reused = false; // sent again under no or another sequence: may be published anew

    [[nodiscard]] core::message message() const {
        core::message m = fields;
        m.queue = queue;
        m.task = task;
        m.content = content;
        return m;
    }
};

using draft_ptr = std::shared_ptr<draft const>;

// The broker broke a promise.
struct violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace peyk::simulation
