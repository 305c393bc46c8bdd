#pragma once
// One limit: what it says, what it stands instead of, and how busy the names under it are.

#include "client/cli/exit_code.hpp"
#include "client/cli/invocation.hpp"
#include <peyk/limit.hpp>

#include <cstdint>

namespace peyk::cli {

inline constexpr std::uint32_t shown_limiters_max = 10'000;

// Shows the limit about `names`, or the one they fall under; at most `count_max` names of it.
// Throws failure.
exit_code
show_limit(common_options const& common, limit_names const& names, std::uint32_t count_max);

// Throws failure(unknown).
[[noreturn]] void no_limit(limit_names const& names);

} // namespace peyk::cli
