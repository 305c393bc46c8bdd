// Limits and shares are set, removed, listed and remembered.

#include "tests/unit/core/limit_desk.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

TEST(Limiting, WhatMakesNoSenseIsRefused) {
    limit_desk d;
    std::string const long_name(d.bounds.name_bytes_max + 1, 'n');
    limit_change const some{.rate = limit_desk::ten_a_minute};
    EXPECT_EQ(d.limit({}, some), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = long_name}, some), errc::invalid_argument);
    EXPECT_EQ(d.limit({.key = long_name}, some), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = rate{1'000, 7}}), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = some.rate, .burst = 0}), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = some.rate, .burst = 1'000'001}),
              errc::invalid_argument);
    EXPECT_EQ(d.limit({.key = "k"}, {.rate = some.rate, .per_worker = true}),
              errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.burst = 3}), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = rate{}, .burst = 3}), errc::invalid_argument);
    EXPECT_EQ(d.limit({.task = "t"}, {.concurrency = 3, .per_worker = true}),
              errc::invalid_argument);
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.task = "t"}}), errc::unknown_limit);
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = rate{}}), errc::ok) << "it limits nothing";
    EXPECT_EQ(d.limit({.task = "t"}, {.rate = rate{}, .burst = 1}), errc::ok) << "it is 1 anyway";
    EXPECT_TRUE(d.broker.limits_in_force().empty());
}

TEST(Limiting, WhatIsNotGivenStays) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = limit_desk::ten_a_minute, .burst = 3});
    d.limit({.task = "t"}, {.concurrency = 4});
    auto const all = d.broker.limits_in_force();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].settings, (limit_settings{limit_desk::ten_a_minute, 3, 4, false}));
    EXPECT_EQ(d.limit({.task = "t"}, {.burst = 2}), errc::ok) << "it has a rate";
    d.limit({.task = "t"}, {.rate = rate{}});
    EXPECT_EQ(d.broker.limits_in_force()[0].settings.concurrency, 4u);
    d.limit({.task = "t"}, {.concurrency = 0});
    EXPECT_TRUE(d.broker.limits_in_force().empty());
    d.expect_rebuilt();
}

TEST(Limiting, TheyAreRemembered) {
    limit_desk d;
    d.limit({.task = "t", .queue = "q*"}, {.rate = limit_desk::ten_a_minute, .per_worker = true});
    d.limit({.key = "*"}, {.concurrency = 2});
    d.limit({.key = "free"}, {.rate = rate{}});
    d.limit({.queue = "gone"}, {.concurrency = 2});
    d.ask(remove_limit{d.publisher, {1}, {.queue = "gone"}});
    d.ask(set_share{d.publisher, {1}, "tenant=1", 5});
    d.ask(set_share{d.publisher, {1}, "tenant=2", 5});
    d.ask(set_share{d.publisher, {1}, "tenant=2", 1});
    d.expect_rebuilt();
    auto const after = d.again();
    EXPECT_EQ(after->broker.limits_in_force().size(), 3u);
    ASSERT_EQ(after->broker.shares().size(), 1u);
    EXPECT_EQ(after->broker.shares()[0].weight, 5u);
}

TEST(Limiting, ACommandWinsOverTheConfiguration) {
    limit_desk d{{}, false};
    ASSERT_EQ(d.broker.configure(set_limit{{}, {}, {.queue = "q"}, {.concurrency = 1}}), errc::ok);
    d.wake();
    for (char const* const word : {"a", "b", "c"}) {
        d.publish_one(message_named(word));
    }
    d.join(d.worker, 10, {"q"});
    EXPECT_EQ(d.leased(), 1u);
    d.limit({.queue = "q"}, {.concurrency = 2});
    EXPECT_EQ(d.leased(), 2u);
    d.limit({.queue = "q"}, {.concurrency = 0});
    EXPECT_EQ(d.leased(), 3u) << "none is a limit too, where one is configured";
    EXPECT_EQ(d.broker.limits_in_force().size(), 2u);
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.queue = "q"}}), errc::ok);
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.queue = "q"}}), errc::unknown_limit);
    EXPECT_EQ(d.broker.limits_in_force().size(), 1u);
}

TEST(Limiting, ThereAreNotTooMany) {
    limits bounds;
    bounds.limits_max = 2;
    limit_desk d{bounds};
    EXPECT_EQ(d.limit({.task = "a"}, {.concurrency = 1}), errc::ok);
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "k", 5}), errc::ok);
    EXPECT_EQ(d.limit({.task = "b"}, {.concurrency = 1}), errc::too_many_limits);
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "l", 5}), errc::too_many_limits);
    EXPECT_EQ(d.limit({.task = "a"}, {.concurrency = 2}), errc::ok);
}

TEST(Limiting, SharesHaveBounds) {
    limit_desk d;
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "", 5}), errc::invalid_argument);
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "k", 0}), errc::invalid_argument);
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "k", d.bounds.weight_max + 1}),
              errc::invalid_argument);
    EXPECT_EQ(d.ask(set_share{d.publisher, {1}, "k", 1}), errc::ok);
    EXPECT_TRUE(d.broker.shares().empty());
}

TEST(Limiting, TheListsSayWhatIsHeldBack) {
    limit_desk d;
    d.limit({.task = "t"}, {.rate = limit_desk::ten_a_minute});
    d.limit({.key = "*"}, {.concurrency = 1});
    d.join(d.worker, 100, {"q"});
    for (int i = 0; i < 3; ++i) {
        message m;
        m.id = {79, static_cast<std::uint64_t>(i) + 1};
        m.queue = "q";
        m.task = "t";
        d.publish_one(m);
    }
    message keyed = message_named("a");
    keyed.placement.limit_key = "k";
    d.publish_one(keyed);
    keyed.id = id_of<message_id>("b");
    d.publish_one(keyed);
    auto const all = d.broker.limits_in_force();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].names.key, "*");
    EXPECT_EQ(all[0].running, 1u);
    EXPECT_EQ(all[0].waiting, 1u);
    EXPECT_EQ(all[1].running, 1u);
    EXPECT_EQ(all[1].waiting, 2u);
    auto const one = d.broker.limiters({.task = "t"}, 10, d.now);
    ASSERT_EQ(one.size(), 1u);
    EXPECT_EQ(one[0].names.task, "t");
    EXPECT_EQ(one[0].passed, 1u);
    EXPECT_EQ(one[0].next, d.now.wall + duration{6'000});
    EXPECT_EQ(d.broker.limiters({.key = "*"}, 10, d.now).at(0).names.key, "k");
}

TEST(Limiting, TellsTheBusiestLimiterFirst) {
    limit_desk d;
    d.limit({.key = "*"}, {.concurrency = 1});
    d.join(d.worker, 100, {"q"});
    std::uint64_t made = 0;
    for (auto const& [key, count] : {std::pair{"a", 1}, {"b", 4}, {"c", 2}}) {
        for (int i = 0; i < count; ++i) {
            message m;
            m.id = {79, ++made};
            m.queue = "q";
            m.placement.limit_key = key;
            d.publish_one(m);
        }
    }
    auto const two = d.broker.limiters({.key = "*"}, 2, d.now);
    ASSERT_EQ(two.size(), 2u);
    EXPECT_EQ(two[0].names.key, "b");
    EXPECT_EQ(two[0].waiting, 3u);
    EXPECT_EQ(two[1].names.key, "c");
}

TEST(Limiting, TellsWhereSomethingRunsBeforeWhereItWaits) {
    limit_desk d;
    d.limit({.key = "*"}, {.rate = limit_desk::ten_a_minute, .burst = 2});
    d.join(d.worker, 100, {"q"});
    d.publish_many(9, "t", "waits");
    message m = message_named("m");
    m.placement.limit_key = "runs";
    d.publish_one(m);
    auto const all = d.broker.limiters({.key = "*"}, 9, d.now);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].names.key, "runs");
    EXPECT_EQ(all[0].running, 1u);
    EXPECT_EQ(all[1].running, 0u);
    EXPECT_EQ(all[1].waiting, 7u);
}

// In the limiters it is about; what runs under others is not counted twice.
TEST(Limiting, CountsWhatRunsWhenTheyChange) {
    limit_desk d;
    d.join(d.worker, 2, {"q"});
    for (std::uint64_t i = 1; i <= 5; ++i) {
        message m;
        m.id = {79, i};
        m.queue = "q";
        m.task = "t";
        m.placement.limit_key = i % 2 == 0 ? "even" : "odd";
        d.publish_one(m);
    }
    d.limit({.task = "t"}, {.concurrency = 9});
    d.limit({.key = "odd"}, {.concurrency = 1});
    d.limit({.key = "*"}, {.concurrency = 5});
    d.limit({.task = "t", .key = "even"}, {.concurrency = 3});
    d.limit({.key = "odd"}, {.concurrency = 2});
    auto const running = [&](limit_names const& of) {
        return d.broker.limiters(of, 9, d.now).at(0).running;
    };
    EXPECT_EQ(running({.task = "t"}), 2u);
    EXPECT_EQ(running({.key = "odd"}), 1u);
    EXPECT_EQ(running({.key = "*"}), 1u) << "of the even one";
    EXPECT_EQ(running({.task = "t", .key = "even"}), 1u);
    EXPECT_EQ(d.ask(remove_limit{d.publisher, {1}, {.key = "odd"}}), errc::ok);
    auto const all = d.broker.limiters({.key = "*"}, 9, d.now);
    ASSERT_EQ(all.size(), 2u) << "it is about the odd one now";
    EXPECT_EQ(all[0].running + all[1].running, 2u);
}

} // namespace
} // namespace peyk::core
