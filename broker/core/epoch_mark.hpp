#pragma once
// The broker's own record of its epoch.

#include "broker/core/ids.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/time.hpp"

namespace peyk::core {

struct epoch_mark final : retained {
    epoch_mark() : retained(kind::epoch) {}
    broker_epoch epoch;
    wall_time since = unset;
};

} // namespace peyk::core
