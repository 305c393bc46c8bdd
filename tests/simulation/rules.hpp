#pragma once
// What is said about queues, tasks and schedules rather than about messages, kept as it was said.
// Small functions that answer the obvious way, however slowly.

#include "broker/core/hold.hpp"
#include "broker/core/limit.hpp"
#include "broker/core/queue_policy.hpp"
#include "broker/core/record.hpp"
#include "broker/core/schedule.hpp"
#include "broker/core/sweep.hpp"
#include "tests/simulation/draft.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace peyk::simulation {

// `*` is any characters; an empty pattern is everything.
[[nodiscard]] bool like(std::string_view pattern, std::string_view text);

struct model_policy {
    std::int32_t priority = 0;
    core::owned_queue_settings settings;
};

// A key and who has it. One that nobody has is not there.
struct model_key {
    core::message_id holder;
    core::message_id waiting;
    core::unique_until until = core::unique_until::finish;
    core::wall_time end = core::never; // with unique_until::ttl
};

struct model_schedule {
    std::string cron;
    std::string zone;
    core::duration every{0};
    core::wall_time start = core::unset;
    core::wall_time end = core::unset;
    core::duration jitter{0};
    core::duration expires_after{0};
    core::misfire misfire = core::misfire::run_once;
    core::overlap overlap = core::overlap::allow;
    bool paused = false;
    draft_ptr message; // without id and times
    core::wall_time since = core::unset;
    core::wall_time last_slot = core::unset; // fired or left out; unset: none yet
    std::uint64_t fired = 0;
    std::uint64_t skipped = 0;

    explicit model_schedule(core::record::schedule_set const& r);
    [[nodiscard]] bool same_clockwork(model_schedule const& other) const;
};

struct model_sweep {
    core::message_number below;
    core::owned_sweep_spec spec;
    // Numbers it must change, as long as nothing else happens to them.
    std::set<std::uint64_t> must_visit;
    std::uint64_t changed = 0; // as it says itself
};

using policies_by_pattern = std::map<std::string, model_policy>;
using holds_by_name = std::map<std::pair<core::hold_scope, std::string>, core::wall_time>;
using limits_by_names = std::map<core::owned_limit_names, core::limit_settings>;

// The settings in force for a queue: of the policy that wins.
[[nodiscard]] core::owned_queue_settings settings_of(policies_by_pattern const& policies,
                                                     std::string_view queue);

// The zone of the simulation: UTC+1; in every second stretch of three minutes its clocks are a
// minute further, so that each of them begins with a gap or with times shown for the second time.
class sim_zones final : public core::time_zones {
public:
    static constexpr std::string_view name = "Sim/Zone";

    [[nodiscard]] bool known(std::string_view zone) const override { return zone == name; }
    [[nodiscard]] period at(std::string_view zone, core::wall_time when) const override;
};

// Whether `at` is a slot of the schedule, asked of that very second and no other.
[[nodiscard]] bool is_slot(model_schedule const& of, core::wall_time at);
// Slots in (after, up_to], counted one second after the other.
[[nodiscard]] std::uint64_t
slots_between(model_schedule const& of, core::wall_time after, core::wall_time up_to);

} // namespace peyk::simulation
