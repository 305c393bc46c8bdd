#include "client/cli/bench/restart.hpp"

#include "client/cli/bench/load.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <csignal>

namespace peyk::cli::bench {
namespace {

using seconds = std::chrono::duration<double>;

struct restart {
    double stop_s = 0;
    double back_s = 0;
    double recovery_s = 0; // as the broker says
};

restart restart_after(rig& on, int signal, bool delivers) {
    restart took;
    on.next_phase();
    auto at = clock::now();
    on.own()->stop(signal);
    took.stop_s = seconds(clock::now() - at).count();
    at = clock::now();
    on.own()->start();
    if (delivers) {
        drains to{on, 1, 1};
        to.keep_deliveries();
        to.on_delivery([&](std::uint64_t) { on.context().stop(); });
        on.run();
    }
    took.back_s = seconds(clock::now() - at).count();
    took.recovery_s = on.stats().recovery.count();
    return took;
}

} // namespace

void add_restarts(rig& on, boost::json::object& fields, bool delivers) {
    auto const orderly = restart_after(on, SIGTERM, delivers);
    fields["stop_s"] = orderly.stop_s;
    fields["restart_s"] = orderly.back_s;
    fields["recovery_s"] = orderly.recovery_s;
    auto const killed = restart_after(on, SIGKILL, delivers);
    fields["restart_after_kill_s"] = killed.back_s;
    fields["recovery_after_kill_s"] = killed.recovery_s;
}

} // namespace peyk::cli::bench
