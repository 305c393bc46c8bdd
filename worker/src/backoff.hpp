#pragma once
// When the worker itself retries: the delay after a failure, as the broker would compute it. Pure.

#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>

namespace peyk::worker_detail {

// After failure number `failures` (from 1): min(max, base * factor^(failures - 1)), then jitter,
// spread by `random`, any 64 bits.
[[nodiscard]] std::chrono::milliseconds
backoff(retry_policy const& policy, std::uint32_t failures, std::uint64_t random);

} // namespace peyk::worker_detail
