#include "client/cli/task_call.hpp"

#include "client/cli/value.hpp"
#include <peyk/task_options.hpp>

#include <utility>

namespace peyk::cli {

message make_message(task_call const& call) {
    if (call.task.empty())
        throw failure{exit_code::usage, "the task has no name"};
    message made;
    made.queue = call.queue;
    made.task = call.task;
    auto arguments = parse_arguments(call.arguments);
    set_arguments(made, std::move(arguments.positional), std::move(arguments.named));
    return made;
}

} // namespace peyk::cli
