// What the ready messages of a queue wait for.

#include "tests/unit/core/control_desk.hpp"

#include <utility>

namespace peyk::core {
namespace {

using counts = std::vector<std::pair<obstacle_kind, std::uint64_t>>;

counts of_queue(control_desk const& d) {
    counts seen;
    for (obstacle_count const& each : d.broker.obstacles("q", d.now)) {
        seen.emplace_back(each.kind, each.messages);
    }
    return seen;
}

TEST(ExplainingAQueue, CountsByReasonTheMostFirst) {
    control_desk d;
    EXPECT_TRUE(of_queue(d).empty());
    d.publish_task("t1");
    d.publish_task("u1", "u");
    EXPECT_EQ(of_queue(d), (counts{{obstacle_kind::nobody_reads, 2}}));
    d.join_for("t", 1);
    d.publish_task("u2", "u");
    d.publish_task("u3", "u");
    d.publish_task("t2");
    EXPECT_EQ(of_queue(d),
              (counts{{obstacle_kind::nobody_announces, 3}, {obstacle_kind::behind_others, 1}}));
    message m = message_named("o1");
    m.task = "t";
    m.placement.ordering_key = "key";
    d.publish_one(m);
    m.id = id_of<message_id>("o2");
    d.publish_one(m);
    d.hold(hold_scope::task, "t");
    EXPECT_EQ(of_queue(d),
              (counts{{obstacle_kind::nobody_announces, 3},
                      {obstacle_kind::task_held, 2},
                      {obstacle_kind::ordering_key, 1}}));
    d.hold(hold_scope::queue, "q");
    EXPECT_EQ(of_queue(d), (counts{{obstacle_kind::queue_held, 6}}));
}

TEST(ExplainingAQueue, NamesLimitsAndKeys) {
    control_desk d;
    d.join_for("t", 9);
    d.limit({.key = "*"}, {.concurrency = 1});
    for (auto const* const word : {"a1", "a2", "a3", "b1", "b2"}) {
        message m = message_named(word);
        m.task = "t";
        m.placement.limit_key = std::string_view{word}.substr(0, 1);
        d.publish_one(m);
    }
    auto const seen = d.broker.obstacles("q", d.now);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].kind, obstacle_kind::concurrency_limit);
    EXPECT_EQ(seen[0].name, "key a");
    EXPECT_EQ(seen[0].messages, 2u);
    EXPECT_EQ(seen[1].name, "key b");
    EXPECT_EQ(seen[1].messages, 1u);
}

} // namespace
} // namespace peyk::core
