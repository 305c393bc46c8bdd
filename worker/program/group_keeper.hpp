#pragma once
// A small process that outlives the worker by a moment: whatever process groups of commands are
// left when the worker is gone, however it went, it kills. The kernel does so only for the process
// that was started, not for those that one has started.

#include "worker/program/descriptor.hpp"

#include <sys/types.h>

namespace peyk::program {

class group_keeper {
public:
    // Forks: to be made before there are threads. Throws std::system_error.
    group_keeper();

    // Where a new child writes its own id, as it is in memory, before it becomes the program.
    [[nodiscard]] int number() const { return line_.number(); }
    // False: it was killed, and what a command leaves behind would stay.
    [[nodiscard]] bool is_there() const noexcept;
    // Before its leader is reaped: from then on the id may be another's.
    void forget(pid_t group) const noexcept;

private:
    descriptor line_;
};

} // namespace peyk::program
