// What can happen to a task between its publish and its end, against a real broker and a worker in
// this process: reports, checkpoints, unique keys, limits, waiting for many, and administration.

#include "tests/integration/background_worker.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/admin.hpp>
#include <peyk/app.hpp>
#include <peyk/call.hpp>
#include <peyk/task.hpp>
#include <peyk/wait.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

constexpr auto patience = 30s; // for what takes no time

class MessageLife : public testing::Test {
protected:
    MessageLife() {
        broker_.start();
        client_options connection;
        connection.url = broker_.url();
        client_.emplace(connection);
        app_.use(*client_);
    }
    ~MessageLife() override { worker_.reset(); }

    // After the tasks are registered.
    void start_worker() {
        worker_options options;
        options.connection.url = broker_.url();
        options.concurrency = 4;
        options.log_level = "off";
        worker_ = std::make_unique<test::background_worker>(app_.registry(), std::move(options));
    }

    test::broker_process broker_{{"--sync", "never"}};
    std::optional<client> client_;
    app app_{"tasks"};
    std::unique_ptr<test::background_worker> worker_;
};

TEST_F(MessageLife, ATaskTellsHowFarItIsAndGoesOnFromItsCheckpoint) {
    auto const count = app_.task("count",
                                 [](context& ctx) {
                                     auto const from = ctx.checkpoint<int>().value_or(0);
                                     for (int i = from; i < 4; ++i) {
                                         ctx.log("step " + std::to_string(i));
                                         ctx.progress(static_cast<std::uint64_t>(i) + 1, 4, "step");
                                         if (i == 1 && ctx.attempt() == 1) {
                                             ctx.checkpoint(i + 1);
                                             throw std::runtime_error("half way");
                                         }
                                     }
                                     return from;
                                 },
                                 {.max_retries = 1, .retry = retry_policy{.base = 1ms}});
    start_worker();
    auto const result = count.apply_async({}, {.countdown = 1h});
    std::vector<std::uint64_t> done;
    std::string log;
    bool sent_off = false;
    auto const ended =
        result.follow({.on_progress = [&](progress const& p) { done.push_back(p.done); },
                       .on_log = [&](std::string_view lines) { log += lines; },
                       .on_state =
                           [&](status const&) {
                               if (!std::exchange(sent_off, true))
                                   result.run_now();
                           },
                       .timeout = patience});
    EXPECT_EQ(ended.state, state::success);
    EXPECT_EQ(result.get(), 2); // the second attempt began where the first one was
    EXPECT_EQ(log, "step 0\nstep 1\nstep 2\nstep 3\n");
    ASSERT_FALSE(done.empty());
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_EQ(done.back(), 4u); // the last is never left out

    auto const info = result.info();
    EXPECT_EQ(info.log, log);
    EXPECT_EQ(info.progress, (progress{4, 4, "step"}));
    ASSERT_EQ(info.history.size(), 1u);
    EXPECT_EQ(info.history[0].error.message, "half way");
    EXPECT_FALSE(info.history[0].crash);
}

TEST_F(MessageLife, AUniqueKeyIsTakenUntilTheEnd) {
    task<int(int, int)> const add{*client_, "add"};
    call_options once{.countdown = 1h, .unique = uniqueness{.key = "the one"}};
    auto const first = add.apply_async({1, 2}, once);
    try {
        add.apply_async({3, 4}, once);
        FAIL() << "nothing was thrown";
    } catch (unique_conflict_error const& e) {
        EXPECT_EQ(e.existing(), first.id());
    }
    once.unique->on_conflict = on_conflict::return_existing;
    auto const attached = add.apply_async({3, 4}, once);
    EXPECT_EQ(attached.id(), first.id());
    app_.task("add", [](int a, int b) { return a + b; });
    start_worker();
    first.run_now();
    EXPECT_EQ(attached.get(patience), 3);
    auto const next = add.apply_async({3, 4}, once); // the key is free
    EXPECT_NE(next.id(), first.id());
}

TEST_F(MessageLife, DebouncingKeepsTheLastCall) {
    task<int(int)> const save{*client_, "save"};
    auto const first = save.apply_async({1}, debounce("doc", 1h));
    auto const second = save.apply_async({2}, debounce("doc", 1h));
    EXPECT_THROW(first.get(patience), revoked_error);
    EXPECT_EQ(second.status().detail, detail::scheduled);
}

TEST_F(MessageLife, ARateLimitHoldsAllOfTheTaskAndCostsNoAttempt) {
    std::mutex mutex;
    std::optional<time_point> until;
    auto const call = app_.task("call", [&](context& ctx) {
        auto const now = system_clock::now();
        std::scoped_lock const lock{mutex};
        if (until)
            return now >= *until; // also the other message
        until = std::chrono::ceil<std::chrono::milliseconds>(now + 300ms);
        EXPECT_EQ(ctx.attempt(), 1u);
        throw rate_limited(*until);
    });
    auto const first = call.delay();
    start_worker();
    EXPECT_TRUE(first.get(patience));
    EXPECT_EQ(first.status().attempts, 0u);
    EXPECT_TRUE(call.delay().get(patience));
}

TEST_F(MessageLife, AResultTooLargeIsAFailureThatSaysSo) {
    auto const capped =
        app_.task("capped", [] { return std::string(100, 'x'); }, {.result_bytes_max = 50});
    auto const huge =
        app_.task("huge", [] { return std::string(5u << 20, 'x'); }, {.max_retries = 3});
    start_worker();
    for (auto const& result : {capped.delay(), huge.delay()}) {
        auto const ended = result.get({.timeout = patience, .propagate = false});
        ASSERT_FALSE(ended.has_value());
        EXPECT_EQ(ended.error().type(), "peyk::result_too_large");
    }
}

TEST_F(MessageLife, WaitingForAnyAndForAll) {
    auto const add = app_.task("add", [](int a, int b) { return a + b; });
    start_worker();
    std::vector<async_result<int>> results;
    for (int i = 0; i < 5; ++i)
        results.push_back(add.apply_async({i, i}, {.countdown = 1h}));
    EXPECT_THROW(wait_any(results, 10ms), timeout_error);
    results[3].run_now();
    EXPECT_EQ(wait_any(results, patience), 3u);
    EXPECT_THROW(wait_all(results, 10ms), timeout_error);
    for (auto const& each : results)
        if (each.id() != results[3].id())
            each.run_now();
    auto const ended = wait_all(results, patience);
    ASSERT_EQ(ended.size(), results.size());
    for (std::size_t i = 0; i < ended.size(); ++i) {
        EXPECT_EQ(ended[i].state, state::success);
        EXPECT_EQ(results[i].get(), static_cast<int>(2 * i));
    }
}

TEST_F(MessageLife, WhatATaskPublishesIsItsChild) {
    app_.task("child", [] { return 1; });
    app_.task("parent", [](context& ctx) {
        return task<int()>{ctx.through(), "child"}.delay().id().to_string();
    });
    start_worker();
    auto const parent = task<std::string()>{*client_, "parent"}.delay();
    auto const id = message_id::parse(parent.get(patience)).value();
    async_result<int> const child{*client_, id};
    EXPECT_EQ(child.get(patience), 1);
    EXPECT_EQ(child.status().parent, parent.id());
    EXPECT_EQ(child.status().root, parent.id());
    auto const page = client_->messages({.root = parent.id()});
    ASSERT_EQ(page.messages.size(), 1u);
    EXPECT_EQ(page.messages[0].id, id);
}

TEST_F(MessageLife, ADeadLetterIsRedrivenAndARestForgotten) {
    std::atomic<bool> broken = true;
    auto const fragile = app_.task("fragile", [&] {
        if (broken)
            throw std::runtime_error("broken");
        return 1;
    });
    start_worker();
    auto const result = fragile.delay();
    EXPECT_THROW(result.get(patience), task_error);
    auto const dead = result.info();
    EXPECT_EQ(dead.detail, detail::dead);
    EXPECT_NE(dead.death, death::none);
    broken = false;
    auto const again = client_->redrive(std::vector{result.id()}, {.reset_counters = true});
    EXPECT_FALSE(again.at(0)) << again.at(0);
    EXPECT_EQ(result.get(patience), 1);
    result.forget();
    EXPECT_EQ(result.state(), state::unknown);
}

TEST_F(MessageLife, QueuesPoliciesHoldsAndSweeps) {
    admin const it{*client_};
    it.create_queue("mail.out");
    EXPECT_TRUE(client_->queue("mail.out").created);
    it.set_policy({.pattern = "mail.*", .settings = {.max_length = 2}});
    EXPECT_EQ(client_->queue("mail.out").policy, "mail.*");
    for (int i = 0; i < 2; ++i)
        client_->publish(message{.queue = "mail.out", .task = "send", .countdown = 1h});
    try {
        client_->publish(message{.queue = "mail.out", .task = "send"});
        FAIL() << "the queue was not full";
    } catch (refused_error const& e) {
        EXPECT_EQ(e.code(), errc::queue_full);
    }
    it.set_hold({.name = "mail.out", .reason = "for a test"});
    EXPECT_TRUE(client_->queue("mail.out").held);
    EXPECT_EQ(it.holds().at(0).reason, "for a test");
    it.release_hold(hold_scope::queue, "mail.out");
    EXPECT_THROW(it.release_hold(hold_scope::queue, "mail.out"), refused_error);

    auto const counted = it.sweep({.which = {.queue = "mail.*"}, .dry_run = true});
    EXPECT_EQ(counted.matched, 2u);
    EXPECT_EQ(counted.changed, 0u);
    auto const swept = it.sweep({.which = {.queue = "mail.*"}, .reason = "away"});
    EXPECT_TRUE(swept.done);
    EXPECT_EQ(swept.changed, 2u);
    EXPECT_TRUE(it.sweeps().empty());
    it.remove_policy("mail.*");
    EXPECT_TRUE(it.policies().empty());
}

TEST_F(MessageLife, ASchedulePublishesWithoutAnybodyElse) {
    app_.task("tick", [] { return 7; });
    start_worker();
    admin const it{*client_};
    schedule every_hour{.name = "hourly", .every = 1h};
    every_hour.message = make_call("tick", {});
    it.set_schedule(every_hour);
    async_result<int> const triggered{*client_, it.trigger_schedule("hourly")};
    EXPECT_EQ(triggered.get(patience), 7);
    auto const seen = it.schedule("hourly");
    EXPECT_EQ(seen.schedule.message.task, "tick");
    EXPECT_FALSE(seen.next.empty());
    it.pause_schedule("hourly");
    EXPECT_TRUE(it.schedules().at(0).schedule.paused);
    EXPECT_THROW(it.set_schedule({.name = "bad", .cron = "99 * * * *"}), refused_error);
    it.remove_schedule("hourly");
    EXPECT_THROW(it.schedule("hourly"), error);
}

} // namespace
} // namespace peyk
