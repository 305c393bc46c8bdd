#include "tests/unit/core/life_desk.hpp"

namespace peyk::core {
namespace {

void bury(life_desk& d, message const& m) {
    d.run(m);
    d.end_with(verdict::failure{some_error});
}

void redrive_one(life_desk& d, std::string_view word, std::string_view to, bool reset) {
    message_id const id = id_of<message_id>(word);
    d.apply(redrive{desk::publisher, {1}, {&id, 1}, to, reset});
}

TEST(Redriving, DeliversADeadLetterAgain) {
    life_desk d;
    message m = task_named("m");
    m.content = "content";
    bury(d, m);
    redrive_one(d, "m", {}, false);
    EXPECT_TRUE(d.effect<effect::redriven>().refused.empty());
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].content_bytes, 7u);
    ASSERT_TRUE(d.took());
    status const seen = d.whole("m");
    EXPECT_EQ(seen.state, visible_state::pending);
    EXPECT_EQ(seen.death, death::none);
    EXPECT_EQ(seen.error_type, "");
    EXPECT_EQ(seen.finished, unset);
    EXPECT_EQ(seen.counters.attempts, 1u);
    EXPECT_EQ(seen.history.size(), 1u);
    d.expect_rebuilt();
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(d.whole("m").state, visible_state::success);
    d.expect_rebuilt();
}

TEST(Redriving, GivesNewTriesIfAsked) {
    life_desk d;
    message m = task_named("m");
    m.retry.max_retries = 0;
    bury(d, m);
    redrive_one(d, "m", {}, true);
    ASSERT_TRUE(d.took());
    EXPECT_EQ(d.whole("m").counters.attempts, 0u);
    d.end_with(verdict::failure{some_error});
    EXPECT_EQ(d.whole("m").counters.attempts, 1u);
    EXPECT_EQ(d.whole("m").history.size(), 2u);
    d.expect_rebuilt();
}

TEST(Redriving, CanGoToAnotherQueue) {
    life_desk d;
    bury(d, task_named("m"));
    redrive_one(d, "m", "other", false);
    EXPECT_TRUE(d.said.deliveries.empty());
    EXPECT_EQ(d.broker.queue("other")->ready, 1u);
    EXPECT_EQ(d.broker.queue("q")->dead, 0u);
    d.expect_rebuilt();
}

TEST(Redriving, LeavesBehindAnExpiryThatPassed) {
    life_desk d;
    message m = task_named("m");
    m.expires = d.now.wall + duration{100};
    bury(d, m);
    d.advance(duration{200});
    redrive_one(d, "m", {}, false);
    EXPECT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.whole("m").expires, unset);
    d.expect_rebuilt();
}

TEST(Redriving, TakesTheUniqueKeyAgainUnlessAnotherHasIt) {
    for (bool const taken : {true, false}) {
        life_desk d;
        message m = task_named("m");
        m.unique.key = "key";
        bury(d, m);
        message other = task_named("other", "elsewhere");
        other.unique.key = "key";
        if (taken) {
            d.publish_one(other);
            ASSERT_TRUE(d.effect<effect::published>().refused.empty());
        }
        redrive_one(d, "m", {}, false);
        EXPECT_EQ(d.said.deliveries.size(), 1u);
        message third = task_named("third", "elsewhere");
        third.unique.key = "key";
        d.publish_one(third);
        auto const& answer = d.effect<effect::published>();
        ASSERT_EQ(answer.refused.size(), 1u);
        EXPECT_EQ(answer.refused[0].existing, taken ? other.id : m.id);
        d.expect_rebuilt();
    }
}

queue_settings one_message(overflow then) {
    queue_settings s;
    s.max_length = 1;
    s.overflow = then;
    return s;
}

refusal refused_redrive(life_desk& d, std::string_view word, std::string_view to = {}) {
    redrive_one(d, word, to, false);
    auto const& refused = d.effect<effect::redriven>().refused;
    return refused.empty() ? refusal{} : refused.at(0);
}

TEST(Redriving, ObeysTheLimitsOfTheQueue) {
    life_desk d;
    d.set("full", one_message(overflow::reject));
    bury(d, task_named("m"));
    d.publish_one(task_named("other", "full"));
    refusal const no = refused_redrive(d, "m", "full");
    EXPECT_EQ(no.code, errc::queue_full);
    EXPECT_EQ(no.detail, "queue full: max_length 1");
    EXPECT_EQ(d.broker.queue("q")->dead, 1u);
    EXPECT_EQ(d.broker.queue("full")->ready, 1u);
    d.expect_rebuilt();
}

TEST(Redriving, MakesRoomAsThePolicySays) {
    for (overflow const then : {overflow::drop_oldest, overflow::dead_letter}) {
        life_desk d;
        d.set("full", one_message(then));
        bury(d, task_named("m"));
        d.publish_one(task_named("other", "full"));
        EXPECT_EQ(refused_redrive(d, "m", "full").code, errc::ok);
        EXPECT_EQ(d.broker.queue("full")->ready, 1u);
        EXPECT_EQ(d.broker.queue("full")->dead, then == overflow::dead_letter ? 1u : 0u);
        EXPECT_EQ(d.whole("m").state, visible_state::pending);
        d.expect_rebuilt();
    }
}

TEST(Redriving, OfTheOldestDeadLetterIsNotForgottenForTheRoomItMakes) {
    life_desk d;
    bury(d, task_named("m"));
    d.apply(unsubscribe{life_desk::worker, {1}, {1}});
    d.publish_one(task_named("other"));
    queue_settings s = one_message(overflow::dead_letter);
    s.dead_max = 1;
    d.set("q", s);
    EXPECT_EQ(refused_redrive(d, "m").code, errc::ok);
    EXPECT_EQ(d.broker.queue("q")->dead, 1u);
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    EXPECT_EQ(d.whole("m").state, visible_state::pending);
    d.expect_rebuilt();
}

TEST(Redriving, WaitsUntilTheQueueMayBePublishedInto) {
    life_desk d;
    bury(d, task_named("m"));
    d.apply(set_hold{desk::publisher, {1}, hold_scope::publishing, "q", never, "closing"});
    refusal const no = refused_redrive(d, "m");
    EXPECT_EQ(no.code, errc::queue_draining);
    EXPECT_EQ(no.detail, "queue q: closing");
    EXPECT_EQ(d.broker.queue("q")->dead, 1u);
}

TEST(Redriving, IsForDeadLettersOnly) {
    life_desk d;
    d.run(task_named("m"));
    redrive_one(d, "m", {}, false);
    ASSERT_EQ(d.effect<effect::redriven>().refused.size(), 1u);
    EXPECT_EQ(d.effect<effect::redriven>().refused[0].code, errc::not_dead);
    redrive_one(d, "nobody", {}, false);
    EXPECT_EQ(d.effect<effect::redriven>().refused[0].code, errc::unknown_message);
}

} // namespace
} // namespace peyk::core
