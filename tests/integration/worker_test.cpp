// A worker in this process against a real broker: what each end of a task comes to, retries,
// shutdown, and a broker that is killed while a task runs.

#include "tests/integration/worker_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using test::background_worker;
using test::patience;

class WorkerTest : public test::WorkerTest {};

TEST_F(WorkerTest, RunsATaskAndRecordsItsResult) {
    tasks_.add("add", [](int a, int b) { return a + b; }, {.args = {"a", "b"}});
    work();
    auto const add = remote<int(int, int)>("add");
    EXPECT_EQ(add.delay(2, 2).get(patience), 4);
    EXPECT_EQ(add.delay(2, kw("b", 3)).get(patience), 5);
    EXPECT_EQ(add.s(2).delay(8).get(patience), 10);
}

TEST_F(WorkerTest, TheSoloPoolRunsThemToo) {
    tasks_.add("add", [](int a, int b) { return a + b; });
    work(options(pool_kind::solo));
    auto const add = remote<int(int, int)>("add");
    for (int n = 0; n < 20; ++n)
        EXPECT_EQ(add.delay(n, n).get(patience), 2 * n);
}

TEST_F(WorkerTest, ARightNumberOfTasksRunsAtOnce) {
    std::latch together{4};
    tasks_.add("meet", [&] { together.arrive_and_wait(); });
    work();
    auto const meet = remote<void()>("meet");
    std::vector<async_result<void>> all;
    for (int n = 0; n < 4; ++n)
        all.push_back(meet.delay());
    for (auto const& each : all)
        EXPECT_NO_THROW(each.get(patience));
}

TEST_F(WorkerTest, WrongArgumentsFailForGood) {
    tasks_.add("add", [](int a, int b) { return a + b; }, {.args = {"a", "b"}, .max_retries = 3});
    work();
    dynamic_result const result = call(publisher(), "add", {1, "two"});
    auto const error = failure_of(result);
    EXPECT_EQ(error.type(), "peyk::bad_arguments");
    EXPECT_NE(error.message().find("argument 2 \"b\""), std::string::npos) << error.message();
    EXPECT_EQ(result.status().deliveries, 1U);
}

TEST_F(WorkerTest, AnExceptionIsTheError) {
    tasks_.add("fail", [] { throw std::invalid_argument{"no good"}; });
    work();
    auto const error = failure_of(remote<void()>("fail").delay());
    EXPECT_EQ(error.type(), "std::invalid_argument");
    EXPECT_EQ(error.message(), "no good");
    EXPECT_EQ(error.state(), state::failure);
}

TEST_F(WorkerTest, ATaskThatFailsTwiceIsSeenToDoSo) {
    tasks_.add("third", [](context& ctx) {
        if (ctx.attempt() < 3)
            throw std::runtime_error{"not yet"};
        return ctx.attempt();
    });
    task_options const with{.retry = retry_policy{.max_retries = 3, .base = 100ms},
                            .track_started = true};
    auto const result = remote<std::uint32_t()>("third", with).delay();
    auto seen = result.watch();
    std::vector<state> history{seen.next(patience)->state};
    work();
    while (auto const next = seen.next(patience)) {
        if (next->state != history.back())
            history.push_back(next->state);
    }
    EXPECT_EQ(history,
              (std::vector{state::pending,
                           state::started,
                           state::retry,
                           state::started,
                           state::retry,
                           state::started,
                           state::success}));
    EXPECT_EQ(result.get(patience), 3U);
}

TEST_F(WorkerTest, TheRegistrationRetriesWhatWasPublishedWithoutAPolicy) {
    std::atomic<int> ran = 0;
    tasks_.add("flaky",
               [&](context& ctx) {
                   ++ran;
                   EXPECT_EQ(ctx.is_last_attempt(), ctx.attempt() == 3);
                   throw std::runtime_error{"always"};
               },
               {.max_retries = 2, .retry = retry_policy{.base = 1ms}});
    work();
    auto const result = remote<void()>("flaky").delay();
    EXPECT_EQ(failure_of(result).message(), "always");
    EXPECT_EQ(ran, 3);
    EXPECT_EQ(result.status().attempts, 3U);
}

TEST_F(WorkerTest, ATaskMayAskToBeRetriedLater) {
    tasks_.add("later", [](context& ctx) {
        if (ctx.attempt() == 1)
            throw retry_later{1ms, "busy"};
        return std::string{"done"};
    });
    work();
    EXPECT_EQ(remote<std::string()>("later").delay().get(patience), "done");
}

TEST_F(WorkerTest, SnoozeCostsNoAttempt) {
    tasks_.add("snooze", [](context& ctx) {
        if (ctx.from().deliveries == 1)
            throw snooze{1ms};
        return ctx.attempt();
    });
    work();
    EXPECT_EQ(remote<std::uint32_t()>("snooze").delay().get(patience), 1U);
}

TEST_F(WorkerTest, AnErrorTextThatIsNotUtf8FailsItsTaskAndNoOther) {
    tasks_.add("fail", []() -> int { throw std::runtime_error{"caf\xe9"}; }); // Latin-1
    tasks_.add("add", [](int a, int b) { return a + b; });
    work();
    auto const failed = remote<int()>("fail").delay();
    EXPECT_EQ(failure_of(failed).message(), "caf\ufffd");
    EXPECT_EQ((remote<int(int, int)>("add").delay(2, 2).get(patience)), 4);
}

TEST_F(WorkerTest, ARejectedMessageIsADeadLetter) {
    tasks_.add("reject", [] { throw reject{"never again"}; });
    work();
    auto const result = remote<void()>("reject", {.max_retries = 3}).delay();
    EXPECT_EQ(failure_of(result).message(), "never again");
    EXPECT_EQ(result.status().detail, detail::dead);
}

TEST_F(WorkerTest, ADroppedTaskSucceedsWithoutAResult) {
    tasks_.add("drop", [] { throw drop{}; });
    work();
    auto const result = remote<void()>("drop").delay();
    auto const ended = publisher().wait(result.id(), patience);
    EXPECT_TRUE(ended.state == state::unknown || ended.state == state::success) << ended.state;
    EXPECT_TRUE(ended.result.empty());
}

TEST_F(WorkerTest, AStoppedWorkerHandsBackWhatHasNotStarted) {
    std::latch running{1};
    std::latch gate{1};
    std::atomic<int> ran = 0;
    tasks_.add("gate", [&] {
        ++ran;
        running.count_down();
        gate.wait();
    });
    auto with = options(pool_kind::solo);
    with.prefetch = 4;
    auto& first = work(with);
    auto const gated = remote<void()>("gate");
    std::vector<async_result<void>> all{gated.delay()};
    running.wait();
    for (int n = 0; n < 4; ++n)
        all.push_back(gated.delay());
    first.it().stop();
    // The worker stops on a thread of its own: with the gate open too early, it would run them all.
    for (std::size_t at = 1; at < all.size(); ++at)
        wait_until_ready(all[at]);
    gate.count_down();
    EXPECT_EQ(first.join(), worker_end::drained);
    EXPECT_EQ(ran, 1);
    EXPECT_TRUE(all[0].successful());
    for (std::size_t at = 1; at < all.size(); ++at) {
        auto const now = all[at].status();
        EXPECT_EQ(now.state, state::pending);
        EXPECT_EQ(now.attempts, 0U);
    }
    // The latch is used up, so the next worker gets through.
    work();
    for (auto const& each : all)
        EXPECT_NO_THROW(each.get(patience));
}

TEST_F(WorkerTest, AStopThatDoesNotWaitTellsTheTask) {
    std::latch running{1};
    tasks_.add("endless", [&](context& ctx) {
        std::latch stopped{1};
        std::stop_callback const on_stop{ctx.stop_token(), [&] {
                                             stopped.count_down();
                                         }};
        running.count_down();
        stopped.wait();
    });
    auto& worker = work();
    auto const result = remote<void()>("endless").delay();
    running.wait();
    worker.it().stop_now();
    auto const end = worker.join();
    EXPECT_TRUE(end == worker_end::abandoned || end == worker_end::drained);
    EXPECT_EQ(result.state(), state::pending);
    EXPECT_EQ(result.status().attempts, 0U);
}

// Over the drain timeout a task is asked to stop. What it throws then costs no attempt.
TEST_F(WorkerTest, AnInterruptedTaskIsHandedBackWhenItHasStopped) {
    std::promise<void> begun;
    tasks_.add("long", [&](context& ctx) {
        begun.set_value();
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock{mutex};
        stopped.wait(lock, ctx.stop_token(), [] { return false; });
        throw std::runtime_error("interrupted");
    });
    auto with = options();
    with.drain_timeout = 10ms;
    auto& worker = work(with);
    auto const asked = remote<void()>("long").delay();
    ASSERT_EQ(begun.get_future().wait_for(patience), std::future_status::ready);
    EXPECT_EQ(worker.stop(), worker_end::drained);
    auto const now = asked.status();
    EXPECT_EQ(now.detail, detail::ready);
    EXPECT_EQ(now.attempts, 0U);
}

TEST_F(WorkerTest, ATaskRunsOnceThroughTheDeathOfTheBroker) {
    std::latch running{1};
    std::latch gate{1};
    std::atomic<int> ran = 0;
    tasks_.add("gate", [&] {
        running.count_down();
        gate.wait();
        return ++ran;
    });
    tasks_.add("add", [](int a, int b) { return a + b; });
    work();
    auto const result = remote<int()>("gate").delay();
    running.wait();
    broker_.kill();
    broker_.start();
    gate.count_down();
    EXPECT_EQ(result.get(patience), 1);
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(result.status().deliveries, 1U);
    EXPECT_EQ((remote<int(int, int)>("add").delay(2, 2).get(patience)), 4);
}

TEST_F(WorkerTest, AResultIsRecordedThoughItWasFoundWithoutABroker) {
    std::latch running{1};
    std::latch gate{1};
    std::latch done{1};
    tasks_.add("gate", [&] {
        running.count_down();
        gate.wait();
        done.count_down();
        return 7;
    });
    auto& worker = work();
    auto const result = remote<int()>("gate").delay();
    running.wait();
    broker_.kill();
    gate.count_down();
    done.wait();
    broker_.start();
    EXPECT_EQ(result.get(patience), 7);
    EXPECT_EQ(result.status().deliveries, 1U);
    EXPECT_EQ(worker.stop(), worker_end::drained);
}

TEST_F(WorkerTest, ManyTasksAllSucceed) {
    constexpr int count = 2'000;
    std::atomic<int> ran = 0;
    tasks_.add("count", [&] { ++ran; });
    work();
    auto const counted = remote<void()>("count");
    std::vector<message> batch;
    for (int n = 0; n < count; ++n) {
        batch.push_back(counted.message_of({}));
        batch.back().id = message_id::make();
    }
    std::vector<message_id> ids;
    for (auto const& answer : publisher().publish(batch)) {
        ASSERT_FALSE(answer.error) << answer.error.message();
        ids.push_back(answer.id);
    }
    for (auto const id : ids)
        EXPECT_EQ(publisher().wait(id, patience).state, state::success);
    EXPECT_EQ(ran, count);
}

TEST(WorkerAlone, RefusesOptionsThatMakeNoSense) {
    task_registry none;
    EXPECT_THROW((worker{none, {}}), std::invalid_argument);
}

TEST(WorkerAlone, StopsWithoutEverHavingSeenABroker) {
    task_registry tasks;
    tasks.add("add", [](int a, int b) { return a + b; });
    worker_options with;
    with.connection.url = "peyk://127.0.0.1:1";
    with.drain_timeout = 0ms; // as long as it takes: nothing
    background_worker alone{tasks, with};
    EXPECT_EQ(alone.stop(), worker_end::drained);
}

} // namespace
} // namespace peyk
