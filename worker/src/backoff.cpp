#include "worker/src/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace peyk::worker_detail {
namespace {

double in_ms(std::chrono::milliseconds value) {
    return static_cast<double>(value.count());
}

// Of failure n, from 1. A factor of 1 or less does not grow.
double unbounded(retry_policy const& policy, double n) {
    auto const factor = std::max(policy.factor, 1.0);
    switch (policy.backoff) {
    case peyk::backoff::exponential:
        return in_ms(policy.base) * std::pow(factor, n - 1);
    case peyk::backoff::fixed:
        return in_ms(policy.base);
    case peyk::backoff::linear:
        return in_ms(policy.base) * n;
    case peyk::backoff::polynomial:
        return in_ms(policy.base) * std::pow(n, policy.factor);
    case peyk::backoff::list:
        break;
    }
    if (policy.delays.empty())
        return in_ms(policy.base);
    auto const last = static_cast<double>(policy.delays.size());
    return in_ms(policy.delays[static_cast<std::size_t>(std::min(n, last)) - 1]);
}

double grown(retry_policy const& policy, std::uint32_t failures) {
    auto const delay = unbounded(policy, std::max(1.0, static_cast<double>(failures)));
    return std::clamp(delay, 0.0, std::max(in_ms(policy.max), 0.0));
}

} // namespace

std::chrono::milliseconds
backoff(retry_policy const& policy, std::uint32_t failures, std::uint64_t random) {
    auto const delay = static_cast<std::uint64_t>(grown(policy, failures));
    std::uint64_t spread = delay;
    switch (policy.jitter) {
    case jitter::none:
        break;
    case jitter::equal:
        spread = delay - delay / 2 + random % (delay / 2 + 1);
        break;
    case jitter::full:
        spread = random % (delay + 1);
        break;
    }
    return std::chrono::milliseconds{spread};
}

} // namespace peyk::worker_detail
