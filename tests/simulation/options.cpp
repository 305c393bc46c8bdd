#include "tests/simulation/options.hpp"

#include "tests/simulation/dice.hpp"

#include <array>
#include <sstream>

namespace peyk::simulation {

namespace {

template <std::size_t N>
std::uint64_t pick(dice& d, std::array<std::uint64_t, N> const& choices) {
    return choices[d.below(N)];
}

using choices3 = std::array<std::uint64_t, 3>;
using choices4 = std::array<std::uint64_t, 4>;

} // namespace

options options::roll(std::uint64_t seed, std::uint64_t steps) {
    dice d{seed * 0x9e3779b97f4a7c15u + 1};
    options o;
    o.seed = seed;
    o.steps = steps;
    o.clients = d.between(1, 10);
    o.queues = d.between(1, 4);
    o.tasks = d.between(0, 3);
    o.messages_max = pick(d, choices3{20, 100, 300});
    o.credit_max = pick(d, choices3{1, 5, 40});
    o.batch_max = pick(d, choices3{1, 6, 30});
    o.content_bytes = pick(d, choices4{0, 40, 300, 3'000});
    o.priorities = pick(d, choices3{1, 3, 10});
    o.eta_permille = pick(d, choices3{0, 100, 500});
    o.eta_ms = pick(d, choices3{200, 5'000, 60'000});
    o.expires_permille = pick(d, choices3{0, 100, 500});
    o.expires_ms = pick(d, choices3{200, 5'000, 60'000});
    o.plain_permille = o.tasks == 0 ? 1000 : pick(d, choices3{0, 300, 700});
    o.keep_permille = pick(d, choices3{0, 700, 1000});
    o.track_permille = pick(d, choices3{0, 300, 1000});
    o.retries_max = d.between(0, 4);
    o.consume_permille = pick(d, choices3{300, 700, 1000});
    o.tick_ms = pick(d, choices4{1, 10, 50, 500});
    o.rule_permille = pick(d, choices4{0, 20, 60, 150});
    o.unique_permille = pick(d, choices4{0, 0, 200, 600});

    o.crash_permille = pick(d, choices4{0, 2, 10, 40});
    o.stop_permille = pick(d, choices3{0, 1, 5});
    o.disconnect_permille = pick(d, choices4{0, 5, 20, 60});
    o.goodbye_permille = pick(d, choices3{0, 3, 15});
    o.freeze_permille = pick(d, choices3{0, 3, 15});
    o.jump_permille = pick(d, choices3{0, 3, 10});
    o.disk_permille = pick(d, choices4{0, 0, 0, 10});
    o.stall_permille = pick(d, choices4{0, 0, 3, 20});

    o.segment_bytes = pick(d, choices3{16 << 10, 64 << 10, 1 << 20});
    o.limits.content_bytes_max = o.content_bytes + 1'000;
    o.limits.result_bytes_max = 2'000;
    o.limits.content_memory_bytes = pick(d, choices3{0, 4'000, 1 << 30});
    o.limits.heartbeat = core::duration{pick(d, choices3{500, 3'000, 10'000})};
    o.limits.session_grace = core::duration{pick(d, choices3{0, 2'000, 30'000})};
    o.limits.settling = core::duration{pick(d, choices3{0, 1'000, 5'000})};
    o.limits.result_ttl = core::duration{pick(d, choices3{1'000, 60'000, 86'400'000})};
    o.limits.dead_ttl = core::duration{pick(d, choices3{5'000, 600'000, 7'776'000'000})};
    o.limits.dead_max = pick(d, choices3{3, 50, 100'000});
    o.limits.max_crashes = static_cast<std::uint16_t>(d.between(1, 3));
    o.limits.history_max = pick(d, choices3{1, 3, 10});
    o.limits.checkpoint_bytes_max = 50;
    o.limits.log_bytes_max = pick(d, choices3{40, 200, 64 << 10});
    o.limits.sweeps_max = 4;
    o.limits.sweep_visits_max = pick(d, choices3{3, 20, 20'000});
    o.limits.sweep_changes_max = pick(d, choices3{1, 5, 1'000});
    o.limits.misfire_after = core::duration{pick(d, choices3{100, 5'000, 60'000})};
    o.limits.misfires_max = pick(d, choices3{1, 10, 100});
    o.lane_permille = pick(d, choices4{0, 300, 600, 1'000});
    o.limits.limits_max = pick(d, choices3{4, 10'000, 10'000});
    return o;
}

std::string options::text() const {
    std::ostringstream s;
    s << "seed=" << seed << " steps=" << steps << " clients=" << clients << " queues=" << queues
      << " tasks=" << tasks << " messages_max=" << messages_max << " credit_max=" << credit_max
      << " batch_max=" << batch_max << " content_bytes=" << content_bytes
      << " priorities=" << priorities << " eta=" << eta_permille << "/1000 within " << eta_ms
      << " ms expires=" << expires_permille << "/1000 within " << expires_ms
      << " ms plain=" << plain_permille << " keep=" << keep_permille << " track=" << track_permille
      << " retries_max=" << retries_max << " consume=" << consume_permille << " tick_ms=" << tick_ms
      << " crash=" << crash_permille << " stop=" << stop_permille
      << " disconnect=" << disconnect_permille << " goodbye=" << goodbye_permille
      << " rule=" << rule_permille << " unique=" << unique_permille << " lane=" << lane_permille
      << " stall=" << stall_permille
      << " freeze=" << freeze_permille << " jump=" << jump_permille << " disk=" << disk_permille
      << " segment_bytes=" << segment_bytes
      << " content_memory_bytes=" << limits.content_memory_bytes
      << " heartbeat_ms=" << limits.heartbeat.count()
      << " grace_ms=" << limits.session_grace.count() << " settling_ms=" << limits.settling.count()
      << " result_ttl_ms=" << limits.result_ttl.count();
    return s.str();
}

} // namespace peyk::simulation
