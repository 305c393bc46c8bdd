#pragma once
// The broker's only clock. Wall time never goes back: when the machine's clock is set back it
// stands still until the machine has caught up; steps forward are followed.

#include "broker/core/time.hpp"

namespace peyk::server {

class clock {
public:
    [[nodiscard]] core::moment now();

    // One step of the above, apart so that it can be tested: what to say when the machine says
    // `machine`.
    [[nodiscard]] core::wall_time follow(core::wall_time machine);

private:
    core::wall_time last_ = core::unset;
};

} // namespace peyk::server
