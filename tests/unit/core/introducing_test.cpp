// Who is there, and what they say of themselves.

#include "tests/unit/core/control_desk.hpp"

namespace peyk::core {
namespace {

using facts = std::vector<std::pair<std::string, std::string>>;

session_view worker_of(control_desk const& d) {
    auto const seen = d.broker.sessions({}, 10, true);
    return seen.size() == 1 ? seen[0] : session_view{};
}

TEST(Sessions, ShowWhatAWorkerDoes) {
    control_desk d;
    d.advance(duration{5'000});
    d.join_for("t", 3);
    for (auto const* const word : {"a", "b"}) {
        d.publish_task(word);
    }
    d.begin({{1}, 1});
    d.publish_task("c");
    d.settle({{1}, 3}, verdict::success{});
    session_view const seen = worker_of(d);
    EXPECT_EQ(seen.id, control_desk::worker);
    EXPECT_EQ(seen.name, "w1");
    EXPECT_TRUE(seen.connected);
    EXPECT_FALSE(seen.stalled);
    EXPECT_EQ(seen.since, d.now.wall);
    EXPECT_EQ(seen.heard, d.now.steady);
    EXPECT_EQ(seen.leased, 2u);
    EXPECT_EQ(seen.started, 1u);
    EXPECT_EQ(seen.delivered, 3u);
    EXPECT_EQ(seen.settled, 1u);
    ASSERT_EQ(seen.consumers.size(), 1u);
    EXPECT_EQ(seen.consumers[0].id.value, 1u);
    EXPECT_EQ(seen.consumers[0].queues, std::vector<std::string_view>{"q"});
    EXPECT_EQ(seen.consumers[0].tasks, std::vector<std::string_view>{"t"});
    EXPECT_EQ(seen.consumers[0].credit, 3u);
    EXPECT_EQ(seen.consumers[0].unsettled, 2u);
}

TEST(Sessions, CountFromTheirConnection) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("a");
    d.settle({{1}, 1}, verdict::success{});
    d.apply(disconnect{control_desk::worker, false});
    d.advance(duration{1'000});
    d.join_for("t", 1);
    session_view const seen = worker_of(d);
    EXPECT_EQ(seen.delivered, 0u);
    EXPECT_EQ(seen.settled, 0u);
    EXPECT_EQ(seen.delivered_at, d.now.steady);
    EXPECT_EQ(seen.since, d.now.wall);
}

TEST(Sessions, AreListedWhileTheyMayComeBack) {
    control_desk d;
    d.join_for("t", 1);
    EXPECT_EQ(d.broker.sessions({}, 10, false).size(), 2u);
    d.apply(disconnect{control_desk::worker, false});
    ASSERT_EQ(d.broker.sessions({}, 10, true).size(), 1u) << "it is still a worker";
    EXPECT_TRUE(worker_of(d).consumers.empty());
    auto const seen = d.broker.sessions({}, 10, false);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_TRUE(seen[0].connected);
    EXPECT_FALSE(seen[1].connected);
    d.advance(d.bounds.session_grace);
    EXPECT_EQ(d.broker.sessions({}, 10, false).size(), 1u);
}

TEST(Sessions, ComePageByPage) {
    control_desk d;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        d.apply(connect{{9, i}, false, "client"});
    }
    std::size_t seen = 0;
    session_id after;
    for (auto page = d.broker.sessions(after, 2, false); !page.empty();
         page = d.broker.sessions(after, 2, false)) {
        EXPECT_LE(page.size(), 2u);
        EXPECT_LT(after, page.front().id);
        after = page.back().id;
        seen += page.size();
    }
    EXPECT_EQ(seen, 6u);
}

TEST(Introducing, ReplacesTheFacts) {
    control_desk d;
    fact const first[] = {{"host", "h1"}, {"pool", "threads"}};
    d.apply(connect{control_desk::worker, false, "w1", {}, {}, first});
    std::string_view const queues[] = {"q"};
    d.apply(subscribe{control_desk::worker, {1}, {1}, 1, queues});
    EXPECT_EQ(worker_of(d).facts, (facts{{"host", "h1"}, {"pool", "threads"}}));
    fact const then[] = {{"pool", "solo"}};
    d.apply(introduce{control_desk::worker, then});
    EXPECT_EQ(worker_of(d).facts, (facts{{"pool", "solo"}}));
    EXPECT_TRUE(d.said.records.empty());
    EXPECT_TRUE(d.said.effects.empty());
    d.apply(connect{control_desk::worker, true, "w1"});
    EXPECT_TRUE(d.broker.sessions({}, 10, false).back().facts.empty()) << "said anew each time";
    d.expect_rebuilt();
}

TEST(Introducing, IsCutOff) {
    limits bounds;
    bounds.facts_max = 2;
    bounds.facts_bytes_max = 20;
    control_desk d{bounds};
    d.join_for("t", 1);
    fact const many[] = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
    d.apply(introduce{control_desk::worker, many});
    EXPECT_EQ(worker_of(d).facts, (facts{{"a", "1"}, {"b", "2"}}));
    fact const large[] = {{"a", "1"}, {"b", "much more than twenty bytes"}};
    d.apply(introduce{control_desk::worker, large});
    EXPECT_EQ(worker_of(d).facts, (facts{{"a", "1"}}));
}

TEST(Introducing, KeepsWhatAWorkerCountsAsItIs) {
    limits bounds;
    bounds.metrics_bytes_max = 10;
    control_desk d{bounds};
    d.join_for("t", 1);
    auto const before = d.broker.memory_bytes();
    d.apply(introduce{control_desk::worker, {}, "ten bytes!"});
    EXPECT_EQ(worker_of(d).metrics, "ten bytes!");
    EXPECT_EQ(d.broker.memory_bytes(), before + 10);
    d.apply(introduce{control_desk::worker, {}, "eleven byte"});
    EXPECT_EQ(worker_of(d).metrics, "") << "cut, it would be nothing";
    d.apply(introduce{control_desk::worker, {}, "some"});
    d.apply(introduce{control_desk::worker, {}});
    EXPECT_EQ(worker_of(d).metrics, "") << "replaced with all else";
    EXPECT_EQ(d.broker.memory_bytes(), before);
    d.apply(connect{control_desk::worker, true, "w1", {}, {}, {}, {}, "again"});
    EXPECT_EQ(d.broker.sessions({}, 10, false).back().metrics, "again");
}

TEST(Introducing, IsForThoseWhoAreThere) {
    control_desk d;
    fact const one[] = {{"a", "1"}};
    d.join_for("t", 1);
    d.apply(disconnect{control_desk::worker, false});
    d.apply(introduce{control_desk::worker, one});
    EXPECT_TRUE(d.broker.sessions({}, 10, false).back().facts.empty());
}

TEST(Introducing, CountsInTheEstimateOfMemory) {
    control_desk d;
    d.join_for("t", 1);
    auto const before = d.broker.memory_bytes();
    std::string const value(10'000, 'x');
    fact const one[] = {{"about", value}};
    d.apply(introduce{control_desk::worker, one});
    EXPECT_GE(d.broker.memory_bytes(), before + value.size());
    d.apply(introduce{control_desk::worker, {}});
    EXPECT_EQ(d.broker.memory_bytes(), before);
    d.apply(introduce{control_desk::worker, one});
    d.apply(disconnect{control_desk::worker, true});
    EXPECT_LE(d.broker.memory_bytes(), before);
}

} // namespace
} // namespace peyk::core
