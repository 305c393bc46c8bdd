#include "worker/src/limit_table.hpp"

#include <gtest/gtest.h>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;

TEST(LimitTable, TheMessageWinsOverTheRegistrationAndThatOverTheWorker) {
    limit_table const limits{{.soft = 1s, .hard = 2s}};
    EXPECT_EQ(limits.of("t", {}, {}).soft, 1s);
    EXPECT_EQ(limits.of("t", {}, {.soft = 3s}).soft, 3s);
    auto const both = limits.of("t", {.hard = 5s}, {.soft = 3s, .hard = 4s});
    EXPECT_EQ(both.soft, 3s);
    EXPECT_EQ(both.hard, 5s);
    EXPECT_EQ(limits.of("t", {.soft = 0s}, {.soft = -1s}).soft, 1s) << "0 and less is none";
}

TEST(LimitTable, WhatAnOperatorSaidWinsForItsTask) {
    limit_table limits{{.soft = 1s}};
    limits.set("t", {.soft = 0s, .hard = 9s});
    auto const told = limits.of("t", {.soft = 5s}, {.soft = 6s});
    EXPECT_FALSE(told.soft);
    EXPECT_EQ(told.hard, 9s);
    EXPECT_EQ(limits.of("other", {}, {}).soft, 1s);
}

} // namespace
} // namespace peyk::worker_detail
