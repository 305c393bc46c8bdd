// Which of its queues a consumer is served from, which messages it may have, and holds on keys.

#include "tests/unit/core/limit_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::core {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct choosing_desk : limit_desk {
    errc read(queue_choice choice,
              std::vector<std::string_view> const& queues,
              std::vector<std::uint32_t> const& weights = {},
              std::uint32_t credit = 1) {
        apply(connect{worker});
        return ask(subscribe{worker, {1}, {1}, credit, queues, {}, choice, weights});
    }
    void fill(std::string_view queue, std::size_t messages, std::uint8_t priority = 4) {
        for (std::size_t i = 0; i < messages; ++i) {
            message m;
            m.id = {80, ++made};
            m.queue = queue;
            m.priority = priority;
            publish_one(m);
        }
    }
    // Settles one after the other; the queues they came from.
    std::vector<std::string> take(std::size_t messages) {
        std::vector<std::string> from;
        while (from.size() < messages && !said.deliveries.empty()) {
            from.emplace_back(said.deliveries[0].message.queue);
            settle_one(worker, said.deliveries[0].token, verdict::success{});
        }
        return from;
    }
};

TEST(Choosing, TheFirstQueueThatHasOne) {
    choosing_desk d;
    d.fill("low", 2, 9);
    d.fill("high", 2, 0);
    ASSERT_EQ(d.read(queue_choice::listed, {"high", "low"}), errc::ok);
    EXPECT_THAT(d.take(4), ElementsAre("high", "high", "low", "low"));
}

TEST(Choosing, AQueueOverItsLimitStandsInNobodysWay) {
    choosing_desk d;
    d.limit({.queue = "high"}, {.rate = limit_desk::ten_a_minute});
    d.fill("low", 2);
    d.fill("high", 2);
    d.read(queue_choice::listed, {"high", "low"});
    EXPECT_THAT(d.take(4), ElementsAre("high", "low", "low"));
}

TEST(Choosing, AsOftenAsItsWeightSays) {
    choosing_desk d;
    d.fill("a", 100);
    d.fill("b", 100);
    ASSERT_EQ(d.read(queue_choice::weighted, {"a", "b"}, {3, 1}), errc::ok);
    auto const from = d.take(80);
    EXPECT_EQ(std::ranges::count(from, "a"), 60);
    EXPECT_EQ(std::ranges::count(from, "b"), 20);
}

TEST(Choosing, AQueueThatHadNothingMakesUpForNothing) {
    choosing_desk d;
    d.fill("a", 100);
    d.read(queue_choice::weighted, {"a", "b"});
    d.take(50);
    delivery const held = d.said.deliveries.at(0);
    d.fill("b", 50);
    d.settle_one(d.worker, held.token, verdict::success{});
    auto const from = d.take(20);
    EXPECT_EQ(std::ranges::count(from, "a"), 10);
}

TEST(Choosing, WeightsHaveBounds) {
    choosing_desk d;
    EXPECT_EQ(d.read(queue_choice::weighted, {"a", "b"}, {1}), errc::invalid_argument);
    EXPECT_EQ(d.read(queue_choice::weighted, {"a"}, {0}), errc::invalid_argument);
    EXPECT_EQ(d.read(queue_choice::weighted, {"a"}, {d.bounds.weight_max + 1}),
              errc::invalid_argument);
}

TEST(Labels, AMessageGoesToAWorkerThatHasAllItRequires) {
    limit_desk d;
    std::vector<std::string_view> const required{"gpu=a100", "region=eu"};
    message m = message_named("a");
    m.placement.labels = required;
    d.publish_one(m);
    d.publish_one(message_named("b"));
    std::vector<std::string_view> const some{"region=eu"};
    std::vector<std::string_view> const all{"region=eu", "zone=1", "gpu=a100", "region=eu"};
    std::string_view const queues[] = {"q"};
    d.apply(connect{d.worker, false, {}, {}, {}, {}, some});
    d.apply(subscribe{d.worker, {1}, {1}, 10, queues, {}});
    EXPECT_TRUE(d.delivered("b"));
    d.apply(connect{d.worker, false, {}, {}, {}, {}, all});
    d.apply(subscribe{d.worker, {1}, {1}, 10, queues, {}});
    ASSERT_THAT(d.said.deliveries, testing::Not(SizeIs(0)));
    EXPECT_EQ(d.said.deliveries[0].message.id, id_of<message_id>("a"));
}

TEST(Labels, TooManyOrTooLongOnesAreRefused) {
    limit_desk d;
    std::vector<std::string_view> const many(d.bounds.labels_max + 1, "a=b");
    std::string const text(d.bounds.key_bytes_max + 1, 'l');
    std::vector<std::string_view> const longer{text};
    std::vector<std::string_view> const empty{""};
    for (auto const& labels : {many, longer, empty}) {
        d.apply(connect{d.worker, false, {}, {}, {}, {}, labels});
        EXPECT_EQ(d.effect<effect::closed>().why, errc::invalid_argument);
    }
}

TEST(HoldsOnKeys, HoldWhatHasTheKeyAndNothingElse) {
    limit_desk d;
    ASSERT_EQ(d.hold(hold_scope::key, "k"), errc::ok);
    EXPECT_EQ(d.hold(hold_scope::key, ""), errc::invalid_argument);
    d.join(d.worker, 10, {"q"});
    message m = message_named("a");
    m.placement.limit_key = "k";
    d.publish_one(m);
    EXPECT_TRUE(d.said.deliveries.empty()) << "also a key that was not there yet";
    d.publish_one(message_named("b"));
    EXPECT_TRUE(d.delivered("b"));
    d.expect_rebuilt();
    auto const after = d.restarted();
    after->join({2, 2}, 10, {"q"});
    after->advance(after->bounds.settling);
    EXPECT_TRUE(after->said.deliveries.empty());
    EXPECT_EQ(after->release(hold_scope::key, "k"), errc::ok);
    EXPECT_TRUE(after->delivered("a"));
}

TEST(HoldsOnKeys, AWorkerHoldsTheKeyElseTheTaskElseTheQueue) {
    limit_desk d;
    d.join(d.worker, 1, {"q"});
    wall_time const until = d.now.wall + duration{5'000};
    auto const run = [&](message m) {
        d.publish_one(m);
        d.settle_one(d.worker,
                     d.said.deliveries.at(0).token,
                     verdict::rate_limited{until, hold_scope::key});
        auto const holds = d.broker.holds();
        return holds.empty() ? hold_stats{} : holds.back();
    };
    message keyed = message_named("a");
    keyed.task = "t";
    keyed.placement.limit_key = "k";
    hold_stats by_key;
    by_key = run(keyed);
    EXPECT_EQ(by_key.scope, hold_scope::key);
    EXPECT_EQ(by_key.name, "k");
    EXPECT_EQ(by_key.until, until);
    message task = message_named("b");
    task.task = "t";
    run(task);
    run(message_named("c"));
    auto const all = d.broker.holds();
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_EQ(all[0].scope, hold_scope::queue);
    EXPECT_EQ(all[1].scope, hold_scope::task);
}

} // namespace
} // namespace peyk::core
