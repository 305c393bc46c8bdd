#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

#include <map>

namespace peyk::core {
namespace {

constexpr session_id a{2, 1};
constexpr session_id b{2, 2};

TEST(Delivering, ServesConsumersInTurn) {
    desk d;
    d.join(a, 100, {"q"});
    d.join(b, 100, {"q"});
    std::vector<message> batch;
    for (char const* word : {"m1", "m2", "m3", "m4", "m5", "m6"}) {
        batch.push_back(message_named(word));
    }
    d.apply(publish{desk::publisher, {1}, {}, {}, batch});
    std::map<session_id, int> got;
    for (delivery const& one : d.said.deliveries) {
        ++got[one.session];
    }
    EXPECT_EQ(got[a], 3);
    EXPECT_EQ(got[b], 3);
}

TEST(Delivering, TakesTheBestOfABatchOverAllQueues) {
    desk d;
    d.join(a, 1, {"low", "high"});
    std::vector<message> batch{message_named("m1", "low"), message_named("m2", "high")};
    batch[1].priority = 9;
    d.apply(publish{desk::publisher, {1}, {}, {}, batch});
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].message.id, batch[1].id);
}

TEST(Delivering, NeverHappensAfterExpiryEvenIfTimeWasNotAdvanced) {
    desk d;
    message m = message_named("m1");
    m.expires = d.now.wall + duration{10};
    d.publish_one(m);
    d.now.wall += duration{10};
    d.join(a, 1, {"q"});
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.broker.stats().messages, 0u);
}

TEST(Delivering, NeverUsesATokenTwice) {
    desk d;
    d.publish_one(message_named("m1"));
    d.join(a, 1, {"q"});
    delivery_token last;
    for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(d.said.deliveries.size(), 1u);
        delivery_token const token = d.said.deliveries[0].token;
        EXPECT_GT(token, last);
        last = token;
        d.settle_one(a, token, verdict::release{});
    }
}

TEST(Delivering, LowersCreditWithoutTakingAnythingBack) {
    desk d;
    d.join(a, 2, {"q"});
    for (char const* word : {"m1", "m2", "m3"}) {
        d.publish_one(message_named(word));
    }
    EXPECT_EQ(d.broker.queue("q")->leased, 2u);
    d.apply(set_credit{a, {1}, {1}, 1});
    d.settle_one(a, {{1}, 1}, verdict::success{});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.settle_one(a, {{1}, 2}, verdict::success{});
    EXPECT_EQ(d.said.deliveries.size(), 1u);
}

TEST(Delivering, CountsWhatASessionStillHoldsAgainstItsNewConsumer) {
    desk d;
    d.join(a, 2, {"q"});
    for (char const* word : {"m1", "m2", "m3"}) {
        d.publish_one(message_named(word));
    }
    held_delivery const held[] = {{{{1}, 1}, id_of<message_id>("m1")},
                                  {{{1}, 2}, id_of<message_id>("m2")}};
    desk again{{}, false};
    d.replay_into(again);
    again.broker.recovered(again.now, again.said);
    again.keep();
    again.apply(connect{a, true, {}, {}, held});
    std::string_view const queues[] = {"q"};
    again.apply(subscribe{a, {1}, {1}, 2, queues, {}});
    EXPECT_TRUE(again.said.deliveries.empty());
    again.settle_one(a, {{1}, 1}, verdict::success{});
    EXPECT_EQ(again.said.deliveries.size(), 1u);
}

TEST(Delivering, RefusesAForeignLease) {
    desk d;
    d.publish_one(message_named("m1"));
    d.join(a, 1, {"q"});
    delivery_token const token = d.said.deliveries.at(0).token;
    d.join(b, 1, {"q"});
    d.settle_one(b, token, verdict::success{});
    auto const& answer = d.effect<effect::settled>();
    ASSERT_EQ(answer.refused.size(), 1u);
    EXPECT_EQ(answer.refused[0].code, errc::unknown_delivery);
    EXPECT_EQ(d.broker.stats().stale_settles, 1u);
    d.apply(extend{b, {1}, {&token, 1}});
    EXPECT_EQ(d.effect<effect::extended>().lost.size(), 1u);
    d.apply(extend{a, {1}, {&token, 1}});
    EXPECT_TRUE(d.effect<effect::extended>().lost.empty());
}

} // namespace
} // namespace peyk::core
