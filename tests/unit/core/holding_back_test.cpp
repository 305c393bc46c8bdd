// What one call delivers to one session is bounded, whatever its credit.

#include "tests/unit/core/desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace peyk::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(HoldingBack, ABacklogIsDeliveredInPortions) {
    limits bounds;
    bounds.delivery_bytes_max = 25;
    desk d{bounds};
    for (char const* word : {"a", "b", "c", "d", "e"}) {
        message m = message_named(word);
        m.content = "ten bytes!";
        d.publish_one(m);
    }
    session_id const reader{2, 1};
    d.join(reader, 100, {"q"});
    EXPECT_THAT(d.said.deliveries, SizeIs(3));
    EXPECT_THAT(d.said.held_back, ElementsAre(reader));
    d.advance(duration{1});
    EXPECT_THAT(d.said.deliveries, IsEmpty());
    session_id const other{2, 2};
    d.join(other, 1, {"q"});
    EXPECT_THAT(d.said.deliveries, SizeIs(1)) << "others go on";
    d.said.clear();
    d.broker.set_stalled(reader, false, d.now, d.said);
    d.keep();
    EXPECT_THAT(d.said.deliveries, SizeIs(1));
    EXPECT_THAT(d.said.held_back, IsEmpty());
}

message ordered(char const* word, char const* key) {
    message m = message_named(word);
    m.content = "ten bytes!";
    m.placement.ordering_key = key;
    return m;
}

TEST(HoldingBack, WithheldDeliveriesCountUntilTheyHaveLeft) {
    limits bounds;
    bounds.delivery_bytes_max = 25;
    desk d{bounds};
    session_id const reader{2, 1};
    d.join(reader, 100, {"q"});
    std::vector<delivery_token> tokens;
    for (char const* word : {"a", "b", "c", "d"}) { // One call each, and a key each.
        d.publish_one(ordered(word, word));
        for (delivery const& one : d.said.deliveries) {
            EXPECT_TRUE(one.withheld);
            tokens.push_back(one.token);
        }
    }
    ASSERT_THAT(tokens, SizeIs(3));
    for (delivery_token const token : tokens) {
        EXPECT_TRUE(d.broker.hand_over(token));
    }
    d.said.clear();
    d.broker.set_stalled(reader, false, d.now, d.said);
    d.keep();
    EXPECT_THAT(d.said.deliveries, SizeIs(1));
    EXPECT_THAT(d.said.held_back, IsEmpty());
}

TEST(HoldingBack, AWithheldDeliveryLeavesOnceAndNotWhenItWasTakenBack) {
    desk d;
    session_id const reader{2, 1};
    d.join(reader, 100, {"q"});
    message const one = ordered("a", "k");
    d.publish_one(one);
    auto const token = d.said.deliveries.at(0).token;
    auto const leaving = d.broker.hand_over(token);
    ASSERT_TRUE(leaving);
    EXPECT_EQ(leaving->session, reader);
    EXPECT_EQ(leaving->message.content, "ten bytes!");
    EXPECT_FALSE(leaving->withheld);
    EXPECT_FALSE(d.broker.hand_over(token)) << "it has left";
    message const other = ordered("b", "l");
    d.publish_one(other);
    auto const second = d.said.deliveries.at(0).token;
    d.apply(cancel{desk::publisher, {}, std::array{other.id}, "no", false});
    EXPECT_FALSE(d.broker.hand_over(second));
}

} // namespace
} // namespace peyk::core
