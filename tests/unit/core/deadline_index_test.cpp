#include "broker/core/deadline_index.hpp"
#include "broker/core/time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace peyk::core {
namespace {

struct timer {
    std::uint32_t deadline_slot = no_deadline_slot;
    wall_time at = never;
};

wall_time after(int ms) {
    return wall_time{duration{ms}};
}

TEST(DeadlineIndex, IsEmptyAtFirst) {
    deadline_index<wall_time, timer> index;
    EXPECT_EQ(index.next(never), never);
    EXPECT_EQ(index.take_due(never), nullptr);
}

TEST(DeadlineIndex, GivesWhatIsDueAndNothingElse) {
    deadline_index<wall_time, timer> index;
    timer soon;
    timer late;
    index.set(late, after(20));
    index.set(soon, after(10));
    EXPECT_EQ(index.next(never), after(10));
    EXPECT_EQ(index.take_due(after(9)), nullptr);
    EXPECT_EQ(index.take_due(after(10)), &soon);
    EXPECT_EQ(index.take_due(after(19)), nullptr);
    EXPECT_EQ(index.size(), 1u);
    EXPECT_EQ(soon.deadline_slot, no_deadline_slot);
    index.remove(soon);
    EXPECT_EQ(index.size(), 1u);
}

// Moves, removes and takes at random, beside a plain list.
TEST(DeadlineIndex, AgreesWithAList) {
    std::mt19937 random{7};
    std::vector<timer> timers(300);
    deadline_index<wall_time, timer> index;
    for (int step = 0; step < 20'000; ++step) {
        timer& one = timers[random() % timers.size()];
        if (random() % 3 == 0) {
            index.remove(one);
            one.at = never;
        } else {
            one.at = after(static_cast<int>(random() % 1'000));
            index.set(one, one.at);
        }
        auto const earliest = std::ranges::min(timers, {}, &timer::at).at;
        ASSERT_EQ(index.next(never), earliest);
        if (random() % 10 == 0 && earliest != never) {
            timer* const due = index.take_due(earliest);
            ASSERT_NE(due, nullptr);
            ASSERT_EQ(due->at, earliest);
            due->at = never;
        }
    }
}

} // namespace
} // namespace peyk::core
