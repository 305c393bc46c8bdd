// What a worker answers to its operators, without a broker.

#include "worker/src/lifecycle.hpp"
#include "worker/src/processor.hpp"
#include "worker/src/remote_control.hpp"
#include <peyk/task_registry.hpp>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peyk::worker_detail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

worker_options options_with(pool_kind pool) {
    worker_options made;
    made.pool = pool;
    made.concurrency = 4;
    made.queues = {"mail"};
    made.connection.url = "peyk://127.0.0.1:1";
    return made;
}

struct rig {
    explicit rig(pool_kind pool = pool_kind::threads) : options(options_with(pool)) {}

    instruction_reply told(std::string action, std::vector<std::string> arguments = {}) {
        return control.obey({std::move(action), std::move(arguments)});
    }

    worker_options options;
    task_registry registry;
    asio::io_context loop{1}; // never runs
    client through{loop.get_executor(), options.connection};
    processor works{registry,
                    options,
                    through,
                    {[] {},
                     [](std::string const&) {
                     }}};
    lifecycle life{loop, works, through, options};
    remote_control control{loop, works, life, through, options};
};

TEST(RemoteControl, AnswersAPing) {
    auto const reply = rig{}.told("ping");
    EXPECT_TRUE(reply.ok);
    EXPECT_EQ(reply.text, "pong");
}

TEST(RemoteControl, LimitsTheTimeOfATaskItHas) {
    rig it;
    it.registry.add("crawl", [] {});
    auto const limited = it.told("time_limit", {"crawl", "60000ms", "120000ms"});
    EXPECT_TRUE(limited.ok);
    EXPECT_EQ(limited.text, "limits crawl: soft 60000 ms, hard 120000 ms");
    EXPECT_EQ(it.told("time_limit", {"crawl", "0ms"}).text, "limits crawl: soft none, hard none");
    EXPECT_FALSE(it.told("time_limit", {"crawl"}).ok);
    EXPECT_THAT(it.told("time_limit", {"crawl", "2ms", "1ms"}).text, HasSubstr("above the hard"));
    EXPECT_FALSE(it.told("time_limit", {"crawl", "-1ms"}).ok);
    EXPECT_FALSE(it.told("time_limit", {"crawl", "999999999999ms"}).ok);
    EXPECT_THAT(it.told("time_limit", {"other", "1ms"}).text, HasSubstr("no task other"));
}

TEST(RemoteControl, ChangesThePool) {
    rig it;
    auto const grown = it.told("pool_grow", {"3"});
    EXPECT_TRUE(grown.ok);
    EXPECT_EQ(grown.text, "has 7 slots, had 4");
    EXPECT_EQ(it.works.slots(), 7U);
    EXPECT_TRUE(it.told("pool_shrink").ok) << "one, if it is not said";
    EXPECT_EQ(it.works.slots(), 6U);
}

TEST(RemoteControl, LetsThePoolScaleItself) {
    rig it;
    auto const scaled = it.told("autoscale", {"10", "6"});
    EXPECT_TRUE(scaled.ok);
    EXPECT_EQ(scaled.text, "has 6 to 10 slots, 6 now");
    EXPECT_FALSE(it.told("autoscale", {"2", "6"}).ok);
    EXPECT_FALSE(it.told("autoscale", {"10"}).ok);
    EXPECT_THAT(it.told("autoscale", {"10", "6", "prefork"}).text,
                HasSubstr("no pool \"prefork\", but threads"));
    EXPECT_FALSE(rig{pool_kind::solo}.told("autoscale", {"2", "1"}).ok);
}

TEST(RemoteControl, APoolHasOneSlotAtLeastAndSoManyAtMost) {
    rig it;
    auto const none = it.told("pool_shrink", {"4"});
    EXPECT_FALSE(none.ok);
    EXPECT_THAT(none.text, HasSubstr("one at least is left"));
    auto const many = it.told("pool_grow", {"9997"});
    EXPECT_FALSE(many.ok);
    EXPECT_THAT(many.text, HasSubstr("may have 10000"));
    EXPECT_FALSE(it.told("pool_grow", {"18446744073709551615"}).ok);
    EXPECT_EQ(it.works.slots(), 4U);
}

TEST(RemoteControl, WhatIsNoNumberIsRefused) {
    rig it;
    for (auto const* const text : {"0", "-1", "two", "2x", "", "1.5"}) {
        auto const reply = it.told("pool_grow", {text});
        EXPECT_FALSE(reply.ok) << text;
        EXPECT_THAT(reply.text, HasSubstr("is no number of slots"));
    }
}

TEST(RemoteControl, ASoloPoolCannotChange) {
    rig it{pool_kind::solo};
    auto const reply = it.told("pool_grow");
    EXPECT_FALSE(reply.ok);
    EXPECT_EQ(reply.text, "the pool of this worker has one slot, always");
}

TEST(RemoteControl, ChangesTheQueues) {
    rig it;
    auto const added = it.told("add_consumer", {"reports"});
    EXPECT_TRUE(added.ok);
    EXPECT_EQ(added.text, "reads mail, reports");
    EXPECT_EQ(it.told("add_consumer", {"reports"}).text, "it reads \"reports\" already");
    EXPECT_TRUE(it.told("cancel_consumer", {"mail"}).ok);
    EXPECT_THAT(it.works.queues(), ElementsAre("reports"));
    EXPECT_EQ(it.told("cancel_consumer", {"mail"}).text, "it does not read \"mail\"");
    EXPECT_THAT(it.told("cancel_consumer", {"reports"}).text, HasSubstr("is the last queue"));
    EXPECT_THAT(it.works.queues(), ElementsAre("reports"));
}

TEST(RemoteControl, AQueueIsOneNameTheBrokerTakes) {
    rig it;
    EXPECT_EQ(it.told("add_consumer").text, "name one queue");
    EXPECT_EQ(it.told("add_consumer", {""}).text, "name one queue");
    EXPECT_EQ(it.told("add_consumer", {"a", "b"}).text, "name one queue");
    EXPECT_THAT(it.told("add_consumer", {"a b"}).text, HasSubstr("cannot be a queue"));
    EXPECT_THAT(it.told("add_consumer", {std::string(201, 'a')}).text,
                HasSubstr("cannot be a queue"));
    EXPECT_THAT(it.works.queues(), ElementsAre("mail"));
}

TEST(RemoteControl, SaysWhatItCanWhenItIsToldSomethingElse) {
    auto const reply = rig{}.told("dance", {"8", "2"});
    EXPECT_FALSE(reply.ok);
    EXPECT_THAT(reply.text, HasSubstr("cannot \"dance\""));
    EXPECT_THAT(reply.text, HasSubstr("pool_grow"));
}

} // namespace
} // namespace peyk::worker_detail
