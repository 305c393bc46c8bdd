#include "worker/src/backoff.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace peyk::worker_detail {
namespace {

using std::chrono::milliseconds;

retry_policy policy(jitter spread) {
    return {.max_retries = 9,
            .base = milliseconds{100},
            .factor = 2.0,
            .max = milliseconds{1'000},
            .jitter = spread};
}

TEST(Backoff, DoublesUpToTheLongest) {
    auto const fixed = policy(jitter::none);
    EXPECT_EQ(backoff(fixed, 1, 0), milliseconds{100});
    EXPECT_EQ(backoff(fixed, 2, 0), milliseconds{200});
    EXPECT_EQ(backoff(fixed, 4, 0), milliseconds{800});
    EXPECT_EQ(backoff(fixed, 5, 0), milliseconds{1'000});
    EXPECT_EQ(backoff(fixed, 4'000'000'000U, 0), milliseconds{1'000});
}

TEST(Backoff, AFactorOfOneKeepsTheDelay) {
    auto fixed = policy(jitter::none);
    fixed.factor = 1.0;
    EXPECT_EQ(backoff(fixed, 4'000'000'000U, 0), milliseconds{100});
}

TEST(Backoff, EachKindGrowsInItsWay) {
    auto kind = policy(jitter::none);
    auto const delays = [&] {
        std::vector<std::int64_t> found;
        for (std::uint32_t n = 1; n <= 5; ++n)
            found.push_back(backoff(kind, n, 0).count());
        return found;
    };
    using all = std::vector<std::int64_t>;
    kind.backoff = peyk::backoff::fixed;
    EXPECT_EQ(delays(), (all{100, 100, 100, 100, 100}));
    kind.backoff = peyk::backoff::linear;
    EXPECT_EQ(delays(), (all{100, 200, 300, 400, 500}));
    kind.backoff = peyk::backoff::polynomial;
    EXPECT_EQ(delays(), (all{100, 400, 900, 1'000, 1'000}));
    kind.backoff = peyk::backoff::list;
    EXPECT_EQ(delays(), (all{100, 100, 100, 100, 100})); // without delays: the base
    kind.delays = {milliseconds{1}, milliseconds{50}, milliseconds{2'000}};
    EXPECT_EQ(delays(), (all{1, 50, 1'000, 1'000, 1'000}));
}

TEST(Backoff, JitterStaysWithinItsBounds) {
    for (std::uint64_t random = 0; random < 500; ++random) {
        auto const half = backoff(policy(jitter::equal), 1, random);
        EXPECT_GE(half, milliseconds{50});
        EXPECT_LE(half, milliseconds{100});
        EXPECT_LE(backoff(policy(jitter::full), 1, random), milliseconds{100});
    }
}

} // namespace
} // namespace peyk::worker_detail
