#include "tests/unit/core/life_desk.hpp"

namespace peyk::core {
namespace {

life_desk with_lease(std::uint32_t lease_ms, limits const& bounds = {}) {
    life_desk d{bounds};
    d.set("q", {.lease_ms = lease_ms});
    return d;
}

TEST(LeaseLimit, TakesBackWhatIsHeldTooLong) {
    life_desk d = with_lease(1'000);
    d.run(task_named("m"));
    d.advance(duration{999});
    EXPECT_TRUE(d.said.effects.empty());
    delivery_token const first = d.held;
    d.advance(duration{1});
    EXPECT_EQ(d.effect<effect::recalled>().tokens.at(0), first);
    EXPECT_EQ(d.effect<effect::recalled>().session, life_desk::worker);
    ASSERT_TRUE(d.took());
    EXPECT_NE(d.held, first);
    EXPECT_EQ(d.whole("m").counters.crashes, 1u);
    ASSERT_EQ(d.whole("m").history.size(), 1u);
    EXPECT_TRUE(d.whole("m").history[0].crash);
    d.settle_one(life_desk::worker, first, verdict::success{});
    EXPECT_EQ(d.effect<effect::settled>().refused.size(), 1u);
    d.expect_rebuilt();
}

TEST(LeaseLimit, CostsNothingBeforeTheStart) {
    life_desk d = with_lease(1'000);
    d.publish_one(task_named("m"));
    d.advance(duration{1'000});
    EXPECT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.whole("m").counters.crashes, 0u);
    EXPECT_TRUE(d.whole("m").history.empty());
    d.expect_rebuilt();
}

TEST(LeaseLimit, IsRenewedByExtending) {
    life_desk d = with_lease(1'000);
    d.run(task_named("m"));
    d.advance(duration{900});
    d.apply(extend{life_desk::worker, {1}, {&d.held, 1}});
    d.advance(duration{999});
    EXPECT_TRUE(d.said.effects.empty());
    d.advance(duration{1});
    EXPECT_EQ(d.effect<effect::recalled>().tokens.size(), 1u);
}

TEST(LeaseLimit, EndsAtTheCrashLimit) {
    limits bounds;
    bounds.max_crashes = 1;
    life_desk d = with_lease(1'000, bounds);
    d.run(task_named("m"));
    d.run_again(duration{1'000});
    d.advance(duration{1'000});
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.whole("m").death, death::crash_limit);
    d.expect_rebuilt();
}

TEST(LeaseLimit, BeginsAnewWithTheBroker) {
    life_desk d = with_lease(1'000);
    d.run(task_named("m"));
    desk after{d.bounds, false};
    d.replay_into(after);
    after.now.wall += duration{100'000};
    after.wake();
    held_delivery const held{d.held, id_of<message_id>("m"), true};
    after.apply(connect{life_desk::worker, true, {}, {}, {&held, 1}});
    after.advance(duration{999});
    EXPECT_TRUE(after.said.effects.empty());
    after.advance(duration{1});
    EXPECT_EQ(after.effect<effect::recalled>().tokens.at(0), d.held);
}

TEST(RateLimited, HoldsTheScopeAndCostsNothing) {
    life_desk d;
    d.run(task_named("m"));
    d.end_with(verdict::rate_limited{d.now.wall + duration{500}, hold_scope::task});
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    message other = task_named("other");
    other.task = "else";
    d.publish_one(other);
    ASSERT_TRUE(d.took());
    d.end_with(verdict::success{});
    d.advance(duration{499});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.advance(duration{1});
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.whole("m").counters.attempts, 0u);
    EXPECT_TRUE(d.whole("m").history.empty());
    d.expect_rebuilt();
}

TEST(RateLimited, HoldsTheQueueOfAPlainMessage) {
    life_desk d;
    d.run(message_named("m"));
    d.end_with(verdict::rate_limited{d.now.wall + duration{500}, hold_scope::task});
    EXPECT_EQ(d.broker.queue("q")->held_until, d.now.wall + duration{500});
    d.advance(duration{500});
    EXPECT_EQ(d.said.deliveries.size(), 1u);
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
