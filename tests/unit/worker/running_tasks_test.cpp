#include "worker/src/running_tasks.hpp"

#include <gtest/gtest.h>

namespace peyk::worker_detail {
namespace {

constexpr delivery_token one{1, 1};
constexpr delivery_token two{1, 2};

TEST(RunningTasks, AnEndCountsOnce) {
    running_tasks running;
    auto const stop = running.begin(one);
    ASSERT_TRUE(stop);
    EXPECT_FALSE(stop->stop.stop_requested());
    EXPECT_TRUE(running.any());
    EXPECT_TRUE(running.end(one));
    EXPECT_FALSE(running.any());
}

TEST(RunningTasks, AStopConcernsOneAlone) {
    running_tasks running;
    auto const first = running.begin(one);
    auto const second = running.begin(two);
    running.request_stop(one);
    running.request_stop({9, 9});
    EXPECT_TRUE(first->stop.stop_requested());
    EXPECT_FALSE(second->stop.stop_requested());
    EXPECT_TRUE(running.end(one));
}

TEST(RunningTasks, WhatWasAbandonedDoesNotCountAndNothingElseBegins) {
    running_tasks running;
    auto const stop = running.begin(one);
    EXPECT_EQ(running.abandon_all(), std::vector<delivery_token>{one});
    EXPECT_TRUE(stop->stop.stop_requested());
    EXPECT_FALSE(running.begin(two));
    EXPECT_TRUE(running.any());
    EXPECT_FALSE(running.end(one));
    EXPECT_FALSE(running.any());
}

TEST(RunningTasks, WhatIsAbandonedAloneStopsAndIsCountedUntilItEnds) {
    running_tasks running;
    auto const stop = running.begin({1, 1});
    ASSERT_TRUE(stop);
    EXPECT_TRUE(running.abandon({1, 1}));
    EXPECT_TRUE(stop->stop.stop_requested());
    EXPECT_FALSE(running.abandon({1, 1}));
    EXPECT_EQ(running.abandoned(), 1U);
    EXPECT_FALSE(running.end({1, 1}));
    EXPECT_EQ(running.abandoned(), 0U);
}

TEST(RunningTasks, AskingToStopDoesNotKillAndBeingTakenOutDoes) {
    running_tasks running;
    auto const asked = running.begin(one);
    auto const terminated = running.begin(two);
    auto const over = running.begin({1, 3});
    auto const last = running.begin({1, 4});
    running.request_stop(one);
    EXPECT_FALSE(asked->kill.stop_requested());
    running.request_kill(two);
    EXPECT_TRUE(terminated->kill.stop_requested());
    EXPECT_TRUE(terminated->stop.stop_requested());
    EXPECT_TRUE(running.end(two)) << "it stays, and its end counts";
    EXPECT_TRUE(running.abandon({1, 3}));
    EXPECT_TRUE(over->kill.stop_requested());
    running.interrupt_all();
    EXPECT_TRUE(last->stop.stop_requested());
    EXPECT_FALSE(last->kill.stop_requested());
    EXPECT_EQ(running.abandon_all().size(), 2U);
    EXPECT_TRUE(last->kill.stop_requested());
    EXPECT_TRUE(asked->kill.stop_requested());
}

} // namespace
} // namespace peyk::worker_detail
