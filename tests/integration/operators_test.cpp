// What operators see and do, against a real broker and a worker in this process: limits, sessions,
// instructions, events, reasons, statistics, edits and tags.

#include "tests/integration/await_broker.hpp"
#include "tests/integration/background_worker.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/admin.hpp>
#include <peyk/app.hpp>
#include <peyk/call.hpp>
#include <peyk/event.hpp>
#include <peyk/task.hpp>
#include <peyk/worker.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr auto patience = 30s; // for what takes no time

class Operators : public testing::Test {
protected:
    Operators() {
        broker_.start();
        client_options connection;
        connection.url = broker_.url();
        connection.name = "operator";
        client_.emplace(connection);
        app_.use(*client_);
    }
    ~Operators() override { worker_.reset(); }

    // After the tasks are registered.
    void start_worker() {
        worker_options options;
        options.connection.url = broker_.url();
        options.connection.name = "w1";
        options.connection.labels = {{"gpu", "a100"}};
        options.concurrency = 2;
        options.log_level = "off";
        worker_ = std::make_unique<test::background_worker>(app_.registry(), std::move(options));
        ASSERT_TRUE(until([this] { return !workers().empty(); }));
    }
    std::vector<session_info> workers() { return it().sessions({}, true); }
    admin it() { return admin{*client_}; }

    instructed tell(std::string action, std::vector<std::string> arguments = {}) {
        auto const answers =
            it().instruct({.name = "w1"}, {std::move(action), std::move(arguments)});
        EXPECT_EQ(answers.size(), 1u);
        return answers.empty() ? instructed{} : answers.front();
    }
    template <class Condition>
    bool until(Condition condition) {
        return test::await_broker(*client_, condition);
    }
    message_id publish(message what) {
        if (what.task.empty())
            what.task = "tasks.none";
        return client_->publish(std::move(what));
    }

    test::broker_process broker_{{"--sync", "never"}};
    std::optional<client> client_;
    app app_{"tasks"};
    std::unique_ptr<test::background_worker> worker_;
};

TEST_F(Operators, ARateHoldsForAllMessagesTogether) {
    auto const add = app_.task("tasks.add", [](int a, int b) { return a + b; });
    it().set_limit({.task = "tasks.add"}, {.rate = rate{2, 1s}});
    start_worker();
    auto const begin = steady_clock::now();
    auto const first = add.apply_async({1, 1});
    auto const second = add.apply_async({1, 2});
    auto const third = add.apply_async({1, 3});
    EXPECT_EQ(first.get(patience), 2);
    EXPECT_EQ(second.get(patience), 3);
    EXPECT_EQ(third.get(patience), 4);
    EXPECT_GE(steady_clock::now() - begin, 950ms) << "half a second lies between two of them";
    auto const listed = it().limits();
    ASSERT_EQ(listed.limits.size(), 1u);
    EXPECT_EQ(listed.limits[0].names.task, "tasks.add");
    EXPECT_EQ(listed.limits[0].rate, (rate{2, 1s}));
    it().remove_limit({.task = "tasks.add"});
    EXPECT_TRUE(it().limits().limits.empty());
    EXPECT_THROW(it().remove_limit({.task = "tasks.add"}), refused_error);
}

TEST_F(Operators, AWorkerIsSeenWithItsFactsAndLabels) {
    app_.task("tasks.add", [](int a, int b) { return a + b; });
    start_worker();
    ASSERT_TRUE(until([this] { return workers().at(0).facts.contains("concurrency"); }));
    auto const seen = workers().at(0);
    EXPECT_EQ(seen.name, "w1");
    EXPECT_FALSE(seen.id.empty());
    EXPECT_TRUE(seen.connected);
    EXPECT_THAT(seen.labels, ElementsAre("gpu=a100"));
    EXPECT_THAT(seen.facts, Contains(Pair("concurrency", "2")));
    EXPECT_THAT(seen.facts, Contains(Pair("pool", "threads")));
    EXPECT_THAT(seen.facts, Contains(Pair("queues", "default")));
    ASSERT_EQ(seen.consumers.size(), 1u);
    EXPECT_THAT(seen.consumers[0].queues, ElementsAre("default"));
    EXPECT_THAT(seen.consumers[0].tasks, ElementsAre("tasks.add"));
    EXPECT_EQ(it().sessions().size(), 2u) << "the operator's own, too";
    EXPECT_EQ(it().sessions({.label = "gpu=*"}).size(), 1u);
    EXPECT_EQ(it().sessions({.name = seen.id}).size(), 1u);
    EXPECT_TRUE(it().sessions({.name = "other*"}).empty());
}

TEST_F(Operators, AWorkerTellsWhatItDid) {
    auto const add = app_.task("tasks.add", [](int a, int b) { return a + b; });
    auto const fail = app_.task("tasks.fail",
                                [](context& ctx) {
                                    if (ctx.attempt() == 1)
                                        throw retry_later{0ms};
                                    throw permanent_error{"never"};
                                },
                                {.max_retries = 1});
    start_worker();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(add.apply_async({i, 1}).get(patience), i + 1);
    EXPECT_THROW(fail.delay().get(patience), task_error);
    EXPECT_TRUE(tell("pool_grow", {"1"}).reply.ok); // it introduces itself anew
    ASSERT_TRUE(until([this] {
        auto const seen = workers().at(0).metrics;
        return seen && seen->failed == 1;
    }));
    auto const seen = *workers().at(0).metrics;
    EXPECT_EQ(seen.succeeded, 3u);
    EXPECT_EQ(seen.retried, 1u);
    EXPECT_EQ(seen.handed_back, 0u);
    EXPECT_EQ(seen.crashed, 0u);
    ASSERT_EQ(seen.tasks.size(), 2u);
    EXPECT_EQ(seen.tasks[0].task, "tasks.add");
    EXPECT_EQ(seen.tasks[0].runs, 3u);
    EXPECT_GT(seen.tasks[0].ran, 0us);
    EXPECT_EQ(seen.tasks[1].runs, 2u);
    EXPECT_EQ(seen.others.runs, 0u);
    ASSERT_EQ(seen.pools.size(), 1u);
    EXPECT_EQ(seen.pools[0].pool, "threads");
    EXPECT_EQ(seen.pools[0].slots, 3u);
    EXPECT_FALSE(it().sessions({.name = "operator"}).at(0).metrics) << "it is no worker";
}

TEST_F(Operators, AWorkerDoesWhatItIsTold) {
    app_.task("tasks.add", [](int a, int b) { return a + b; });
    start_worker();
    EXPECT_EQ(tell("ping").reply.text, "pong");
    auto const grown = tell("pool_grow", {"2"});
    EXPECT_EQ(grown.worker, "w1");
    EXPECT_TRUE(grown.reply.ok) << grown.reply.text;
    EXPECT_EQ(grown.reply.text, "has 4 slots, had 2");
    EXPECT_TRUE(tell("add_consumer", {"reports"}).reply.ok);
    EXPECT_TRUE(until([this] {
        auto const seen = workers();
        return seen.at(0).consumers.at(0).queues ==
                   std::vector<std::string>{"default", "reports"} &&
               seen.at(0).facts.at("concurrency") == "4" && seen.at(0).consumers.at(0).credit == 4;
    }));
    auto const called = call(*client_, "tasks.add", {2, 3}, {}, {.queue = "reports"});
    EXPECT_EQ(called.get(patience), 5);
    auto const unknown = tell("dance");
    EXPECT_FALSE(unknown.reply.ok);
    EXPECT_THAT(unknown.reply.text, HasSubstr("cannot \"dance\""));
    EXPECT_TRUE(tell("shutdown").reply.ok);
    worker_->join();
    EXPECT_TRUE(until([this] { return workers().empty(); }));
    EXPECT_THROW(tell("ping"), refused_error) << "nobody is there";
}

TEST_F(Operators, WhoListensGetsAllEventsOfATaskInTheirOrder) {
    auto const add = app_.task("tasks.add", [](int a, int b) { return a + b; });
    start_worker();
    auto listener = client_->listen({.task = "tasks.add"});
    (void)it().limits(); // asked later, answered later: the broker knows the listener by now
    auto const called = add.apply_async({1, 1});
    EXPECT_EQ(called.get(patience), 2);
    std::vector<event> seen;
    do
        seen.push_back(listener.next(patience));
    while (seen.back().kind != event_kind::task_succeeded);
    ASSERT_GE(seen.size(), 3u);
    EXPECT_EQ(seen[0].kind, event_kind::task_sent);
    EXPECT_EQ(seen[0].id, called.id());
    EXPECT_EQ(seen[0].queue, "default");
    EXPECT_EQ(seen[1].kind, event_kind::task_received);
    EXPECT_EQ(seen[1].worker, "w1");
    for (std::size_t i = 1; i < seen.size(); ++i)
        EXPECT_GT(seen[i].sequence, seen[i - 1].sequence);
}

TEST_F(Operators, WhoListensGoesOnBehindASequence) {
    auto listener = client_->listen({.kinds = {event_kind::task_sent}});
    (void)it().limits();
    auto const one = publish({.queue = "q"});
    auto const two = publish({.queue = "q"});
    auto const first = listener.next(patience);
    EXPECT_EQ(first.id, one);
    listener.close();
    auto const three = publish({.queue = "q"});
    auto again = client_->listen({.kinds = {event_kind::task_sent}, .after = first.sequence});
    EXPECT_EQ(again.next(patience).id, two);
    EXPECT_EQ(again.next(patience).id, three);
}

TEST_F(Operators, AListenerGoesOnWhenTheBrokerComesBack) {
    auto listener = client_->listen({.kinds = {event_kind::task_sent}});
    (void)it().limits();
    auto const one = publish({.queue = "q"});
    auto const first = listener.next(patience);
    EXPECT_EQ(first.id, one);
    broker_.kill();
    broker_.start();
    auto const two = publish({.queue = "q"});
    auto const second = listener.next(patience);
    EXPECT_EQ(second.id, two);
    EXPECT_GT(second.sequence, first.sequence);
    EXPECT_GT(second.missed, 0u) << "of what happened meanwhile nobody knows";
}

TEST_F(Operators, TheBrokerSaysWhyAMessageWaits) {
    auto const nobody = publish({.queue = "empty"});
    EXPECT_EQ(client_->why(nobody).kind, obstacle_kind::nobody_reads);
    EXPECT_THAT(client_->why(nobody).text, HasSubstr("empty"));
    auto const later = publish({.queue = "empty", .countdown = 1h});
    EXPECT_EQ(client_->why(later).kind, obstacle_kind::scheduled);
    EXPECT_TRUE(client_->why(later).until);
    EXPECT_EQ(client_->why(message_id::make()).kind, obstacle_kind::unknown);
    app_.task("tasks.add", [](int a, int b) { return a + b; });
    start_worker();
    auto const labelled = publish({.task = "tasks.add", .labels = {"gpu=h100"}});
    EXPECT_EQ(client_->why(labelled).kind, obstacle_kind::labels);
    auto const foreign = publish({.task = "tasks.other"});
    EXPECT_EQ(client_->why(foreign).kind, obstacle_kind::nobody_announces);
    auto const both = client_->why({labelled, nobody});
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[1].kind, obstacle_kind::nobody_reads);
}

TEST_F(Operators, WhatWasDoneIsCountedAndSurvivesARestart) {
    auto const add = app_.task("tasks.add", [](int a, int b) { return a + b; });
    start_worker();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(add.apply_async({i, 1}).get(patience), i + 1);
    auto const of_queue = [this] {
        auto const found = it().statistics({.name = "default", .since = time_point{1h}});
        return found.empty() ? statistics_series{} : found.front();
    };
    auto const queue = of_queue();
    EXPECT_EQ(queue.name, "default");
    EXPECT_EQ(queue.sum.published, 3u);
    EXPECT_EQ(queue.sum.delivered, 3u);
    EXPECT_EQ(queue.sum.succeeded, 3u);
    EXPECT_EQ(queue.sum.waited.count, 3u);
    EXPECT_EQ(queue.sum.ran.count, 3u);
    EXPECT_FALSE(queue.samples.empty());
    auto const by_hours =
        it().statistics({.name = "default", .since = time_point{1h}, .hours = true});
    ASSERT_EQ(by_hours.size(), 1u) << "the hour under way is told";
    EXPECT_EQ(by_hours[0].sum.succeeded, 3u);
    auto const tasks = it().statistics({.tasks = true, .since = time_point{1h}});
    ASSERT_EQ(tasks.size(), 1u);
    EXPECT_EQ(tasks[0].name, "tasks.add");
    EXPECT_EQ(tasks[0].sum.succeeded, 3u);
    EXPECT_TRUE(tasks[0].samples.empty());
    worker_.reset();
    broker_.terminate(); // statistics are written by the minute, and at the end
    broker_.start();
    EXPECT_EQ(of_queue().sum.succeeded, 3u);
}

TEST_F(Operators, AMessageThatWaitsCanBeChanged) {
    auto const waits = publish({.queue = "q", .priority = 1});
    client_->edit(waits, {.priority = 9, .max_retries = 7});
    EXPECT_EQ(client_->status(waits).priority, 9u);
    auto const answers = client_->edit({waits, message_id::make()}, {.priority = 8});
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_FALSE(answers[0]);
    EXPECT_EQ(answers[1], errc::unknown_message);
    client_->cancel(waits);
    EXPECT_THROW(client_->edit(waits, {.priority = 7}), refused_error);
}

TEST_F(Operators, MessagesAreFoundByTheirTags) {
    auto const tagged = publish({.queue = "q", .tags = {"tenant=42", "urgent"}});
    (void)publish({.queue = "q", .tags = {"tenant=7"}});
    (void)publish({.queue = "q"});
    auto const found = client_->messages({.tag = "tenant=4*"});
    ASSERT_EQ(found.messages.size(), 1u);
    EXPECT_EQ(found.messages[0].id, tagged);
    EXPECT_THAT(found.messages[0].tags, ElementsAre("tenant=42", "urgent"));
    EXPECT_EQ(client_->messages({.tag = "tenant=*"}).messages.size(), 2u);
}

} // namespace
} // namespace peyk
