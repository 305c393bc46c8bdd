#pragma once
// How long a broker with a backlog takes to come back.

#include "client/cli/bench/rig.hpp"

#include <boost/json/fwd.hpp>

namespace peyk::cli::bench {

// Stops the rig's own broker with SIGTERM and with SIGKILL, starts it again each time and waits for
// its first answer to a consumer or, when nothing is deliverable, for its port. Adds stop_s,
// restart_s, recovery_s, restart_after_kill_s, recovery_after_kill_s.
void add_restarts(rig& on, boost::json::object& fields, bool delivers = true);

} // namespace peyk::cli::bench
