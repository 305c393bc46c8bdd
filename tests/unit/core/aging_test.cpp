#include "tests/unit/core/queue_desk.hpp"

namespace peyk::core {
namespace {

queue_settings aging(std::uint32_t seconds) {
    queue_settings s;
    s.aging_s = seconds;
    return s;
}

message of_priority(std::string_view word, std::uint8_t priority) {
    message m = message_named(word);
    m.priority = priority;
    return m;
}

void expect_order(queue_desk& d, std::initializer_list<char const*> words) {
    d.join(queue_desk::worker, 1, {"q"});
    for (char const* word : words) {
        ASSERT_TRUE(d.delivered(word)) << word;
        d.settle_one(queue_desk::worker, d.said.deliveries[0].token, verdict::success{});
    }
}

TEST(Aging, CountsWaitingAsPriority) {
    queue_desk d;
    d.set("q", aging(10));
    d.publish_one(of_priority("old", 1));
    d.advance(duration{30'000});
    d.publish_one(of_priority("better", 4)); // As good as the old one, but younger.
    d.publish_one(of_priority("best", 5));
    d.publish_one(of_priority("worse", 3));
    d.expect_rebuilt();
    expect_order(d, {"best", "old", "better", "worse"});
}

TEST(Aging, WorksForAWholeSecondAsForAPartOfIt) {
    queue_desk d;
    d.set("q", aging(10));
    d.publish_one(of_priority("old", 4));
    d.advance(duration{9'999});
    d.publish_one(of_priority("a", 5));
    d.advance(duration{2});
    d.publish_one(of_priority("b", 5));
    expect_order(d, {"a", "old", "b"});
}

TEST(Aging, IsTheSameAfterARestart) {
    queue_desk d;
    d.set("q", aging(10));
    d.publish_one(of_priority("old", 1));
    d.advance(duration{60'000});
    d.publish_one(of_priority("better", 4));
    expect_order(*d.restarted(), {"old", "better"});
}

TEST(Aging, OrdersAnewWhenItChanges) {
    queue_desk d;
    d.publish_one(of_priority("old", 1));
    message task = of_priority("task", 2);
    task.task = "t";
    d.publish_one(task);
    d.advance(duration{60'000});
    d.publish_one(of_priority("better", 4));
    d.set("q", aging(10));
    auto const again = d.restarted();
    again->set("q", aging(0));
    expect_order(*again, {"better", "task", "old"});
    expect_order(d, {"task", "old", "better"});
}

TEST(Stalling, DeliversNothingToASessionThatTakesNothing) {
    queue_desk d;
    d.join(queue_desk::worker, 2, {"q"});
    auto const stall = [&d](bool stalled) {
        d.said.clear();
        d.broker.set_stalled(queue_desk::worker, stalled, d.now, d.said);
        d.keep();
    };
    stall(true);
    d.publish_one(message_named("m1"));
    EXPECT_TRUE(d.said.deliveries.empty());
    d.apply(subscribe{queue_desk::worker, {1}, {2}, 2, std::vector<std::string_view>{"q"}, {}});
    EXPECT_TRUE(d.said.deliveries.empty());
    d.join({2, 2}, 1, {"q"});
    EXPECT_TRUE(d.delivered("m1"));
    d.publish_one(message_named("m2"));
    EXPECT_TRUE(d.said.deliveries.empty());
    stall(false);
    EXPECT_TRUE(d.delivered("m2"));
    stall(true);
    d.join(queue_desk::worker, 2, {"q"}); // On a new connection.
    d.publish_one(message_named("m3"));
    EXPECT_TRUE(d.delivered("m3"));
}

} // namespace
} // namespace peyk::core
