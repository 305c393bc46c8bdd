#pragma once
// When a failed message comes again. Pure arithmetic: randomness is handed in.

#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace peyk::core {

// base * factor^(n-1), and no longer than max_ms.
[[nodiscard]] inline std::uint64_t exponential_delay(retry_policy const& policy, std::uint32_t n) {
    std::uint64_t delay = policy.base_ms;
    for (std::uint32_t i = 1; i < n && delay < policy.max_ms; ++i) {
        std::uint64_t const longer = delay * policy.factor_percent / 100;
        if (longer <= delay) {
            break; // A factor of 100 % or less keeps the delay as it is.
        }
        delay = longer;
    }
    return delay;
}

// base * n^power, and no longer than max_ms.
[[nodiscard]] inline std::uint64_t polynomial_delay(retry_policy const& policy, std::uint32_t n) {
    double const delay = policy.base_ms * std::pow(n, policy.factor_percent / 100.0);
    if (policy.base_ms == 0) {
        return 0; // Zero times what is beyond all numbers is no number.
    }
    return delay < policy.max_ms ? static_cast<std::uint64_t>(delay) : policy.max_ms;
}

// The delay after failure number `failures` (from 1), spread by `random`, any 64 bits. `delays` are
// the message's own, for backoff::list; without any that curve is fixed.
[[nodiscard]] inline duration retry_delay(retry_policy const& policy,
                                          std::uint32_t failures,
                                          std::uint64_t random,
                                          std::span<std::uint32_t const> delays = {}) {
    std::uint32_t const n = std::max(failures, 1u);
    std::uint64_t delay = policy.base_ms;
    switch (policy.curve) {
    case backoff::exponential:
        delay = exponential_delay(policy, n);
        break;
    case backoff::fixed:
        break;
    case backoff::linear:
        delay *= n;
        break;
    case backoff::polynomial:
        delay = polynomial_delay(policy, n);
        break;
    case backoff::list:
        if (!delays.empty()) {
            delay = delays[std::min<std::size_t>(n, delays.size()) - 1];
        }
        break;
    }
    delay = std::min<std::uint64_t>(delay, policy.max_ms);
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
