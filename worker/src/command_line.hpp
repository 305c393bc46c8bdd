#pragma once
// What a program with tasks is asked to do by its arguments.

#include <peyk/worker_options.hpp>

#include <cstdint>
#include <string>

namespace peyk::worker_detail {

struct command_line {
    enum class action : std::uint8_t {
        none, // everything was said already (--help, a mistake): exit with `status`
        run_worker,
        list_tasks,
    };
    action what = action::none;
    int status = 0;
    worker_options options; // run_worker: of file, environment and arguments together
};

// Prints help and mistakes itself. Throws config_error for a bad file or environment variable.
[[nodiscard]] command_line read_command_line(std::string const& program,
                                             int argc,
                                             char const* const* argv,
                                             worker_options defaults = {});

} // namespace peyk::worker_detail
