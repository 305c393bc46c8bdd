#pragma once
// Runs one delivery: decodes it, calls its task, and settles it with what that came to, or with the
// time limit that was over first. Knows nothing of pools; called in a slot of one.

#include "worker/src/alarm_clock.hpp"
#include "worker/src/exception_outcome.hpp"
#include "worker/src/limit_table.hpp"
#include "worker/src/remote_call.hpp"
#include "worker/src/report_route.hpp"
#include "worker/src/run_meter.hpp"
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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
        run_meter& meter;
        // An attempt no longer counts, and its function keeps its slots. On any thread.
        std::function<void(delivery_token)> abandoned;
        // A slot is free again; `counted`: its function was not abandoned. On any thread.
        std::function<void(delivery_token, bool counted)> left;
    };

    explicit attempt_runner(parts of)
        : parts_(std::move(of)), route_(parts_.from),
          publisher_([through = parts_.through] { return through; }) {}

    // Until it is over: a coroutine is run to its end, too. Thread-safe. Does not throw.
    void run(delivery what);
    // A coroutine takes turns with others of this executor, an ordinary function does not. Does not
    // throw.
    asio::awaitable<void> run_async(delivery what);
    // All of them together; they are of one batch task. Thread-safe. Does not throw.
    void run_batch(std::vector<delivery> all);
    // Does not throw, unless the call does.
    asio::awaitable<void> run_elsewhere(delivery what, remote_call const& call);

private:
    using clock = std::chrono::steady_clock;
    struct attempt;

    // Null: it was handed back.
    [[nodiscard]] std::unique_ptr<attempt> begin(delivery what);
    void end(attempt& what, outcome ended);
    void limit_time(attempt const& what);
    void time_is_over(delivery_token token,
                      registered_task const& task,
                      clock::time_point began,
                      attempt_facts facts);
    // Null: no such task, or it could not begin.
    void count(registered_task const* task, run_end how, clock::duration took);
    [[nodiscard]] outcome counted(outcome ended) const;
    void
    log_end(context const& with, outcome const& ended, run_end how, clock::duration took) const;

    parts parts_;
    consumer_route route_;
    std::function<client()> publisher_; // of tasks that publish
};

} // namespace peyk::worker_detail
