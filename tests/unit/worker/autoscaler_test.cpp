// When a pool grows and shrinks by itself.

#include "worker/src/autoscaler.hpp"

#include <gtest/gtest.h>

namespace peyk::worker_detail {
namespace {

TEST(Autoscaler, GrowsWhileAllSlotsAreInUse) {
    autoscaler scale{{.least = 1, .most = 3}};
    EXPECT_EQ(scale.received(1, 2), std::nullopt);
    EXPECT_EQ(scale.received(2, 2), 3U);
    EXPECT_EQ(scale.received(3, 3), std::nullopt) << "no more than the most";
}

TEST(Autoscaler, ShrinksToWhatWasNeeded) {
    autoscaler scale{{.least = 2, .most = 10}};
    EXPECT_EQ(scale.received(5, 8), std::nullopt);
    EXPECT_EQ(scale.received(3, 8), std::nullopt);
    EXPECT_EQ(scale.looked(1, 8), 5U) << "the most at once of this while";
    EXPECT_EQ(scale.looked(0, 5), 2U) << "no less than the least";
    EXPECT_EQ(scale.looked(0, 2), std::nullopt);
}

TEST(Autoscaler, LongTasksKeepTheirSlots) {
    autoscaler scale{{.least = 1, .most = 10}};
    EXPECT_EQ(scale.looked(6, 6), std::nullopt);
    EXPECT_EQ(scale.looked(6, 6), std::nullopt);
}

TEST(Autoscaler, ComesIntoItsBounds) {
    autoscaler scale{{.least = 4, .most = 6}};
    EXPECT_EQ(scale.looked(0, 2), 4U);
    EXPECT_EQ(scale.looked(9, 9), 6U);
}

} // namespace
} // namespace peyk::worker_detail
