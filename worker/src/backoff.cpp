#include "worker/src/backoff.hpp"

#include <algorithm>

namespace peyk::worker_detail {
namespace {

double grown(retry_policy const& policy, std::uint32_t failures) {
    auto const longest = static_cast<double>(policy.max.count());
    auto delay = std::clamp(static_cast<double>(policy.base.count()), 0.0, longest);
    // A factor of 1 or less keeps the delay as it is.
    if (policy.factor <= 1.0)
        return delay;
    for (std::uint32_t n = 1; n < failures && delay > 0 && delay < longest; ++n)
        delay = std::min(delay * policy.factor, longest);
    return delay;
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
