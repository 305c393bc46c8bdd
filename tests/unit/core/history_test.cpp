#include "tests/unit/core/life_desk.hpp"

namespace peyk::core {
namespace {

message retried(std::uint16_t max_retries) {
    message m = task_named("m");
    m.retry = {.max_retries = max_retries, .base_ms = 1'000, .spread = jitter::none};
    return m;
}

TEST(History, TellsOfEachFailedRun) {
    life_desk d;
    wall_time const first = d.now.wall;
    d.run(retried(3));
    d.advance(duration{500});
    d.end_with(verdict::failure{some_error});
    d.run_again(duration{1'000});
    d.end_with(verdict::retry{d.now.wall + duration{10}, {"other", "", ""}});
    status const seen = d.whole("m");
    ASSERT_EQ(seen.history.size(), 2u);
    attempt const expected{
        "worker one", first, first + duration{500}, false, {"type", "text", "trace"}};
    EXPECT_EQ(seen.history[0], expected);
    EXPECT_EQ(seen.history[1].error.type, "other");
    d.expect_rebuilt();
}

TEST(History, TellsOfALostWorker) {
    life_desk d;
    d.run(retried(0));
    d.apply(disconnect{life_desk::worker});
    d.advance(d.bounds.session_grace);
    status const seen = d.whole("m");
    ASSERT_EQ(seen.history.size(), 1u);
    EXPECT_TRUE(seen.history[0].crash);
    EXPECT_EQ(seen.history[0].worker, "worker one");
    EXPECT_EQ(seen.counters.crashes, 1u);
    EXPECT_EQ(seen.counters.attempts, 0u);
    d.expect_rebuilt();
}

TEST(History, LeavesOutRunsThatDidNotFail) {
    life_desk d;
    d.run(retried(0));
    d.end_with(verdict::snooze{d.now.wall + duration{10}});
    d.run_again(duration{10});
    d.end_with(verdict::release{});
    ASSERT_TRUE(d.took());
    d.end_with(verdict::success{"r", "t"});
    EXPECT_TRUE(d.whole("m").history.empty());
    d.expect_rebuilt();
}

TEST(History, KeepsTheNewestRunsAndCutsTheirErrors) {
    limits bounds;
    bounds.history_max = 3;
    bounds.history_error_bytes_max = 4;
    life_desk d{bounds};
    message m = retried(9);
    m.retry.curve = backoff::fixed;
    d.run(m);
    for (char const* type : {"e1", "e2", "e3", "e4", "e5"}) {
        d.end_with(verdict::failure{{type, "longer", ""}});
        d.run_again(duration{1'000});
    }
    status const seen = d.whole("m");
    ASSERT_EQ(seen.history.size(), 3u);
    EXPECT_EQ(seen.history.front().error.type, "e3");
    EXPECT_EQ(seen.history.back().error.text, "lo");
    EXPECT_EQ(seen.error_text, "longer");
    d.expect_rebuilt();
}

TEST(History, StaysWithAResult) {
    life_desk d;
    d.run(retried(1));
    d.end_with(verdict::failure{some_error});
    d.run_again(duration{1'000});
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(d.whole("m").history.size(), 1u);
    d.expect_rebuilt();
}

TEST(MaxAge, EndsTheRetries) {
    life_desk d;
    message m = retried(9);
    m.max_age_s = 5;
    d.run(m);
    d.advance(duration{5'000});
    d.end_with(verdict::failure{some_error});
    d.run_again(duration{1'000});
    d.end_with(verdict::failure{some_error});
    status const seen = d.whole("m");
    EXPECT_EQ(seen.death, death::max_age);
    EXPECT_EQ(seen.counters.attempts, 2u);
    d.expect_rebuilt();
}

TEST(Retries, FollowTheListOfTheMessage) {
    life_desk d;
    std::uint32_t const delays[] = {10, 300};
    message m = retried(9);
    m.retry.curve = backoff::list;
    m.retry_delays_ms = delays;
    d.run(m);
    for (int const delay : {10, 300, 300}) {
        d.end_with(verdict::failure{some_error});
        d.advance(duration{delay - 1});
        EXPECT_TRUE(d.said.deliveries.empty());
        d.run_again(duration{1});
    }
    d.expect_rebuilt();
}

} // namespace
} // namespace peyk::core
