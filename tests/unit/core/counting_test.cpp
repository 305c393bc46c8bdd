// What is counted of each queue and each task.

#include "tests/unit/core/control_desk.hpp"

namespace peyk::core {
namespace {

constexpr auto of_queue = series_kind::queue;
constexpr auto of_task = series_kind::task;

// Within what a histogram knows.
void expect_about(duration known, duration wanted) {
    EXPECT_NEAR(static_cast<double>(known.count()),
                static_cast<double>(wanted.count()),
                0.12 * static_cast<double>(wanted.count()) + 0.5);
}

TEST(Counting, OfALife) {
    control_desk d;
    d.publish_task("m");
    d.advance(duration{2'000});
    d.join_for("t", 1);
    d.advance(duration{1'000});
    d.begin({{1}, 1});
    d.advance(duration{500});
    d.settle({{1}, 1}, verdict::success{});
    auto const taken = d.samples();
    EXPECT_EQ(taken.size(), 2u);
    for (sample const& s : {d.of(taken, of_queue, "q"), d.of(taken, of_task, "t")}) {
        EXPECT_EQ(s.published, 1u);
        EXPECT_EQ(s.delivered, 1u);
        EXPECT_EQ(s.succeeded, 1u);
        EXPECT_EQ(s.failed + s.retried + s.revoked + s.crashed, 0u);
        EXPECT_EQ(s.waited.count(), 1u);
        expect_about(s.waited.quantile(1), duration{2'000});
        EXPECT_EQ(s.ran.count(), 1u);
        expect_about(s.ran.quantile(1), duration{500});
    }
    EXPECT_TRUE(d.samples().empty()) << "they were taken";
}

TEST(Counting, OfPlainMessagesIsTheirQueues) {
    control_desk d;
    d.publish_one(message_named("m"));
    auto const taken = d.samples();
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0].kind, of_queue);
    EXPECT_EQ(taken[0].name, "q");
}

TEST(Counting, OfEveryEnd) {
    control_desk d;
    d.join_for("t", 9);
    for (auto const* const word : {"a", "b", "c", "d", "e", "f"}) {
        message m = message_named(word);
        m.task = "t";
        m.retry.max_retries = *word == 'a' ? 1 : 0;
        m.max_crashes = 1;
        d.publish_one(m);
    }
    d.begin({{1}, 5});
    d.settle({{1}, 1}, verdict::failure{{"type", {}, {}}});
    d.settle({{1}, 2}, verdict::failure{{"type", {}, {}}});
    d.settle({{1}, 3}, verdict::drop{});
    d.settle({{1}, 4}, verdict::release{});
    message_id const id = id_of<message_id>("f");
    d.apply(cancel{desk::publisher, {1}, {&id, 1}, "why"});
    d.apply(disconnect{control_desk::worker, false});
    d.advance(d.bounds.session_grace);
    sample const s = d.of(d.samples(), of_task, "t");
    EXPECT_EQ(s.published, 6u);
    EXPECT_EQ(s.delivered, 7u) << "one was handed back, and came again";
    EXPECT_EQ(s.retried, 1u);
    EXPECT_EQ(s.failed, 1u);
    EXPECT_EQ(s.succeeded, 1u) << "dropped by its worker: it is done with";
    EXPECT_EQ(s.revoked, 1u);
    EXPECT_EQ(s.crashed, 1u);
    EXPECT_EQ(s.ran.count(), 3u) << "of those settled for good or ill";
}

TEST(Counting, OfTheLastCrashIsAFailureToo) {
    control_desk d;
    queue_settings settings;
    settings.max_crashes = 0;
    settings.dead_letter = "graves";
    d.set("q", settings);
    d.join_for("t", 1);
    d.publish_task("m");
    d.begin({{1}, 1});
    d.apply(disconnect{control_desk::worker, false});
    d.advance(d.bounds.session_grace);
    auto const taken = d.samples();
    EXPECT_EQ(d.of(taken, of_queue, "q").crashed, 1u);
    EXPECT_EQ(d.of(taken, of_queue, "q").failed, 1u);
    EXPECT_TRUE(d.of(taken, of_queue, "graves").empty()) << "it died elsewhere";
}

TEST(Counting, WaitingBeginsWhenItIsReady) {
    control_desk d;
    message m = message_named("m");
    m.task = "t";
    m.eta = d.now.wall + duration{20'000};
    d.publish_one(m);
    d.advance(duration{20'000});
    d.advance(duration{100});
    d.join_for("t", 1);
    expect_about(d.of(d.samples(), of_task, "t").waited.quantile(1), duration{100});
    d.advance(duration{20'000});
    d.settle({{1}, 1}, verdict::release{});
    expect_about(d.of(d.samples(), of_task, "t").waited.quantile(1), duration{0});
    d.apply(set_credit{control_desk::worker, {1}, {1}, 0});
    d.settle({{1}, 2}, verdict::release{});
    d.advance(duration{400});
    d.apply(set_credit{control_desk::worker, {1}, {1}, 1});
    expect_about(d.of(d.samples(), of_task, "t").waited.quantile(1), duration{400});
}

TEST(Counting, WaitingOfARedrivenOneBeginsAnew) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    d.settle({{1}, 1}, verdict::dead{});
    d.apply(set_credit{control_desk::worker, {1}, {1}, 0});
    d.advance(duration{20'000});
    std::ignore = d.samples();
    message_id const id = id_of<message_id>("m");
    d.apply(redrive{desk::publisher, {1}, {&id, 1}});
    d.advance(duration{300});
    d.apply(set_credit{control_desk::worker, {1}, {1}, 1});
    expect_about(d.of(d.samples(), of_task, "t").waited.quantile(1), duration{300});
}

TEST(Counting, OfTooManyNamesIsTogether) {
    limits bounds;
    bounds.series_max = 2;
    control_desk d{bounds};
    for (auto const* const word : {"a", "b", "c"}) {
        d.publish_task(word, word);
    }
    auto const taken = d.samples();
    EXPECT_EQ(taken.size(), 3u);
    EXPECT_EQ(d.of(taken, of_queue, "q").published, 3u);
    EXPECT_EQ(d.of(taken, of_task, "a").published, 1u);
    EXPECT_EQ(d.of(taken, of_task, "(others)").published, 2u);
}

TEST(Counting, MakesRoomForNewNames) {
    limits bounds;
    bounds.series_max = 2;
    control_desk d{bounds};
    d.publish_task("a", "a");
    std::ignore = d.samples();
    std::ignore = d.samples(); // There was nothing any more: the names give up their places.
    d.publish_task("b", "b");
    EXPECT_EQ(d.of(d.samples(), of_task, "b").published, 1u);
    d.publish_task("c", "a");
    EXPECT_EQ(d.of(d.samples(), of_task, "(others)").published, 1u);
}

TEST(Counting, IsNotPartOfWhatIsRemembered) {
    control_desk d;
    d.publish_task("m");
    d.expect_rebuilt();
    EXPECT_TRUE(d.restarted()->broker.status(id_of<message_id>("m")).state ==
                visible_state::pending);
    std::vector<named_sample> taken;
    d.restarted()->broker.take_samples(taken);
    EXPECT_TRUE(taken.empty());
}

} // namespace
} // namespace peyk::core
