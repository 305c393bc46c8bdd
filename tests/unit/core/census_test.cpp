#include "broker/core/census.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

constexpr std::size_t block = census::block_places;
constexpr std::size_t any_number = 1'000;

TEST(Census, PassesOverBlocksWithoutTheState) {
    census of;
    for (std::size_t place = 0; place < 4 * block; ++place) {
        of.count_in(place, message_state::ready);
    }
    of.count_out(2 * block + 5, message_state::ready);
    of.count_in(2 * block + 5, message_state::scheduled);
    census_filter const scheduled{{message_state::scheduled}};
    EXPECT_EQ(of.next(0, scheduled, any_number), 2 * block);
    EXPECT_EQ(of.next(2 * block + 9, scheduled, any_number), 2 * block + 9) << "in its block";
    EXPECT_EQ(of.next(3 * block, scheduled, any_number), 4 * block) << "behind the last";
    EXPECT_EQ(of.next(0, scheduled, 1), block) << "no further than it was asked to look";
    EXPECT_EQ(of.next(7, {}, any_number), 7u);
    of.count_out(2 * block + 5, message_state::scheduled);
    EXPECT_EQ(of.next(0, scheduled, any_number), 4 * block);
}

TEST(Census, PassesOverBlocksWithoutTheNames) {
    census of;
    for (std::size_t place = 0; place < 3 * block; ++place) {
        of.name(place, place == block + 1 ? 0b110 : 0b010);
        of.count_in(place, message_state::ready);
    }
    EXPECT_EQ(of.next(0, {{}, 0b010}, any_number), 0u);
    EXPECT_EQ(of.next(0, {{}, 0b110}, any_number), block);
    EXPECT_EQ(of.next(0, {{}, 0b1000}, any_number), 3 * block);
}

TEST(Census, ForgetsTheNamesOfABlockThatIsEmpty) {
    census of;
    of.name(0, 0b01);
    of.count_in(0, message_state::ready);
    of.count_out(0, message_state::ready);
    of.name(1, 0b10);
    of.count_in(1, message_state::ready);
    EXPECT_EQ(of.next(0, {{}, 0b01}, any_number), block);
    EXPECT_EQ(of.next(0, {{}, 0b10}, any_number), 0u);
}

} // namespace
} // namespace peyk::core
