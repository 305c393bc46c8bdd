#include "tests/unit/core/queue_desk.hpp"

namespace peyk::core {
namespace {

message task(std::string_view word, std::string_view name, std::string_view queue = "q") {
    message m = message_named(word, queue);
    m.task = name;
    return m;
}

TEST(Holding, KeepsAQueueBackUntilItIsReleased) {
    queue_desk d;
    d.join(queue_desk::worker, 9, {"q", "r"});
    EXPECT_EQ(d.hold(hold_scope::queue, "q"), errc::ok);
    EXPECT_EQ(d.publish_code(message_named("m1")), errc::ok);
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.broker.queue("q")->held_until, never);
    EXPECT_EQ(d.broker.queue("q")->held_reason, "reason");
    d.publish_one(message_named("m2", "r"));
    EXPECT_TRUE(d.delivered("m2"));
    d.expect_rebuilt();
    EXPECT_EQ(d.broker.next_deadline().wall, never);
    EXPECT_EQ(d.release(hold_scope::queue, "q"), errc::ok);
    EXPECT_TRUE(d.delivered("m1"));
    EXPECT_EQ(d.release(hold_scope::queue, "q"), errc::unknown_hold);
    d.expect_rebuilt();
}

TEST(Holding, EndsAtItsTime) {
    queue_desk d;
    d.join(queue_desk::worker, 9, {"q"});
    d.hold(hold_scope::queue, "q", d.now.wall + duration{50});
    d.publish_one(message_named("m1"));
    EXPECT_EQ(d.broker.next_deadline().wall, d.now.wall + duration{50});
    d.advance(duration{49});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.advance(duration{1});
    EXPECT_TRUE(d.delivered("m1"));
    EXPECT_TRUE(d.broker.holds().empty());
    d.expect_rebuilt();
}

TEST(Holding, KeepsATaskBackInAllQueues) {
    queue_desk d;
    d.join(queue_desk::worker, 9, {"q", "r"});
    d.apply(set_hold{desk::publisher, {1}, hold_scope::task, "mail", never, {}});
    d.publish_one(task("m1", "mail"));
    d.publish_one(task("m2", "mail", "r"));
    EXPECT_TRUE(d.said.deliveries.empty());
    d.publish_one(task("m3", "other"));
    EXPECT_TRUE(d.delivered("m3"));
    d.publish_one(message_named("m4"));
    EXPECT_TRUE(d.delivered("m4"));
    d.expect_rebuilt();
    auto const again = d.restarted();
    again->apply(disconnect{queue_desk::worker, true});
    again->join({2, 2}, 9, {"q", "r"});
    EXPECT_EQ(again->said.deliveries.size(), 2u); // What came back; nothing that is held.
    EXPECT_EQ(d.release(hold_scope::task, "mail"), errc::ok);
    EXPECT_EQ(d.said.deliveries.size(), 2u);
}

TEST(Holding, KeepsBackWhatIsReadyAlready) {
    queue_desk d;
    d.publish_one(task("m1", "mail"));
    d.publish_one(task("m2", "other"));
    d.hold(hold_scope::task, "mail");
    d.join(queue_desk::worker, 9, {"q"});
    EXPECT_TRUE(d.delivered("m2"));
    message_id const id = id_of<message_id>("m1");
    d.apply(cancel{desk::publisher, {1}, {&id, 1}, "reason"});
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked);
    d.publish_one(task("m3", "mail"));
    d.publish_one(task("m4", "mail"));
    d.release(hold_scope::task, "mail");
    EXPECT_EQ(d.said.deliveries.size(), 2u);
}

TEST(Holding, KeepsPublishersOut) {
    queue_desk d;
    d.publish_one(message_named("m1"));
    d.hold(hold_scope::publishing, "q");
    refusal const no = d.publish_refused(message_named("m2"));
    EXPECT_EQ(no.code, errc::queue_draining);
    EXPECT_EQ(no.detail, "queue q: reason");
    EXPECT_TRUE(d.broker.queue("q")->draining);
    EXPECT_EQ(d.publish_code(message_named("m2", "r")), errc::ok);
    d.expect_rebuilt();
    EXPECT_EQ(d.restarted()->publish_code(message_named("m3")), errc::queue_draining);
    d.join(queue_desk::worker, 1, {"q"});
    EXPECT_TRUE(d.delivered("m1"));
    d.release(hold_scope::publishing, "q");
    EXPECT_EQ(d.publish_code(message_named("m3")), errc::ok);
}

TEST(Holding, WaitsForAQueueThatIsYetToCome) {
    queue_desk d;
    d.hold(hold_scope::queue, "q");
    d.hold(hold_scope::publishing, "r");
    d.join(queue_desk::worker, 1, {"q"});
    d.publish_one(message_named("m1"));
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.publish_code(message_named("m2", "r")), errc::queue_draining);
    EXPECT_EQ(d.broker.holds().size(), 2u);
}

TEST(Holding, ComesFromAWorkerThatIsToldToComeLater) {
    queue_desk d;
    d.join(queue_desk::worker, 9, {"q"});
    d.publish_one(task("m1", "mail"));
    wall_time const until = d.now.wall + duration{100};
    d.settle_one(queue_desk::worker, {{1}, 1}, verdict::rate_limited{until});
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.state_of("m1").counters.attempts, 0u);
    ASSERT_EQ(d.broker.holds().size(), 1u);
    EXPECT_EQ(d.broker.holds()[0].scope, hold_scope::task);
    EXPECT_EQ(d.broker.holds()[0].until, until);
    d.expect_rebuilt();
    d.advance(duration{100});
    EXPECT_TRUE(d.delivered("m1"));
}

TEST(Holding, KeepsTheLaterOfTwoTimes) {
    queue_desk d;
    d.join(queue_desk::worker, 9, {"q"});
    std::vector<message> batch;
    for (char const* word : {"m1", "m2", "m3"}) {
        batch.push_back(task(word, "mail"));
    }
    d.apply(publish{desk::publisher, {1}, {}, {}, batch});
    wall_time const late = d.now.wall + duration{100};
    d.settle_one(queue_desk::worker, {{1}, 1}, verdict::rate_limited{late - duration{50}});
    d.settle_one(queue_desk::worker, {{1}, 2}, verdict::rate_limited{late});
    d.settle_one(queue_desk::worker, {{1}, 3}, verdict::rate_limited{late - duration{20}});
    ASSERT_EQ(d.broker.holds().size(), 1u);
    EXPECT_EQ(d.broker.holds()[0].until, late);
    d.expect_rebuilt();
}

TEST(Holding, LeavesAnOperatorsHoldAlone) {
    queue_desk d;
    d.join(queue_desk::worker, 1, {"q"});
    d.publish_one(message_named("m1"));
    wall_time const until = d.now.wall + duration{100};
    d.hold(hold_scope::queue, "q", until);
    d.settle_one(queue_desk::worker,
                 {{1}, 1},
                 verdict::rate_limited{until + duration{100}, hold_scope::queue});
    EXPECT_EQ(d.broker.holds().at(0).until, until);
    EXPECT_EQ(d.broker.holds().at(0).reason, "reason");
    d.expect_rebuilt();
    auto const again = d.restarted();
    again->advance(duration{5'000});
    again->join({2, 2}, 1, {"q"});
    ASSERT_EQ(again->said.deliveries.size(), 1u);
    // One that came from a worker gives way to an operator's.
    again->settle_one({2, 2},
                      again->said.deliveries[0].token,
                      verdict::rate_limited{again->now.wall + duration{100}, hold_scope::queue});
    EXPECT_EQ(again->hold(hold_scope::queue, "q", again->now.wall + duration{10}), errc::ok);
    EXPECT_EQ(again->broker.holds().at(0).until, again->now.wall + duration{10});
}

TEST(Holding, OneTooManyMakesTheMessageWaitByItself) {
    limits bounds;
    bounds.holds_max = 1;
    queue_desk d{bounds};
    d.hold(hold_scope::queue, "elsewhere");
    d.join(queue_desk::worker, 9, {"q"});
    d.publish_one(task("m1", "mail"));
    d.settle_one(queue_desk::worker,
                 {{1}, 1},
                 verdict::rate_limited{d.now.wall + duration{100}});
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.broker.queue("q")->scheduled, 1u);
    EXPECT_EQ(d.state_of("m1").counters.attempts, 0u);
    d.expect_rebuilt();
    d.advance(duration{100});
    EXPECT_TRUE(d.delivered("m1"));
}

TEST(Holding, IsRefusedWhenItMeansNothing) {
    limits bounds;
    bounds.holds_max = 1;
    queue_desk d{bounds};
    EXPECT_EQ(d.hold(hold_scope::queue, "a b"), errc::invalid_queue_name);
    EXPECT_EQ(d.hold(hold_scope::publishing, ""), errc::invalid_queue_name);
    EXPECT_EQ(d.hold(hold_scope::task, ""), errc::invalid_argument);
    EXPECT_EQ(d.hold(hold_scope::queue, "q", d.now.wall), errc::invalid_argument);
    EXPECT_EQ(d.hold(hold_scope::queue, "q"), errc::ok);
    EXPECT_EQ(d.hold(hold_scope::queue, "q"), errc::ok);
    EXPECT_EQ(d.hold(hold_scope::queue, "r"), errc::too_many_holds);
    EXPECT_EQ(d.broker.holds().size(), 1u);
}

} // namespace
} // namespace peyk::core
