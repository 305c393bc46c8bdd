// The account of one rate.

#include "broker/core/limiter.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

constexpr duration grain{10};
constexpr fine_time second = 1'000'000'000;
constexpr fine_time start = 1'000 * second;

limit_settings settings(rate what, std::uint32_t burst = 1) {
    return {what, burst, 0, false};
}

TEST(RateAccount, IsEvenlySpacedWithoutABurst) {
    auto const by = settings({10'000, 60});
    rate_account account;
    EXPECT_LE(account.passes_at(by, grain, 1), start);
    account.take(by, grain, 1, start);
    EXPECT_EQ(account.passes_at(by, grain, 1), start + 6 * second);
    account.take(by, grain, 1, start + 60 * second);
    EXPECT_EQ(account.passes_at(by, grain, 1), start + 66 * second) << "a pause is not made up for";
}

TEST(RateAccount, LetsABurstPassAfterAPause) {
    auto const by = settings({1'000, 1}, 5);
    rate_account account;
    for (int i = 0; i < 5; ++i) {
        EXPECT_LE(account.passes_at(by, grain, 1), start);
        account.take(by, grain, 1, start);
    }
    EXPECT_EQ(account.passes_at(by, grain, 1), start + second);
    EXPECT_EQ(account.passes_at(by, grain, 2), start + 2 * second);
}

TEST(RateAccount, ACostOverTheBurstWaitsUntilNothingIsOwed) {
    auto const by = settings({1'000, 1}, 2);
    rate_account account;
    account.take(by, grain, 1, start);
    EXPECT_EQ(account.passes_at(by, grain, 10), start + second);
    account.take(by, grain, 10, start + second);
    EXPECT_EQ(account.passes_at(by, grain, 1), start + 10 * second);
}

TEST(RateAccount, WhatAGrainLetsPassMayPassAtOnce) {
    auto const by = settings({1'000'000, 1});
    rate_account account;
    for (int i = 0; i < 10; ++i) {
        EXPECT_LE(account.passes_at(by, grain, 1), start);
        account.take(by, grain, 1, start);
    }
    EXPECT_GT(account.passes_at(by, grain, 1), start);
}

TEST(RateAccount, ALittleLatenessCostsNothing) {
    auto const by = settings({50'000, 1});
    rate_account account;
    account.take(by, grain, 1, start);
    fine_time now = start;
    for (int i = 0; i < 1'000; ++i) {
        now = account.passes_at(by, grain, 1) + second / 1'000;
        account.take(by, grain, 1, now);
    }
    EXPECT_LE(now, start + 1'000 * second / 50 + second / 1'000);
}

TEST(RateAccount, AClockThatWasSetBackKeepsNobodyWaiting) {
    auto const by = settings({10'000, 60}, 2);
    rate_account account;
    account.take(by, grain, 1, start + 3'600 * second);
    account.clamp(by, grain, start);
    EXPECT_LE(account.passes_at(by, grain, 1), start + (2 + 1) * 6 * second);
}

TEST(RateAccount, AFasterRateKeepsNobodyWaiting) {
    rate_account account;
    account.take(settings({1'000, 86'400}), grain, 1, start);
    auto const fast = settings({1'000, 1});
    account.clamp(fast, grain, start);
    EXPECT_LE(account.passes_at(fast, grain, 1), start + 2 * second);
}

TEST(RateAccount, TheSlowestRateAndTheHighestCostAreNumbersStill) {
    auto const by = settings({1, 86'400});
    rate_account account;
    for (int i = 0; i < 5; ++i) {
        account.take(by, grain, 1'000'000, start);
    }
    EXPECT_GT(account.passes_at(by, grain, 1), start);
    EXPECT_EQ(fine(coarse(start)), start);
    EXPECT_EQ(fine(coarse(start + 1)), start + 1'000'000) << "never earlier";
}

} // namespace
} // namespace peyk::core
