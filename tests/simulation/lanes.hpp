#pragma once
// What limits say of a message, and who has the turn of an ordering key: kept the obvious way,
// however slowly.

#include "broker/core/limit.hpp"
#include "broker/core/limits.hpp"
#include "broker/core/time.hpp"
#include "tests/simulation/draft.hpp"
#include "tests/simulation/rules.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::simulation {

// A limit that is about a message, and the names it counts it under.
struct model_limit {
    core::owned_limit_names patterns;
    core::owned_limit_names names;
    core::limit_settings settings;
};

// Of the limits about the same things the most specific one, for each kind of things.
[[nodiscard]] std::vector<model_limit>
limits_about(limits_by_names const& all, draft const& what, std::string_view queue);

// What one rate let pass: of each delivery its time and its cost.
using passes = std::vector<std::pair<core::wall_time, std::uint32_t>>;
// By the names it is counted under; by session, too, where each has its own.
using passes_by_names = std::map<std::pair<core::owned_limit_names, core::session_id>, passes>;

// The most that may pass in a window so long; `cost_max`: of one message.
[[nodiscard]] double most_in(core::limit_settings const& by,
                             core::duration grain,
                             core::duration window,
                             std::uint32_t cost_max);
// Nobody waits longer for a rate, whatever passed before.
[[nodiscard]] core::duration
longest_wait(core::limit_settings const& by, core::duration grain, std::uint32_t cost_max);

// Labels that workers have and messages require, sorted.
inline constexpr std::array<std::string_view, 2> some_labels{"eu", "gpu"};
// Names that simulated clients give to limits: some about the same things, some not.
[[nodiscard]] std::array<core::limit_names, 12> const& some_limits();

} // namespace peyk::simulation
