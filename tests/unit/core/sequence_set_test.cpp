#include "broker/core/sequence_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace peyk::core {
namespace {

publish_sequence number(std::uint64_t value) {
    return {value};
}

TEST(SequenceSet, KeepsOneIntervalForWhatComesInOrder) {
    sequence_set set;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        set.insert(number(i));
    }
    EXPECT_EQ(set.intervals().size(), 1u);
    EXPECT_EQ(set.gaps(), 0u);
    EXPECT_EQ(set.highest(), number(100));
    EXPECT_TRUE(set.contains(number(1)));
    EXPECT_TRUE(set.contains(number(100)));
    EXPECT_FALSE(set.contains(number(101)));
    EXPECT_FALSE(set.contains(number(0)));
}

TEST(SequenceSet, ClosesGaps) {
    sequence_set set;
    set.insert(number(1));
    set.insert(number(3));
    EXPECT_EQ(set.gaps(), 1u);
    EXPECT_FALSE(set.contains(number(2)));
    set.insert(number(2));
    EXPECT_EQ(set.gaps(), 0u);
    EXPECT_TRUE(set.contains(number(2)));
}

TEST(SequenceSet, PrunesAllButTheHighestInterval) {
    sequence_set set;
    for (std::uint64_t const i : {1u, 3u, 5u, 7u, 8u}) {
        set.insert(number(i));
    }
    set.prune_below(number(4));
    EXPECT_FALSE(set.contains(number(3)));
    EXPECT_TRUE(set.contains(number(5)));
    set.prune_below(number(100));
    EXPECT_EQ(set.intervals().size(), 1u);
    EXPECT_EQ(set.highest(), number(8));
}

TEST(SequenceSet, AgreesWithASet) {
    std::mt19937 random{3};
    for (int round = 0; round < 50; ++round) {
        sequence_set set;
        std::set<std::uint64_t> model;
        for (int step = 0; step < 200; ++step) {
            std::uint64_t const value = 1 + random() % 120;
            set.insert(number(value));
            model.insert(value);
        }
        for (std::uint64_t value = 0; value <= 121; ++value) {
            ASSERT_EQ(set.contains(number(value)), model.contains(value)) << value;
        }
        for (std::size_t i = 1; i < set.intervals().size(); ++i) {
            ASSERT_GT(set.intervals()[i].first.value, set.intervals()[i - 1].second.value + 1);
        }
    }
}

} // namespace
} // namespace peyk::core
