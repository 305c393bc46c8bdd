#include "tests/unit/core/queue_desk.hpp"

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

TEST(Retaining, AKeptResultSaysWhatItsPublisherSaid) {
    queue_desk d;
    message m = message_named("m");
    m.task = "t";
    m.priority = 9;
    m.expires = d.now.wall + duration{1'000'000};
    d.publish_one(m);
    d.join(worker, 1, {"q"});
    d.settle_one(worker, d.said.deliveries.at(0).token, verdict::success{"result", "text"});
    d.relocate({d.end}, 1u << 20);
    d.trim();
    auto const again = d.restarted();
    EXPECT_EQ(again->state_of("m").state, visible_state::success);
    EXPECT_EQ(again->state_of("m").expires, m.expires);
    EXPECT_EQ(again->state_of("m").priority, 9);
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

TEST(Retaining, AMessageIsToldWithWhereItsBodyIs) {
    limits bounds;
    bounds.content_memory_bytes = 10;
    desk d{bounds};
    auto const publish = [&](char const* name, std::string_view body) {
        message m = message_named(name);
        m.content = body;
        m.root = {1, 2};
        d.publish_one(m);
        return m.id;
    };
    auto const near = publish("near", "0123456789");
    auto const far = publish("far", "more");
    auto const far_at = d.journal.back().at;
    auto const in_memory = d.broker.whole(near);
    ASSERT_TRUE(in_memory);
    EXPECT_EQ(in_memory->message.content, "0123456789");
    EXPECT_EQ(in_memory->message.root, (message_id{1, 2}));
    EXPECT_EQ(in_memory->content_at, nowhere);
    auto const on_disk = d.broker.whole(far);
    ASSERT_TRUE(on_disk);
    EXPECT_TRUE(on_disk->content_kept);
    EXPECT_EQ(on_disk->content_at, far_at);
    EXPECT_EQ(on_disk->content_bytes, 4u);
    EXPECT_FALSE(d.broker.whole({9, 9}));
}

TEST(Retaining, OnlyDeadLettersKeepTheirBodyAtTheEnd) {
    desk d;
    message m = message_named("m1");
    m.content = "body";
    d.publish_one(m);
    message gone = message_named("m2");
    gone.content = "body";
    d.publish_one(gone);
    d.join(worker, 2, {"q"});
    d.settle_one(worker, {{1}, 1}, verdict::dead{});
    d.apply(cancel{desk::publisher, {1}, {&gone.id, 1}, {}});
    auto const dead = d.broker.whole(m.id);
    ASSERT_TRUE(dead);
    EXPECT_TRUE(dead->content_kept);
    EXPECT_NE(dead->content_at, nowhere); // it leaves memory at once, as few look at it
    EXPECT_EQ(dead->content_bytes, 4u);
    if (auto const ended = d.broker.whole(gone.id)) {
        EXPECT_FALSE(ended->content_kept);
        EXPECT_EQ(ended->content_bytes, 0u);
    }
}

} // namespace
} // namespace peyk::core
