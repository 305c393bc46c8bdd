#pragma once
// What a program does as a process of its own prefork pool: runs the tasks it is given, one after
// the other, on the thread that calls this.

#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <optional>

namespace peyk::worker_detail {

// The socket to the worker, if this process is such a child; asked once: what this process begins
// is none.
[[nodiscard]] std::optional<int> socket_to_worker();

// Until the worker is done with it: the exit status. A worker that ends while a task runs ends this
// process at once.
int run_as_child(task_registry const& registry, worker_options const& options, int socket);

} // namespace peyk::worker_detail
