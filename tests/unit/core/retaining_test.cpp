#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

#include <string>

namespace peyk::core {
namespace {

constexpr session_id worker{2, 1};

TEST(Retaining, MovesOldestFirstWithinItsBudget) {
    desk d;
    for (int i = 0; i < 10; ++i) {
        d.publish_one(message_named("m" + std::to_string(i)));
    }
    position const end{d.end + 1};
    std::uint64_t const retained_bytes = d.broker.stats().retained_bytes;
    int calls = 0;
    while (d.relocate(end, 1)) {
        EXPECT_EQ(d.said.records.size(), 1u);
        ++calls;
    }
    EXPECT_EQ(calls, 11); // the epoch, the session, the messages: the last one says so
    EXPECT_GE(d.broker.oldest_retained(), end);
    EXPECT_EQ(d.broker.stats().retained_bytes, retained_bytes);
}

TEST(Retaining, NeedsNothingOfWhatIsForgotten) {
    desk d;
    d.publish_one(message_named("m1"));
    d.join(worker, 1, {"q"});
    std::uint64_t const before = d.broker.stats().retained_bytes;
    d.settle_one(worker, {{1}, 1}, verdict::success{});
    EXPECT_EQ(d.broker.stats().retained_bytes, before - desk::record_bytes);
}

TEST(Retaining, NeverForgetsTheEpoch) {
    desk d;
    d.apply(disconnect{desk::publisher, true});
    d.relocate({d.end + 1}, 1'000'000);
    d.trim();
    desk again{{}, false};
    d.replay_into(again);
    again.broker.recovered(again.now, again.said);
    EXPECT_EQ(again.broker.epoch().value, 2u);
}

TEST(Retaining, LetsTheNewestDurableBodiesGo) {
    limits bounds;
    bounds.content_memory_bytes = 250;
    desk d{bounds};
    std::string const body(100, 'x');
    for (int i = 0; i < 5; ++i) {
        message m = message_named("m" + std::to_string(i));
        m.content = body;
        d.publish_one(m);
    }
    EXPECT_EQ(d.broker.stats().content_bytes, 200u);
    d.join(worker, 5, {"q"});
    ASSERT_EQ(d.said.deliveries.size(), 5u);
    EXPECT_EQ(d.said.deliveries[1].message.content, body);
    EXPECT_EQ(d.said.deliveries[1].content_at, nowhere);
    EXPECT_EQ(d.said.deliveries[2].message.content, "");
    EXPECT_EQ(d.said.deliveries[2].content_at.value, 50u);
    EXPECT_EQ(d.said.deliveries[2].content_bytes, 100u);
}

// A body that is being moved is read from where it was until the move is durable.
TEST(Retaining, ReadsABodyWhereItIsDurable) {
    limits bounds;
    bounds.content_memory_bytes = 0;
    desk d{bounds};
    message m = message_named("m1");
    m.content = "body";
    d.publish_one(m);
    position const old = d.journal.back().at;
    d.said.clear();
    d.broker.relocate({d.end + 1}, 1'000'000, d.said);
    std::uint64_t at = d.end;
    for (any_record const& one : d.said.records) {
        at += desk::record_bytes;
        std::visit(
            [&](auto const& r) {
                if constexpr (requires { r.owner; }) {
                    d.broker.placed(r.owner, {at}, desk::record_bytes);
                }
            },
            one);
    }
    d.said.clear();
    d.broker.apply(connect{worker}, d.now, d.said);
    std::string_view const queues[] = {"q"};
    d.said.clear();
    d.broker.apply(subscribe{worker, {1}, {1}, 1, queues, {}}, d.now, d.said);
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].content_at, old);
    d.broker.durable_up_to({at});
    settlement const back{d.said.deliveries[0].token, verdict::release{}};
    d.said.clear();
    d.broker.apply(settle{worker, {1}, {&back, 1}}, d.now, d.said);
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_GT(d.said.deliveries[0].content_at, old);
}

} // namespace
} // namespace peyk::core
