#include "broker/core/retry_policy.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

struct row {
    retry_policy policy;
    std::uint32_t failures;
    std::uint64_t random;
    std::int64_t delay_ms;
};

TEST(RetryPolicy, GivesTheDelay) {
    constexpr auto huge = ~std::uint64_t{0};
    row const rows[] = {
        {{.factor_percent = 200, .base_ms = 5'000, .max_ms = 600'000, .spread = jitter::none},
         1,
         0,
         5'000},
        {{.factor_percent = 200, .base_ms = 5'000, .max_ms = 600'000, .spread = jitter::none},
         3,
         0,
         20'000},
        {{.factor_percent = 200, .base_ms = 5'000, .max_ms = 600'000, .spread = jitter::none},
         60'000,
         0,
         600'000},
        {{.factor_percent = 100, .base_ms = 700, .max_ms = 600'000, .spread = jitter::none},
         60'000,
         0,
         700},
        {{.factor_percent = 0, .base_ms = 700, .max_ms = 600'000, .spread = jitter::none},
         9,
         0,
         700},
        {{.factor_percent = 200, .base_ms = 0, .max_ms = 600'000, .spread = jitter::full},
         9,
         huge,
         0},
        {{.factor_percent = 200, .base_ms = 9'000, .max_ms = 1'000, .spread = jitter::none},
         1,
         0,
         1'000},
        {{.factor_percent = 65'535, .base_ms = ~0u, .max_ms = ~0u, .spread = jitter::none},
         9,
         0,
         ~0u},
        {{.factor_percent = 200, .base_ms = 1'000, .max_ms = 9'000, .spread = jitter::equal},
         1,
         0,
         500},
        {{.factor_percent = 200, .base_ms = 1'000, .max_ms = 9'000, .spread = jitter::equal},
         1,
         500,
         1'000},
        {{.factor_percent = 200, .base_ms = 1'000, .max_ms = 9'000, .spread = jitter::full},
         1,
         0,
         0},
        {{.factor_percent = 200, .base_ms = 1'000, .max_ms = 9'000, .spread = jitter::full},
         1,
         1'000,
         1'000},
    };
    for (row const& r : rows) {
        EXPECT_EQ(retry_delay(r.policy, r.failures, r.random), duration{r.delay_ms});
    }
}

TEST(RetryPolicy, HasACurveForEachTaste) {
    constexpr std::uint32_t most = ~std::uint32_t{0};
    std::uint32_t const delays[] = {7, 90'000, 5};
    struct curve_row {
        backoff curve;
        std::uint16_t percent;
        std::uint32_t base;
        std::uint32_t max;
        std::uint32_t failures;
        std::int64_t delay_ms;
    };
    curve_row const rows[] = {
        {backoff::exponential, 200, 1'000, 60'000, 4, 8'000},
        {backoff::exponential, 65'535, most, most, most, most},
        {backoff::fixed, 200, 1'000, 60'000, 9, 1'000},
        {backoff::fixed, 200, 1'000, 600, 9, 600},
        {backoff::linear, 200, 1'000, 60'000, 1, 1'000},
        {backoff::linear, 200, 1'000, 60'000, 3, 3'000},
        {backoff::linear, 200, most, most, most, most},
        {backoff::polynomial, 200, 1'000, 60'000, 3, 9'000},
        {backoff::polynomial, 150, 1'000, 60'000, 4, 8'000},
        {backoff::polynomial, 0, 1'000, 60'000, 4, 1'000},
        {backoff::polynomial, 65'535, most, most, most, most},
        {backoff::polynomial, 65'535, 0, most, most, 0},
        {backoff::list, 200, 1'000, 60'000, 1, 7},
        {backoff::list, 200, 1'000, 60'000, 2, 60'000},
        {backoff::list, 200, 1'000, 60'000, 99, 5},
    };
    for (curve_row const& r : rows) {
        retry_policy const policy{.factor_percent = r.percent,
                                  .base_ms = r.base,
                                  .max_ms = r.max,
                                  .spread = jitter::none,
                                  .curve = r.curve};
        EXPECT_EQ(retry_delay(policy, r.failures, 0, delays), duration{r.delay_ms})
            << "curve " << static_cast<int>(r.curve) << ", failure " << r.failures;
    }
}

TEST(RetryPolicy, IsFixedWithoutTheListItNeeds) {
    retry_policy const policy{.base_ms = 1'000, .spread = jitter::none, .curve = backoff::list};
    EXPECT_EQ(retry_delay(policy, 3, 0), duration{1'000});
}

TEST(JitterSource, IsTheSameForTheSameSeed) {
    jitter_source a{1};
    jitter_source b{1};
    jitter_source c{2};
    auto const first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
    EXPECT_NE(first, a.next());
}

} // namespace
} // namespace peyk::core
