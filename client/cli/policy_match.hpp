#pragma once
// Which policy holds for a queue, also for one that does not exist yet.

#include <peyk/queue_policy.hpp>

#include <string_view>
#include <vector>

namespace peyk::cli {

// `*` stands for any characters, also none.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

// Those that match, the one that is in force first: the highest priority, then the longest pattern,
// then the first in order of patterns.
[[nodiscard]] std::vector<queue_policy_info> matching(std::vector<queue_policy_info> policies,
                                                      std::string_view queue);

} // namespace peyk::cli
