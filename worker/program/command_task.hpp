#pragma once
// A command as a task: what its end means.

#include "worker/program/command_template.hpp"
#include "worker/program/group_keeper.hpp"
#include <peyk/app.hpp>

#include <stdexcept>

namespace peyk {

// A command ended with another exit code than 0, or by a signal: a failure like any other.
class exit_status : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace peyk

namespace peyk::program {

// As sysexits.h has them.
inline constexpr int exit_permanent = 65; // EX_DATAERR: trying again would not help
inline constexpr int exit_retry = 75;     // EX_TEMPFAIL: again, after retry_after
inline constexpr std::chrono::seconds retry_after{60};

// Throws std::invalid_argument if the name is taken. The keeper has to outlive the app.
void add_command_task(app& to, command_template what, group_keeper const& keeper);
// The keeper was killed, which has ended the worker.
[[nodiscard]] bool lost_keeper();

} // namespace peyk::program
