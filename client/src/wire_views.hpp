#pragma once
// Limits, workers, events, statistics and what is in the way: the wire to and from public types.

#include "client/src/wire_decode.hpp"
#include <peyk/event.hpp>
#include <peyk/limit.hpp>
#include <peyk/obstacle.hpp>
#include <peyk/statistics.hpp>
#include <peyk/worker_info.hpp>

#include "peyk/wire/v1/admin.pb.h"
#include "peyk/wire/v1/event.pb.h"
#include "peyk/wire/v1/session.pb.h"

namespace peyk {

void to_wire(limit_names const& from, wire::v1::LimitNames& to);
void to_wire(limit_change const& from, wire::v1::SetLimit& to);
void to_wire(statistics_query const& from, wire::v1::ShowStatistics& to);
void to_wire(event_filter const& from, wire::v1::Listen& to);
void to_wire(worker_metrics const& from, wire::v1::WorkerMetrics& to);

[[nodiscard]] limit_list to_limits(wire::v1::LimitList const& from);
[[nodiscard]] limiter_info to_limiter(wire::v1::LimiterInfo const& from);
[[nodiscard]] obstacle to_obstacle(wire::v1::Obstacle const& from);
[[nodiscard]] session_info to_session(wire::v1::SessionInfo const& from);
[[nodiscard]] statistics_series to_series(wire::v1::Series const& from);
[[nodiscard]] event to_event(wire::v1::Event const& from);

} // namespace peyk
