#include "broker/core/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace peyk::core {
namespace {

constexpr duration week{604'800'000};

// The share `q` of sorted values does not exceed it.
std::int64_t exact(std::vector<std::int64_t> const& sorted, double q) {
    auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
    return sorted.at(std::max<std::size_t>(rank, 1) - 1);
}

TEST(Histogram, KnowsQuantilesWithinTwelvePercent) {
    for (std::uint64_t const seed : {1u, 2u, 3u}) {
        histogram h;
        std::vector<std::int64_t> values;
        std::uint64_t random = seed * 0x9e3779b97f4a7c15u;
        for (int i = 0; i < 5'000; ++i) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            // Evenly over the powers of ten, from 1 ms to some days.
            auto const power = static_cast<double>(random >> 33) / 4'294'967'296.0 * 17.0;
            auto const ms = static_cast<std::int64_t>(std::exp(power));
            values.push_back(ms);
            h.add(duration{ms});
        }
        std::ranges::sort(values);
        EXPECT_EQ(h.count(), values.size());
        for (double const q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0}) {
            auto const wanted = static_cast<double>(exact(values, q));
            auto const known = static_cast<double>(h.quantile(q).count());
            EXPECT_LE(std::abs(known - wanted), 0.12 * wanted + 0.5) << q << ' ' << wanted;
        }
    }
}

TEST(Histogram, PutsEveryDurationBelowTheEndOfItsBucket) {
    for (std::int64_t ms = 0; ms < 2 * week.count(); ms += 1 + ms / 50) {
        histogram h;
        h.add(duration{ms});
        auto const at = static_cast<std::size_t>(
            std::ranges::find(h.counts(), 1u) - h.counts().begin());
        ASSERT_LT(at, histogram::buckets);
        EXPECT_LT(static_cast<double>(ms), histogram::upper_ms(at)) << ms;
        EXPECT_TRUE(at == 0 || static_cast<double>(ms) >= histogram::upper_ms(at - 1)) << ms;
    }
}

TEST(Histogram, HasRoomForNothingAndForAges) {
    histogram h;
    EXPECT_EQ(h.count(), 0u);
    EXPECT_EQ(h.quantile(0.5), duration{0});
    h.add(duration{-5}); // A clock that went back.
    h.add(duration{0});
    EXPECT_EQ(h.counts()[0], 2u);
    EXPECT_EQ(h.quantile(1), duration{0});
    h.add(duration::max());
    EXPECT_EQ(h.counts()[histogram::buckets - 1], 1u);
    EXPECT_GT(h.quantile(1), week);
}

TEST(Histogram, AddsUp) {
    histogram a;
    histogram b;
    a.add(duration{10});
    b.add(duration{10});
    b.add(duration{1'000});
    a.add(b);
    EXPECT_EQ(a.count(), 3u);
    EXPECT_NEAR(static_cast<double>(a.quantile(0.5).count()), 10, 1.2);
    EXPECT_NEAR(static_cast<double>(a.quantile(1).count()), 1'000, 120);
}

TEST(Sample, AddsUp) {
    sample a;
    EXPECT_TRUE(a.empty());
    sample b;
    b.published = 1;
    b.delivered = 2;
    b.succeeded = 3;
    b.failed = 4;
    b.retried = 5;
    b.revoked = 6;
    b.crashed = 7;
    b.waited.add(duration{1});
    b.ran.add(duration{1});
    a.add(b);
    a.add(b);
    EXPECT_FALSE(a.empty());
    EXPECT_EQ(a.published, 2u);
    EXPECT_EQ(a.delivered, 4u);
    EXPECT_EQ(a.succeeded, 6u);
    EXPECT_EQ(a.failed, 8u);
    EXPECT_EQ(a.retried, 10u);
    EXPECT_EQ(a.revoked, 12u);
    EXPECT_EQ(a.crashed, 14u);
    EXPECT_EQ(a.waited.count(), 2u);
    EXPECT_EQ(a.ran.count(), 2u);
}

} // namespace
} // namespace peyk::core
