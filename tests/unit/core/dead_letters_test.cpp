#include "tests/unit/core/life_desk.hpp"

namespace peyk::core {
namespace {

TEST(DeadLetters, HoldEveryFinalFailureWithItsReason) {
    struct row {
        any_verdict how;
        death why;
    };
    row const rows[] = {{verdict::failure{some_error}, death::retries_exhausted},
                        {verdict::failure{some_error, true}, death::permanent_failure},
                        {verdict::dead{some_error}, death::asked}};
    for (row const& r : rows) {
        for (bool const keep : {true, false}) {
            life_desk d;
            message m = task_named("m");
            m.result.keep = keep;
            m.content = "content";
            d.run(m);
            d.end_with(r.how);
            status const seen = d.whole("m");
            EXPECT_EQ(seen.state, visible_state::failure);
            EXPECT_EQ(seen.detail, visible_detail::dead);
            EXPECT_EQ(seen.death, r.why);
            EXPECT_EQ(seen.error_type, "type");
            EXPECT_EQ(seen.history.size(), 1u);
            EXPECT_EQ(d.broker.queue("q")->dead, 1u);
            d.expect_rebuilt();
        }
    }
}

TEST(DeadLetters, HoldWhatTookDownTooManyWorkers) {
    limits bounds;
    bounds.max_crashes = 0;
    life_desk d{bounds};
    d.run(task_named("m"));
    d.apply(disconnect{life_desk::worker});
    d.advance(bounds.session_grace);
    status const seen = d.whole("m");
    EXPECT_EQ(seen.death, death::crash_limit);
    EXPECT_EQ(seen.error_type, "crash_limit");
    ASSERT_EQ(seen.history.size(), 1u);
    EXPECT_TRUE(seen.history[0].crash);
    d.expect_rebuilt();
}

TEST(DeadLetters, GoWhereThePolicySays) {
    life_desk d;
    d.set("q", {.dead_letter = "graveyard"});
    d.run(task_named("m"));
    d.end_with(verdict::failure{some_error});
    status const seen = d.whole("m");
    EXPECT_EQ(seen.queue, "graveyard");
    EXPECT_EQ(seen.origin, "q");
    EXPECT_EQ(d.broker.queue("graveyard")->dead, 1u);
    EXPECT_EQ(d.broker.queue("q")->dead, 0u);
    d.expect_rebuilt();
}

TEST(DeadLetters, AreNotKeptWhereNobodyWantsThem) {
    for (bool const keep : {true, false}) {
        life_desk d;
        d.set("q", {.dead_letter = "-"});
        message m = task_named("m");
        m.result.keep = keep;
        d.run(m);
        d.end_with(verdict::failure{some_error});
        status const seen = d.whole("m");
        EXPECT_EQ(seen.state, keep ? visible_state::failure : visible_state::unknown);
        EXPECT_EQ(seen.detail, visible_detail::none);
        EXPECT_EQ(seen.death, death::none);
        EXPECT_EQ(seen.history.size(), keep ? 1u : 0u);
        EXPECT_EQ(d.broker.queue("q")->dead, 0u);
        d.expect_rebuilt();
    }
}

TEST(DeadLetters, OfACrashThatIsNotKeptWereNotSettled) {
    limits bounds;
    bounds.max_crashes = 0;
    life_desk d{bounds};
    d.set("q", {.lease_ms = 100, .dead_letter = "-"});
    message m = task_named("m");
    m.result.keep = false;
    d.run(m);
    d.advance(duration{100});
    EXPECT_EQ(d.broker.stats().messages, 0u);
    desk after{bounds, false};
    d.replay_into(after);
    after.wake();
    after.apply(connect{life_desk::worker, true});
    after.settle_one(life_desk::worker, d.held, verdict::success{});
    EXPECT_EQ(after.effect<effect::settled>().refused.size(), 1u);
}

TEST(DeadLetters, AreForgottenWhenThereAreTooMany) {
    life_desk d;
    d.set("q", {.dead_max = 2});
    for (char const* word : {"m1", "m2", "m3"}) {
        d.run(task_named(word));
        d.advance(duration{1});
        d.end_with(verdict::failure{some_error});
    }
    EXPECT_EQ(d.broker.queue("q")->dead, 2u);
    EXPECT_EQ(d.whole("m1").state, visible_state::unknown);
    EXPECT_EQ(d.whole("m3").state, visible_state::failure);
    d.expect_rebuilt();
}

TEST(DeadLetters, AreForgottenWhenTheirTimeIsOver) {
    life_desk d;
    d.set("q", {.dead_ttl_s = 60});
    d.run(task_named("m"));
    d.end_with(verdict::failure{some_error});
    d.advance(duration{59'999});
    EXPECT_EQ(d.whole("m").state, visible_state::failure);
    d.advance(duration{1});
    EXPECT_EQ(d.whole("m").state, visible_state::unknown);
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
