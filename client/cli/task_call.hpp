#pragma once
// A call of a task as people type it: of `call` and `cron set`.

#include <peyk/message.hpp>

#include <string>
#include <vector>

namespace peyk::cli {

struct task_call {
    std::string task;
    std::vector<std::string> arguments; // as parse_arguments() reads them
    std::string queue = "default";
};

// Throws failure(usage).
[[nodiscard]] message make_message(task_call const& call);

} // namespace peyk::cli
