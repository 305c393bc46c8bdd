#include "client/cli/interrupt.hpp"

namespace peyk::cli {
namespace {

std::sig_atomic_t volatile was_raised = 0;

void raise_it(int) {
    was_raised = 1;
}

} // namespace

interrupt::interrupt() {
    was_raised = 0;
    struct sigaction mine = {};
    mine.sa_handler = raise_it;
    // Once: who presses it again wants out.
    mine.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &mine, &before_);
}

interrupt::~interrupt() {
    ::sigaction(SIGINT, &before_, nullptr);
}

bool interrupt::raised() const {
    return was_raised != 0;
}

} // namespace peyk::cli
