#pragma once
// When a failed message comes again. Pure arithmetic: randomness is handed in.

#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <algorithm>
#include <cstdint>

namespace peyk::core {

// The delay after failure number `failures` (from 1), spread by `random`, any 64 bits.
[[nodiscard]] inline duration
retry_delay(retry_policy const& policy, std::uint32_t failures, std::uint64_t random) {
    std::uint64_t delay = std::min(policy.base_ms, policy.max_ms);
    for (std::uint32_t n = 1; n < failures && delay < policy.max_ms; ++n) {
        std::uint64_t const longer = delay * policy.factor_percent / 100;
        if (longer <= delay) {
            break; // A factor of 100 % or less keeps the delay as it is.
        }
        delay = std::min<std::uint64_t>(longer, policy.max_ms);
    }
    switch (policy.spread) {
    case jitter::none:
        break;
    case jitter::equal:
        delay = delay - delay / 2 + random % (delay / 2 + 1);
        break;
    case jitter::full:
        delay = random % (delay + 1);
        break;
    }
    return duration{static_cast<duration::rep>(delay)};
}

// SplitMix64 (Vigna, public domain): small, seedable and good enough to spread retries.
class jitter_source {
public:
    explicit jitter_source(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

} // namespace peyk::core
