// Why a message does not run: every reason there is, from the broker that has it.

#include "tests/unit/core/control_desk.hpp"

namespace peyk::core {
namespace {

constexpr session_id second{3, 1};

TEST(Explaining, Unknown) {
    control_desk const d;
    EXPECT_EQ(d.kind(), obstacle_kind::unknown);
}

TEST(Explaining, Final) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    d.settle(d.last_delivery(), verdict::success{});
    EXPECT_EQ(d.kind(), obstacle_kind::final);
}

TEST(Explaining, ReservedThenRunning) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    delivery_token const token = d.last_delivery();
    EXPECT_EQ(d.kind(), obstacle_kind::reserved);
    EXPECT_EQ(d.why().name, "w1");
    d.begin(token);
    EXPECT_EQ(d.kind(), obstacle_kind::running);
    EXPECT_EQ(d.why().name, "w1");
}

TEST(Explaining, ScheduledThenRetry) {
    control_desk d;
    message m = message_named("m");
    m.eta = d.now.wall + duration{5'000};
    m.retry.max_retries = 1;
    m.task = "t";
    d.publish_one(m);
    EXPECT_EQ(d.kind(), obstacle_kind::scheduled);
    EXPECT_EQ(d.why().until, m.eta);
    d.join_for("t", 1);
    d.advance(duration{5'000});
    wall_time const again = d.now.wall + duration{9'000};
    d.settle(d.last_delivery(), verdict::retry{again, {"type", "text", {}}});
    EXPECT_EQ(d.kind(), obstacle_kind::retry);
    EXPECT_EQ(d.why().until, again);
}

TEST(Explaining, UniqueKey) {
    control_desk d;
    d.join_for("t", 1);
    message m = message_named("first");
    m.task = "t";
    m.unique = {.key = "key", .conflict = on_conflict::keep_last};
    d.publish_one(m);
    m.id = id_of<message_id>("m");
    d.publish_one(m);
    EXPECT_EQ(d.kind(), obstacle_kind::unique_key);
    EXPECT_EQ(d.why().name, "key");
    EXPECT_EQ(d.why().by, id_of<message_id>("first"));
}

TEST(Explaining, Settling) {
    control_desk d;
    d.join_for("t", 0);
    d.publish_task("m");
    auto const again = d.restarted();
    obstacle const o = again->broker.why(id_of<message_id>("m"), again->now);
    EXPECT_EQ(o.kind, obstacle_kind::settling);
    EXPECT_EQ(o.until, again->now.wall + d.bounds.settling);
}

TEST(Explaining, QueueHeld) {
    control_desk d;
    d.join_for("t", 1);
    d.hold(hold_scope::queue, "q", d.now.wall + duration{7'000});
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::queue_held);
    EXPECT_EQ(d.why().name, "q");
    EXPECT_EQ(d.why().reason, "reason");
    EXPECT_EQ(d.why().until, d.now.wall + duration{7'000});
}

TEST(Explaining, TaskHeld) {
    control_desk d;
    d.join_for("t", 1);
    d.hold(hold_scope::task, "t");
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::task_held);
    EXPECT_EQ(d.why().name, "t");
    EXPECT_EQ(d.why().until, never);
}

TEST(Explaining, KeyHeld) {
    control_desk d;
    d.join_for("t", 1);
    message m = message_named("m");
    m.task = "t";
    m.placement.limit_key = "tenant=7";
    EXPECT_EQ(d.hold(hold_scope::key, "tenant=7"), errc::ok);
    d.publish_one(m);
    EXPECT_EQ(d.kind(), obstacle_kind::key_held);
    EXPECT_EQ(d.why().name, "tenant=7");
}

TEST(Explaining, OrderingKey) {
    control_desk d;
    d.join_for("t", 5);
    message m = message_named("first");
    m.task = "t";
    m.placement.ordering_key = "order-17";
    d.publish_one(m);
    m.id = id_of<message_id>("m");
    d.publish_one(m);
    EXPECT_EQ(d.kind(), obstacle_kind::ordering_key);
    EXPECT_EQ(d.why().name, "order-17");
    EXPECT_EQ(d.why().by, id_of<message_id>("first"));
}

TEST(Explaining, NobodyReads) {
    control_desk d;
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::nobody_reads);
    EXPECT_EQ(d.why().name, "q");
    d.join_for("t", 0);
    EXPECT_NE(d.kind(), obstacle_kind::nobody_reads);
    d.apply(disconnect{control_desk::worker, false});
    EXPECT_EQ(d.kind(), obstacle_kind::nobody_reads);
}

TEST(Explaining, NobodyAnnounces) {
    control_desk d;
    d.join_for("other", 1);
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::nobody_announces);
    EXPECT_EQ(d.why().name, "t");
}

TEST(Explaining, Labels) {
    control_desk d;
    d.join_for("t", 1);
    message m = message_named("m");
    m.task = "t";
    std::string_view const labels[] = {"gpu=a100", "region=eu"};
    m.placement.labels = labels;
    d.publish_one(m);
    EXPECT_EQ(d.kind(), obstacle_kind::labels);
    EXPECT_EQ(d.why().name, "gpu=a100, region=eu");
}

TEST(Explaining, RateLimit) {
    control_desk d;
    d.join_for("t", 9);
    d.limit({.task = "t"}, {.rate = rate{1'000, 60}});
    d.publish_task("first");
    d.publish_task("m");
    obstacle const o = d.why();
    EXPECT_EQ(o.kind, obstacle_kind::rate_limit);
    EXPECT_EQ(o.name, "t");
    EXPECT_EQ(o.limited.task, "t");
    EXPECT_EQ(o.limit.rate, (rate{1'000, 60}));
    EXPECT_EQ(o.until, d.now.wall + duration{60'000});
    EXPECT_EQ(describe(o, d.now.wall), "rate limit t 1/m, next token in 1 min");
}

TEST(Explaining, RateLimitOfEachWorker) {
    control_desk d;
    d.limit({.task = "t"}, {.rate = rate{1'000, 60}, .per_worker = true});
    d.join_for("t", 9);
    d.publish_task("first");
    d.advance(duration{10'000});
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::rate_limit);
    d.join_for("t", 9, second);
    EXPECT_EQ(d.kind(), obstacle_kind::reserved);
    d.publish_task("next");
    EXPECT_EQ(d.why("next").until, d.now.wall + duration{50'000}) << "the first worker's";
}

TEST(Explaining, ConcurrencyLimitOfAKey) {
    control_desk d;
    d.join_for("t", 9);
    d.limit({.key = "tenant=*"}, {.concurrency = 1});
    message m = message_named("first");
    m.task = "t";
    m.placement.limit_key = "tenant=7";
    d.publish_one(m);
    m.id = id_of<message_id>("m");
    d.publish_one(m);
    obstacle const o = d.why();
    EXPECT_EQ(o.kind, obstacle_kind::concurrency_limit);
    EXPECT_EQ(o.name, "key tenant=7");
    EXPECT_EQ(o.limited.key, "tenant=*");
    EXPECT_EQ(o.running, 1u);
    EXPECT_EQ(describe(o, d.now.wall), "concurrency limit key tenant=7 1, 1 running");
}

TEST(Explaining, LimitOfTheOneBefore) {
    control_desk d;
    d.join_for("t", 9);
    d.limit({.task = "t"}, {.rate = rate{1'000, 60}, .burst = 3});
    message dear = message_named("dear");
    dear.task = "t";
    dear.placement.cost = 3;
    d.publish_task("first");
    d.publish_one(dear);
    d.publish_task("m");
    EXPECT_EQ(d.kind("dear"), obstacle_kind::rate_limit);
    EXPECT_EQ(d.kind("m"), obstacle_kind::rate_limit);
    EXPECT_EQ(d.why("m").until, d.why("dear").until);
}

TEST(Explaining, SlowReaders) {
    control_desk d;
    d.join_for("t", 1);
    d.said.clear();
    d.broker.set_stalled(control_desk::worker, true, d.now, d.said);
    d.publish_task("m");
    EXPECT_EQ(d.kind(), obstacle_kind::slow_readers);
    EXPECT_EQ(d.why().workers, 1u);
}

TEST(Explaining, BehindOthers) {
    control_desk d;
    d.join_for("t", 1);
    d.join_for("t", 1, second);
    for (auto const* const word : {"a", "b", "c", "d", "m"}) {
        d.publish_task(word);
    }
    d.advance(duration{10'000});
    obstacle const o = d.why();
    EXPECT_EQ(o.kind, obstacle_kind::behind_others);
    EXPECT_EQ(o.ahead, 2u);
    EXPECT_FALSE(o.more_ahead);
    EXPECT_EQ(o.workers, 2u);
    EXPECT_EQ(o.expected, duration{15'000}) << "two in ten seconds, three to go";
    EXPECT_EQ(describe(o, d.now.wall), "2 messages go before it, 2 workers, about 15 s");
}

TEST(Explaining, BehindOthersByThePaceOfTheLastMinutes) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("a");
    d.publish_task("m");
    d.live(duration{60'000});
    std::ignore = d.samples();
    d.live(duration{60'000});
    EXPECT_EQ(d.why().expected, duration{120'000});
    std::ignore = d.samples();
    d.live(duration{60'000});
    EXPECT_EQ(d.why().kind, obstacle_kind::behind_others);
    EXPECT_EQ(d.why().expected, duration{0}) << "nothing was delivered for two minutes";
}

TEST(Explaining, BehindOthersCountsOnlySoFar) {
    limits bounds;
    bounds.sweep_visits_max = 3;
    control_desk d{bounds};
    d.join_for("t", 0);
    for (auto const* const word : {"a", "b", "c", "d", "m"}) {
        d.publish_task(word);
    }
    EXPECT_EQ(d.why().ahead, 3u);
    EXPECT_TRUE(d.why().more_ahead);
}

TEST(Explaining, None) {
    control_desk d;
    d.join_for("t", 9);
    d.limit({.task = "t"}, {.rate = rate{10'000, 60}});
    d.publish_task("first");
    d.publish_task("m");
    d.now.wall += duration{6'000};
    d.now.steady += duration{6'000};
    EXPECT_EQ(d.kind(), obstacle_kind::none) << "its token is there, advance() hands it out";
    d.advance(duration{0});
    EXPECT_EQ(d.kind(), obstacle_kind::reserved);
}

} // namespace
} // namespace peyk::core
