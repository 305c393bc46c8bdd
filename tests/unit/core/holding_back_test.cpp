// What one call delivers to one session is bounded, whatever its credit.

#include "tests/unit/core/desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

} // namespace
} // namespace peyk::core
