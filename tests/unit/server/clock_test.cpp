#include "broker/server/clock.hpp"

#include <gtest/gtest.h>

namespace peyk::server {
namespace {

core::wall_time at(int ms) {
    return core::wall_time{core::duration{ms}};
}

TEST(Clock, FollowsTheMachineForward) {
    clock c;
    EXPECT_EQ(c.follow(at(100)), at(100));
    EXPECT_EQ(c.follow(at(1'000'000)), at(1'000'000));
}

TEST(Clock, StandsStillWhileTheMachineIsSetBack) {
    clock c;
    (void)c.follow(at(1000));
    EXPECT_EQ(c.follow(at(10)), at(1000));
    EXPECT_EQ(c.follow(at(999)), at(1000));
    EXPECT_EQ(c.follow(at(1001)), at(1001));
}

TEST(Clock, NeverGoesBack) {
    clock c;
    auto const first = c.now();
    auto const second = c.now();
    EXPECT_GE(second.wall, first.wall);
    EXPECT_GE(second.steady, first.steady);
    EXPECT_GT(first.wall, core::unset);
}

} // namespace
} // namespace peyk::server
