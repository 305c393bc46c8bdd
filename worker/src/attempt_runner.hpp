#pragma once
// Runs one delivery: decodes it, calls its task, and settles it with what that came to, or with the
// time limit that was over first. Knows nothing of pools; called in a slot of one.

#include "worker/src/alarm_clock.hpp"
#include "worker/src/exception_outcome.hpp"
#include "worker/src/limit_table.hpp"
#include "worker/src/running_tasks.hpp"
#include "worker/src/settler.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>
#include <peyk/context.hpp>
#include <peyk/delivery.hpp>
#include <peyk/outcome.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace peyk::worker_detail {

class attempt_runner {
public:
    struct parts {
        task_registry const& registry;
        client through;
        consumer& from;
        running_tasks& running;
        settler& settles;
        alarm_clock& alarms;
        limit_table const& limits;
        // A function that no longer counts keeps its slot, or has left it. On any thread.
        std::function<void()> slots_changed;
    };

    explicit attempt_runner(parts of) : parts_(std::move(of)) {}

    // Until it is over: a coroutine is run to its end, too. Thread-safe. Does not throw.
    void run(delivery what);
    // A coroutine takes turns with others of this executor, an ordinary function does not. Does not
    // throw.
    asio::awaitable<void> run_async(delivery what);

private:
    using clock = std::chrono::steady_clock;
    struct attempt;

    // Null: it was handed back.
    [[nodiscard]] std::unique_ptr<attempt> begin(delivery what);
    void end(attempt& what, outcome ended);
    void limit_time(attempt const& what);
    void time_is_over(delivery_token token, std::string const& task, attempt_facts facts);
    [[nodiscard]] outcome run_here(attempt& what) const;
    [[nodiscard]] outcome threw(attempt const& what, std::exception_ptr why) const;
    void log_end(context const& with, outcome const& ended, clock::duration took) const;

    parts parts_;
};

} // namespace peyk::worker_detail
