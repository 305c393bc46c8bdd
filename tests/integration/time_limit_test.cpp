// Attempts that take too long: told to stop by the soft limit, failed by the other one.

#include "tests/integration/worker_fixture.hpp"
#include <peyk/admin.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using test::patience;

class TimeLimitTest : public test::WorkerTest {
protected:
    // A task that waits until it is stopped, as one that looks at its token now and then.
    static std::string until_stopped(context& ctx) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock{mutex};
        stopped.wait(lock, ctx.stop_token(), [] { return false; });
        ctx.throw_if_stopped();
        return "not stopped";
    }
};

TEST_F(TimeLimitTest, TheSoftOneTellsAFunctionThatLooks) {
    tasks_.add("slow", until_stopped, {.soft_time_limit = 20ms});
    work();
    auto const failure = failure_of(remote<std::string()>("slow").delay());
    EXPECT_EQ(failure.type(), "peyk::soft_time_limit_exceeded");
}

TEST_F(TimeLimitTest, AfterTheSoftOneAResultStillCounts) {
    tasks_.add("tidy_up",
               [](context& ctx) {
                   try {
                       return until_stopped(ctx);
                   } catch (soft_time_limit_exceeded const&) {
                       return std::string{"half of it"};
                   }
               },
               {.soft_time_limit = 20ms, .time_limit = 1h});
    work();
    EXPECT_EQ(remote<std::string()>("tidy_up").delay().get(patience), "half of it");
}

TEST_F(TimeLimitTest, TheSoftOneCancelsWhatACoroutineWaitsFor) {
    tasks_.add("slow",
               []() -> asio::awaitable<void> {
                   asio::steady_timer for_ever{co_await asio::this_coro::executor,
                                               asio::steady_timer::time_point::max()};
                   co_await for_ever.async_wait(asio::use_awaitable);
               },
               {.soft_time_limit = 20ms});
    work(options(pool_kind::async));
    auto const failure = failure_of(remote<void()>("slow").delay());
    EXPECT_EQ(failure.type(), "peyk::soft_time_limit_exceeded");
}

// The function keeps its slot: nothing else is taken in until it has left it.
TEST_F(TimeLimitTest, TheHardOneEndsTheAttemptAndNotTheFunction) {
    std::promise<void> leave;
    auto const left = leave.get_future().share();
    tasks_.add("stuck", [left] { left.wait(); }, {.time_limit = 20ms});
    tasks_.add("next", [] { return 1; });
    auto with = options();
    with.concurrency = 1;
    work(with);
    auto const failure = failure_of(remote<void()>("stuck").delay());
    EXPECT_EQ(failure.type(), "peyk::time_limit_exceeded");
    auto const next = remote<int()>("next").delay();
    EXPECT_THROW(next.get(100ms), timeout_error);
    EXPECT_EQ(next.status().detail, detail::ready); // held by nobody
    leave.set_value();
    EXPECT_EQ(next.get(patience), 1);
}

TEST_F(TimeLimitTest, WhatTookTooLongIsRetried) {
    std::atomic<int> runs{0};
    tasks_.add("slow_once", [&](context& ctx) {
        return ++runs == 1 ? until_stopped(ctx) : std::string{"in time"};
    });
    work();
    auto const asked =
        remote<std::string()>("slow_once")
            .apply_async(
                {}, {.retry = retry_policy{.max_retries = 1, .base = 1ms}, .time_limit = 50ms});
    EXPECT_EQ(asked.get(patience), "in time");
    EXPECT_EQ(asked.status().attempts, 1U);
    EXPECT_EQ(runs, 2);
}

TEST_F(TimeLimitTest, ThatOfTheMessageWinsAndThatOfTheWorkerIsTheLast) {
    tasks_.add("slow", until_stopped, {.soft_time_limit = 1h});
    tasks_.add("unlimited", until_stopped);
    auto with = options();
    with.time_limits.soft = 20ms;
    work(with);
    auto const asked = remote<std::string()>("slow").apply_async({}, {.soft_time_limit = 20ms});
    EXPECT_EQ(failure_of(asked).type(), "peyk::soft_time_limit_exceeded");
    EXPECT_EQ(failure_of(remote<std::string()>("unlimited").delay()).type(),
              "peyk::soft_time_limit_exceeded");
}

TEST_F(TimeLimitTest, ASoftOneAboveTheHardOneIsRefusedToWhoGivesIt) {
    tasks_.add("slow", until_stopped);
    auto const refused = [](auto const& act) {
        try {
            act();
            return std::string{"not refused"};
        } catch (refused_error const& why) {
            EXPECT_EQ(why.code(), errc::invalid_argument);
            return std::string{why.what()};
        }
    };
    call_options const wrong{.soft_time_limit = 2s, .time_limit = 1s};
    EXPECT_EQ(refused([&] {
                  remote<std::string()>("slow").apply_async({}, wrong);
              }).find("the soft time limit is above the hard one"),
              0U);
    schedule every{.name = "slow", .every = 1h};
    every.message.content.soft_time_limit = 2s;
    every.message.content.time_limit = 1s;
    EXPECT_EQ(refused([&] {
                  admin{publisher()}.set_schedule(every);
              }).find("the soft time limit is above the hard one"),
              0U);
    auto with = options();
    with.time_limits = {.soft = 2s, .hard = 1s};
    EXPECT_THROW((worker{tasks_, with}), std::invalid_argument);
}

TEST_F(TimeLimitTest, AnOperatorMaySetThem) {
    tasks_.add("slow", until_stopped, {.soft_time_limit = 1h});
    tasks_.add("ready", [] {});
    work();
    remote<void()>("ready").delay().get(patience); // the worker is there
    auto const replies = admin{publisher()}.instruct({}, {"time_limit", {"slow", "20ms"}});
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_TRUE(replies.front().reply.ok) << replies.front().reply.text;
    EXPECT_EQ(failure_of(remote<std::string()>("slow").delay()).type(),
              "peyk::soft_time_limit_exceeded");
}

} // namespace
} // namespace peyk
