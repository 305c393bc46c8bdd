#pragma once
// Calls the hooks of a program around one attempt.

#include <peyk/context.hpp>
#include <peyk/outcome.hpp>
#include <peyk/task_hooks.hpp>

#include <vector>

namespace peyk::worker_detail {

// In the order they were added. Throws what one of them throws; the rest is not called.
void call_before(std::vector<task_hooks> const& hooks, context& with);
// In the opposite order, with on_retry or on_failure first. Does not throw.
void call_after(std::vector<task_hooks> const& hooks, context const& with, outcome const& ended);

} // namespace peyk::worker_detail
