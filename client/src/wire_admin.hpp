#pragma once
// Queues' policies, holds, schedules, sweeps and selectors: public types to and from the wire.

#include "client/src/wire_decode.hpp"
#include <peyk/hold.hpp>
#include <peyk/queue_policy.hpp>
#include <peyk/schedule.hpp>
#include <peyk/selector.hpp>
#include <peyk/sweep.hpp>

#include "peyk/wire/v1/admin.pb.h"

namespace peyk {

void to_wire(selector const& from, wire::v1::Selector& to);
void to_wire(queue_policy const& from, wire::v1::SetPolicy& to);
void to_wire(hold const& from, wire::v1::SetHold& to);
void to_wire(schedule const& from, wire::v1::Schedule& to);
void to_wire(sweep const& from, wire::v1::StartSweep& to);
void to_wire(message_edit const& from, wire::v1::MessageEdit& to);

[[nodiscard]] queue_policy_info to_policy(wire::v1::PolicyInfo const& from);
[[nodiscard]] hold to_hold(wire::v1::SetHold const& from);
// What a schedule's message has too: all but its id, times, key, family and content.
[[nodiscard]] message to_envelope(wire::v1::Message const& from);
// A message whose content this client cannot read comes without it.
[[nodiscard]] schedule_info to_schedule(wire::v1::ScheduleInfo const& from);
[[nodiscard]] sweep_state to_sweep(wire::v1::SweepState const& from);

} // namespace peyk
