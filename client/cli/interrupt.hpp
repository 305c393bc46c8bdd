#pragma once
// Ctrl-C while something goes on in the broker: noticed instead of ending the program, so that it
// can say what goes on without it.

#include <csignal>

namespace peyk::cli {

// One at a time.
class interrupt {
public:
    interrupt();
    ~interrupt();
    interrupt(interrupt const&) = delete;
    interrupt& operator=(interrupt const&) = delete;

    [[nodiscard]] bool raised() const;

private:
    struct sigaction before_ = {};
};

} // namespace peyk::cli
