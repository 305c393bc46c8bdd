#pragma once
// Deliveries, reports and outcomes as the processes of a prefork pool send them to each other.

#include <peyk/delivery.hpp>
#include <peyk/outcome.hpp>
#include <peyk/pool/v1/pool.pb.h>
#include <peyk/report.hpp>

#include <optional>

namespace peyk::worker_detail {

namespace pool_wire = peyk::pool::v1;

void write(pool_wire::Run& to, delivery const& from);
[[nodiscard]] delivery read(pool_wire::Run&& from);

void write(pool_wire::Report& to, task_report const& from);
[[nodiscard]] task_report read(pool_wire::Report&& from);

// verdict::crashed is no child's to give.
void write(pool_wire::Ended& to, outcome const& from);
// Nothing: it is none.
[[nodiscard]] std::optional<outcome> read(pool_wire::Ended&& from);

} // namespace peyk::worker_detail
