#pragma once
// Pausing and going on: of queues, of tasks and of limit keys.

#include "client/cli/invocation.hpp"
#include <peyk/hold.hpp>

#include <string>

namespace CLI {
class App;
}

namespace peyk::cli {

struct pause_options {
    std::string name;
    std::string length; // empty: until it is resumed
    std::string reason;
};

struct resume_options {
    std::string name;
};

void add_pause_options(CLI::App& command, pause_options& into, std::string const& name);

exit_code pause(common_options const& common, hold_scope scope, pause_options const& options);
exit_code resume(common_options const& common, hold_scope scope, resume_options const& options);

} // namespace peyk::cli
