#pragma once
// Runs one delivery: decodes it, calls its task, and settles it with what that came to. Knows
// nothing of pools; called in a slot of one.

#include "worker/src/running_tasks.hpp"
#include "worker/src/settler.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>
#include <peyk/context.hpp>
#include <peyk/delivery.hpp>
#include <peyk/outcome.hpp>
#include <peyk/task_registry.hpp>

#include <chrono>
#include <stop_token>

namespace peyk::worker_detail {

class attempt_runner {
public:
    struct parts {
        task_registry const& registry;
        client through;
        consumer& from;
        running_tasks& running;
        settler& settles;
    };

    explicit attempt_runner(parts of) : parts_(std::move(of)) {}

    // Thread-safe. Does not throw.
    void run(delivery what);

private:
    using clock = std::chrono::steady_clock;

    [[nodiscard]] outcome attempt(context& with, registered_task const& task) const;
    void log_end(context const& with, outcome const& ended, clock::duration took) const;

    parts parts_;
};

} // namespace peyk::worker_detail
