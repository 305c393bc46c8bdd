#pragma once
// A message as a simulated publisher meant it, with its own text. What the broker journals and
// delivers under its id is compared with it for ever.

#include "broker/core/message.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace peyk::simulation {

struct draft {
    core::message fields; // its text is replaced by the strings below
    std::string queue;
    std::string task;
    std::string content;
    struct {
        std::string key;
        core::unique_until until = core::unique_until::finish;
        core::on_conflict conflict = core::on_conflict::reject;
        std::uint32_t ttl_s = 0;
    } unique;
    std::vector<std::uint32_t> delays; // with backoff::list
    mutable bool reused = false; // sent again under no or another sequence: may be published anew

    [[nodiscard]] core::message message() const {
        core::message m = fields;
        m.queue = queue;
        m.task = task;
        m.content = content;
        m.unique = {unique.key, unique.until, unique.conflict, unique.ttl_s};
        m.retry_delays_ms = delays;
        return m;
    }
};

using draft_ptr = std::shared_ptr<draft const>;

// The broker broke a promise.
struct violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace peyk::simulation
