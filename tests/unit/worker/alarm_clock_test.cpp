#include "worker/src/alarm_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;

// The loop runs out when no alarm is left, so nothing here waits for longer than it has to.
struct clock_fixture {
    boost::asio::io_context loop;
    alarm_clock alarms{loop.get_executor()};
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
    std::vector<int> rung;

    void set(std::uint64_t delivery, std::chrono::milliseconds after, int which) {
        alarms.set({1, delivery}, now + after, [this, which] { rung.push_back(which); });
    }
};

TEST(AlarmClock, RingsInTheOrderOfTheTimes) {
    clock_fixture f;
    f.set(1, 4ms, 3);
    f.set(2, 2ms, 2);
    f.set(3, -1ms, 1);
    f.loop.run();
    EXPECT_EQ(f.rung, (std::vector{1, 2, 3}));
}

TEST(AlarmClock, WhatIsCancelledDoesNotRing) {
    clock_fixture f;
    f.set(1, 1ms, 1);
    f.set(1, 2ms, 2);
    f.set(2, 3ms, 3);
    f.alarms.cancel({1, 1});
    f.loop.run();
    EXPECT_EQ(f.rung, std::vector{3});
}

TEST(AlarmClock, AnAlarmMaySetAnotherAndCancelItsOwn) {
    clock_fixture f;
    f.alarms.set({1, 1}, f.now, [&] {
        f.alarms.cancel({1, 1});
        f.set(1, 1ms, 2);
    });
    f.set(1, 1h, 1);
    f.loop.run();
    EXPECT_EQ(f.rung, std::vector{2});
}

} // namespace
} // namespace peyk::worker_detail
