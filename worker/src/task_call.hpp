#pragma once
// Calls the task of one attempt and says what that comes to. Knows neither pools nor the broker.

#include "worker/src/exception_outcome.hpp"
#include <peyk/context.hpp>
#include <peyk/outcome.hpp>
#include <peyk/task_registry.hpp>

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace peyk::worker_detail {

// What decides about retries, as of now.
[[nodiscard]] attempt_facts facts_of(registered_task const& task, context const& with);

// To its end, a coroutine too, and the hooks of the program around it. Does not throw.
[[nodiscard]] outcome
call_task(task_registry const& program, registered_task const& task, context& with);

// The same; a coroutine takes turns with others of this executor, a function does not.
[[nodiscard]] asio::awaitable<outcome>
call_among_others(task_registry const& program, registered_task const& task, context& with);

// Many messages of one batch task: one outcome for each, in their order. Does not throw.
[[nodiscard]] std::vector<outcome> call_batch(task_registry const& program,
                                              registered_task const& task,
                                              std::vector<context*> const& with);

} // namespace peyk::worker_detail
