// Rates: for all workers together, over restarts, without standing in anybody's way.

#include "tests/unit/core/limit_desk.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

using std::chrono::seconds;

constexpr session_id one{2, 1};
constexpr session_id two{2, 2};

TEST(Rates, TheOtherTaskOfTheQueueRunsAtFullSpeed) {
    limit_desk d;
    ASSERT_EQ(d.limit({.task = "slow"}, {.rate = limit_desk::ten_a_minute}), errc::ok);
    d.publish_many(50, "slow");
    d.publish_many(500, "fast");
    d.hire(one);
    EXPECT_EQ(d.count("fast"), 500u);
    EXPECT_EQ(d.count("slow"), 1u);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count("slow"), 10u);
    d.work(seconds{60});
    EXPECT_EQ(d.count("slow"), 20u);
}

TEST(Rates, AllWorkersTogether) {
    limit_desk d;
    d.limit({.task = "slow"}, {.rate = limit_desk::ten_a_minute});
    d.publish_many(50, "slow");
    d.hire(one, 10);
    d.hire(two, 10);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count("slow"), 10u);
}

TEST(Rates, AChangeIsEffectiveAtOnce) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{1'000, 86'400}});
    d.publish_many(50, "t");
    d.hire(one);
    d.work(seconds{60});
    ASSERT_EQ(d.count("t"), 1u);
    d.limit({.task = "t"}, {.rate = rate{10'000, 1}});
    d.settle_all();
    d.work(seconds{1});
    EXPECT_GE(d.count("t"), 9u);
    d.limit({.task = "t"}, {.rate = rate{}});
    d.settle_all();
    EXPECT_EQ(d.count("t"), 50u) << "without a rate";
    EXPECT_TRUE(d.broker.limits_in_force().empty());
}

TEST(Rates, ARestartKeepsThem) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{1'000, 60}});
    d.publish_many(5, "t");
    d.hire(one);
    ASSERT_EQ(d.count("t"), 1u);
    wall_time const first = d.now.wall;
    auto const after = d.again();
    after->hire(two);
    EXPECT_EQ(after->count("t"), 0u);
    after->work(seconds{60});
    ASSERT_EQ(after->count("t"), 1u);
    EXPECT_EQ(after->begun[0].at, first + seconds{60});
}

TEST(Rates, ACleanedJournalKeepsThem) {
    limit_desk d;
    d.publish_many(5, "t"); // Older than their limit.
    d.limit({.task = "t"}, {.rate = rate{1'000, 60}});
    d.hire(one);
    ASSERT_EQ(d.count("t"), 1u);
    wall_time const first = d.now.wall;
    for (int cleanings = 0; cleanings < 3; ++cleanings) {
        auto const after = d.again();
        after->hire(two);
        EXPECT_EQ(after->count("t"), 0u) << cleanings;
        after->work(first + seconds{60} - after->now.wall);
        EXPECT_EQ(after->count("t"), 1u) << cleanings;
        d.relocate({d.journal[d.journal.size() / 2].at}, 1u << 20);
        d.trim();
    }
}

TEST(Rates, ConfiguredOnesTakeTheDeliveriesOfBeforeIntoAccount) {
    limit_desk d{{}, false};
    set_limit const limit{{}, {}, {.task = "t"}, {.rate = rate{1'000, 60}}};
    ASSERT_EQ(d.broker.configure(limit), errc::ok);
    d.wake();
    d.publish_many(5, "t");
    d.hire(one);
    ASSERT_EQ(d.count("t"), 1u);
    for (bool const cleaned : {false, true}) {
        limit_desk after{{}, false};
        ASSERT_EQ(after.broker.configure(limit), errc::ok);
        d.replay_into(after);
        after.sequence = d.sequence;
        after.wake();
        after.advance(after.bounds.settling);
        after.hire(two);
        EXPECT_EQ(after.count("t"), 0u) << cleaned;
        after.work(seconds{60});
        EXPECT_EQ(after.count("t"), 1u) << cleaned;
        d.relocate({d.end}, 1u << 20);
        d.trim();
    }
}

TEST(Rates, EachKeyHasItsOwn) {
    limit_desk d;
    d.limit({.key = "tenant=*"}, {.rate = limit_desk::ten_a_minute});
    d.publish_many(30, "t", "tenant=1");
    d.publish_many(30, "t", "tenant=2", "other");
    d.publish_many(30, "t", "tenant=2");
    d.publish_many(30, "t");
    d.publish_many(30, "t", "group=1");
    d.hire(one);
    d.hire(two, 1, "other");
    EXPECT_EQ(d.count_key(""), 30u);
    EXPECT_EQ(d.count_key("group=1"), 30u);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count_key("tenant=1"), 10u);
    EXPECT_EQ(d.count_key("tenant=2"), 10u) << "in both queues together";
}

TEST(Rates, AnOverrideIsMoreSpecific) {
    limit_desk d;
    d.limit({.key = "*"}, {.rate = rate{1'000, 60}});
    d.limit({.key = "tenant=*"}, {.rate = rate{2'000, 60}});
    d.limit({.key = "tenant=big"}, {.rate = rate{5'000, 60}});
    d.limit({.key = "tenant=free"}, {.rate = rate{}});
    for (char const* const key : {"tenant=big", "tenant=small", "else", "tenant=free"}) {
        d.publish_many(30, "t", key);
    }
    d.hire(one);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count_key("tenant=big"), 5u);
    EXPECT_EQ(d.count_key("tenant=small"), 2u);
    EXPECT_EQ(d.count_key("else"), 1u);
    EXPECT_EQ(d.count_key("tenant=free"), 30u) << "a wider limit is overridden by none";
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.key = "tenant=free"}}), errc::ok);
    d.publish_many(30, "t", "tenant=free");
    EXPECT_EQ(d.count_key("tenant=free"), 31u);
}

TEST(Rates, AllLimitsMustAdmit) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{20'000, 60}});
    d.limit({.queue = "q"}, {.rate = rate{15'000, 60}});
    d.limit({.task = "t", .key = "k"}, {.rate = rate{5'000, 60}});
    d.publish_many(60, "t", "k");
    d.publish_many(60, "t", "other");
    d.publish_many(60, "t", "", "p");
    d.hire(one);
    d.hire(two, 1, "p");
    d.work(seconds{60} - duration{1});
    EXPECT_LE(d.count_key("k"), 5u);
    EXPECT_LE(d.count_key("k") + d.count_key("other"), 15u);
    EXPECT_EQ(d.count("t"), 20u);
}

TEST(Rates, ACostIsPaid) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{60'000, 60}, .burst = 10});
    d.publish_many(20, "t", "", "q", 10);
    d.hire(one);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count("t"), 6u);
}

TEST(Rates, ACheaperMessageDoesNotWaitForADearerOneThatIsGone) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{1'000, 1}, .burst = 100});
    d.publish_many(1, "t", "", "q", 100);
    d.hire(one);
    d.publish_many(1, "t", "", "q", 100);
    message_id const dear{77, d.made};
    d.publish_many(1, "t");
    d.work(seconds{2});
    ASSERT_EQ(d.count("t"), 1u);
    d.apply(cancel{d.publisher, {1}, {&dear, 1}, "", false});
    d.settle_all();
    EXPECT_EQ(d.count("t"), 2u);
}

TEST(Rates, PerWorkerEachHasItsOwn) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = limit_desk::ten_a_minute, .per_worker = true});
    d.publish_many(50, "t");
    d.publish_many(50, "fast");
    d.hire(one);
    d.hire(two);
    EXPECT_EQ(d.count("fast"), 50u);
    d.work(seconds{60} - duration{1});
    EXPECT_EQ(d.count("t"), 20u);
    EXPECT_EQ(std::ranges::count_if(
                  d.begun, [](auto const& s) { return s.task == "t" && s.by == one; }),
              10);
}

TEST(Rates, ManyPerSecondAreKept) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = rate{3'333'000, 1}});
    d.publish_many(10'000, "t");
    d.hire(one, 100);
    d.work(seconds{2});
    EXPECT_GE(d.count("t"), 2u * 3'333u - 40u);
    EXPECT_LE(d.count("t"), 2u * 3'333u + 40u);
}

TEST(Rates, WhoOwesIsRememberedWithoutMessages) {
    limit_desk d;
    d.limit({.key = "*"}, {.rate = rate{1'000, 60}});
    d.hire(one);
    for (int i = 0; i < 200; ++i) { // More keys than a queue keeps places for.
        d.publish_many(1, "t", "key" + std::to_string(i));
    }
    EXPECT_EQ(d.begun.size(), 200u);
    for (int i = 0; i < 200; ++i) {
        d.publish_many(1, "t", "key" + std::to_string(i));
    }
    EXPECT_EQ(d.begun.size(), 200u);
    d.work(seconds{61});
    EXPECT_EQ(d.begun.size(), 400u);
    d.work(seconds{61});
    d.publish_many(1, "t", "key1");
    EXPECT_EQ(d.begun.size(), 401u);
}

} // namespace
} // namespace peyk::core
