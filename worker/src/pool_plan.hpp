#pragma once
// Which pools a worker has, and which of its tasks runs in which.

#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <span>
#include <string>
#include <vector>

namespace peyk::worker_detail {

struct planned_pool {
    pool_share share;
    std::vector<std::string> tasks;         // in alphabetical order
    registered_task const* batch = nullptr; // it is the one of this task

    // "threads", or "batch tasks.index".
    [[nodiscard]] std::string name() const;
};

// The pool its registration names, if the worker has it; else a coroutine runs in `async` and
// anything else in the first pool that is not `async`. With one pool there is no choice.
[[nodiscard]] pool_kind pool_of(registered_task const& task, std::span<pool_share const> pools);

// Of several that were asked for, those in which nothing would run.
[[nodiscard]] std::vector<pool_kind> pools_without_tasks(task_registry const& registry,
                                                         worker_options const& options);

// One at least, and one for each batch task behind them; those in which nothing would run are left
// out. The one that wants the thread of run() comes first.
[[nodiscard]] std::vector<planned_pool> plan_pools(task_registry const& registry,
                                                   worker_options const& options);

} // namespace peyk::worker_detail
