#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

constexpr session_id a{2, 1};
constexpr session_id b{2, 2};
constexpr session_id c{2, 3};

TEST(Sessions, LiveAsLongAsTheyAreHeard) {
    desk d;
    d.apply(connect{a, false, "a", duration{1'000}});
    EXPECT_EQ(d.effect<effect::welcome>().heartbeat, duration{1'000});
    for (int i = 0; i < 10; ++i) {
        d.advance(duration{2'000});
        EXPECT_TRUE(d.said.effects.empty());
        d.broker.heard(a, d.now.steady);
        d.broker.heard(desk::publisher, d.now.steady);
    }
    d.advance(duration{2'999});
    EXPECT_TRUE(d.said.effects.empty());
    d.advance(duration{1});
    EXPECT_EQ(d.effect<effect::closed>().why, errc::heartbeat_missed);
    EXPECT_EQ(d.broker.stats().sessions, 1u);
}

TEST(Sessions, AskForAReasonableHeartbeat) {
    desk d;
    d.apply(connect{a, false, {}, duration{1}});
    EXPECT_EQ(d.effect<effect::welcome>().heartbeat, d.bounds.heartbeat_min);
    d.apply(connect{b, false, {}, duration{1'000'000}});
    EXPECT_EQ(d.effect<effect::welcome>().heartbeat, d.bounds.heartbeat_max);
}

TEST(Sessions, NeverWaitPastTheNextDeadline) {
    desk d;
    d.join(a, 1, {"q"});
    d.publish_one(message_named("m1"));
    d.apply(disconnect{a});
    EXPECT_EQ(d.broker.next_deadline().steady, d.now.steady + d.bounds.session_grace);
    d.advance(d.bounds.session_grace);
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
}

TEST(Sessions, GiveUpTheirConsumersWhenTheyConnectAgain) {
    desk d;
    d.join(a, 5, {"q"});
    EXPECT_EQ(d.broker.queue("q")->consumers, 1u);
    d.apply(connect{a, true});
    EXPECT_TRUE(d.effect<effect::welcome>().resumed);
    EXPECT_EQ(d.broker.queue("q")->consumers, 0u);
    EXPECT_EQ(d.broker.stats().sessions, 2u);
    d.publish_one(message_named("m1"));
    EXPECT_TRUE(d.said.deliveries.empty());
}

TEST(Sessions, MakeRoomByForgettingTheLongestIdle) {
    limits bounds;
    bounds.sessions_max = 3;
    desk d{bounds};
    d.apply(connect{a});
    d.apply(connect{b});
    d.apply(connect{c});
    EXPECT_EQ(d.effect<effect::closed>().why, errc::too_many_sessions);
    d.apply(disconnect{b});
    d.advance(duration{1});
    d.apply(disconnect{a});
    d.apply(connect{c});
    EXPECT_FALSE(d.effect<effect::welcome>().resumed);
    d.apply(connect{a, true});
    EXPECT_TRUE(d.effect<effect::welcome>().resumed);
}

TEST(Sessions, AreRefusedWithoutConnect) {
    desk d;
    d.apply(get{a, {1}, {}});
    EXPECT_EQ(d.effect<effect::refused>().code, errc::invalid_argument);
    d.apply(connect{session_id{}});
    EXPECT_EQ(d.effect<effect::closed>().why, errc::invalid_argument);
}

TEST(Sessions, AreRememberedForTheirPublishes) {
    desk d;
    message const m = message_named("m1");
    d.publish_one(m);
    d.apply(disconnect{desk::publisher});
    d.advance(d.bounds.session_grace);
    d.advance(d.bounds.session_memory - duration{1});
    d.apply(connect{desk::publisher, true});
    d.apply(publish{desk::publisher, {1}, {1}, {1}, {&m, 1}});
    EXPECT_TRUE(d.effect<effect::published>().refused.empty());
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    d.apply(disconnect{desk::publisher});
    d.advance(d.bounds.session_grace);
    d.advance(d.bounds.session_memory);
    d.apply(connect{desk::publisher, true});
    EXPECT_FALSE(d.effect<effect::welcome>().resumed);
}

// A watch ends with its connection, and leaves nothing behind.
TEST(Sessions, LoseTheirWatchesWithTheConnection) {
    desk d;
    message m = message_named("m1");
    d.publish_one(m);
    d.apply(connect{a});
    d.apply(watch{a, {1}, {&m.id, 1}});
    d.apply(disconnect{a});
    d.apply(cancel{desk::publisher, {1}, {&m.id, 1}, {}});
    EXPECT_EQ(d.said.effects.size(), 1u);
}

} // namespace
} // namespace peyk::core
