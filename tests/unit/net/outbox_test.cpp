#include "broker/net/outbox.hpp"

#include <gtest/gtest.h>

namespace peyk::net {
namespace {

TEST(Outbox, GivesBytesInOrder) {
    outbox out{{}};
    out.tail() += "abcdef";
    out.sent(2);
    out.tail() += "gh";
    EXPECT_EQ(out.unsent(), "cdefgh");
    out.sent(5);
    EXPECT_EQ(out.unsent(), "h");
    out.sent(1);
    EXPECT_TRUE(out.empty());
}

TEST(Outbox, IsCrowdedAboveTheHighMarkAndOverflowsAboveTheCap) {
    outbox out{{.high_bytes = 10, .bytes_max = 20}};
    out.tail().append(10, 'x');
    EXPECT_FALSE(out.crowded());
    out.tail().append(1, 'x');
    EXPECT_TRUE(out.crowded());
    EXPECT_FALSE(out.overflowing());
    out.tail().append(10, 'x');
    EXPECT_TRUE(out.overflowing());
    out.sent(11);
    EXPECT_FALSE(out.crowded());
}

TEST(Outbox, CountsOnlyWhatHasNotLeft) {
    outbox out{{.high_bytes = 10, .bytes_max = 20}};
    out.tail().append(25, 'x');
    out.sent(10);
    EXPECT_EQ(out.size(), 15u);
    EXPECT_FALSE(out.overflowing());
}

TEST(Outbox, KeepsItsBufferWhileBusyAndGivesItBackWhenQuiet) {
    outbox out{{}};
    for (int i = 0; i < 10; ++i) {
        out.tail().append(100'000, 'x');
        out.sent(out.size());
        EXPECT_GE(out.capacity(), 100'000u);
    }
    for (int i = 0; i < 5; ++i) {
        out.tail().append(20, 'x');
        out.sent(out.size());
    }
    EXPECT_LT(out.capacity(), 20'000u);
}

TEST(Outbox, GivesBackAHugeBufferAtOnce) {
    outbox out{{.high_bytes = 1u << 20, .bytes_max = 64u << 20}};
    out.tail().append(8u << 20, 'x');
    out.sent(out.size());
    EXPECT_LT(out.capacity(), 1u << 20);
}

} // namespace
} // namespace peyk::net
