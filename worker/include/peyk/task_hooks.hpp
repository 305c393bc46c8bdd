#pragma once
// What runs around every task of a program: tracing, counting, opening what all of them need.

#include <peyk/context.hpp>
#include <peyk/error.hpp>
#include <peyk/outcome.hpp>

#include <functional>

namespace peyk {

// They run where the task does: on its thread, in its process. Several threads call them at once.
// Not called for messages no task ran for (unknown task, bad content). Of an attempt whose time
// limit is over, `after` is called when its function leaves, though its end no longer counts.
struct task_hooks {
    // What it throws is as if the task had thrown it; the task does not run.
    std::function<void(context&)> before = {};
    // What the following throw is logged, and changes nothing.
    std::function<void(context const&, outcome const&)> after = {};
    std::function<void(context const&, error_report const&)> on_retry = {};   // it runs again
    std::function<void(context const&, error_report const&)> on_failure = {}; // it was the last run
};

} // namespace peyk
