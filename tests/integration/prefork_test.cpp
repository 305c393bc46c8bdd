// Workers with a prefork pool: what a task does to its process, and what the worker does with it.

#include "tests/integration/worker_process_fixture.hpp"
#include <peyk/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include <poll.h>
#include <unistd.h>

// This header of glibc 2.36 forgets that C++ may include it.
extern "C" {
#include <sys/pidfd.h>
}

namespace peyk {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Prefork : public WorkerProcess {
protected:
    [[nodiscard]] std::vector<std::string> with(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), "--pool=prefork");
        return arguments(std::move(more));
    }
    [[nodiscard]] task<int(int, int)> add() const { return {publisher_, "test.add"}; }
    [[nodiscard]] task<int()> pid() const { return {publisher_, "test.pid"}; }
    [[nodiscard]] task<std::uint32_t(std::uint32_t, int)> crash() const {
        return {publisher_, "test.crash"};
    }
    using deaf_task = task<void(std::string, std::string)>;

    template <class R>
    [[nodiscard]] status final_status(async_result<R> const& result) {
        return publisher_.wait(result.id(), patience);
    }

    client publisher_ = connect();
};

TEST_F(Prefork, RunsTasksInProcessesOfTheirOwn) {
    test::worker_process const worker{with({"--concurrency=2"})};
    EXPECT_EQ(add().delay(2, 2).get(patience), 4);
    EXPECT_NE(pid().delay().get(patience), worker.pid());
}

TEST_F(Prefork, ACrashTakesNothingButItsAttempt) {
    test::worker_process const worker{with({"--concurrency=2"})};
    auto const other = gate_task{publisher_, "test.gate"}.delay(running(), gate());
    wait_until_running();
    auto const crashed = crash().delay(1, SIGSEGV);
    EXPECT_EQ(crashed.get(patience), 1U);
    EXPECT_EQ(crashed.status().attempts, 0U) << "no failure of the task";
    open_gate();
    EXPECT_EQ(other.get(patience), "through");
    EXPECT_EQ(other.status().deliveries, 1U);
}

TEST_F(Prefork, ATaskOfTwoSlotsKeepsAnotherProcessFree) {
    ::setenv("PEYK_TEST_WIDE", "1", 1);
    gate_task const wide{publisher_, "test.wide"};
    auto const first = wide.delay(running(), gate());
    auto const second = wide.delay(running(), gate());
    auto const behind = add().delay(2, 2);
    test::worker_process const worker{with({"--concurrency=3"})};
    ::unsetenv("PEYK_TEST_WIDE");
    wait_until_running();
    second.cancel(); // it waits for its slots, and what is behind it for them, too
    EXPECT_EQ(behind.get(patience), 4);
    auto const crashed = crash().delay(1, SIGSEGV);
    EXPECT_EQ(crashed.get(patience), 1U) << "the slot of a process that ended is free again";
    open_gate();
    EXPECT_EQ(first.get(patience), "through");
}

TEST_F(Prefork, AnExitCountsAsACrash) {
    test::worker_process const worker{with({"--concurrency=1"})};
    EXPECT_EQ((task<std::uint32_t()>{publisher_, "test.exit"}.delay().get(patience)), 1U);
}

TEST_F(Prefork, APoisonTaskIsADeadLetterInTheEnd) {
    test::worker_process const worker{with({"--concurrency=2"})};
    auto const poison = crash().apply_async({99U, SIGKILL}, call_options{.max_crashes = 2});
    auto const end = final_status(poison);
    EXPECT_EQ(end.state, state::failure);
    EXPECT_EQ(end.death, death::crash_limit);
    EXPECT_EQ(end.crashes, 3U);
    EXPECT_THAT(end.error.message, HasSubstr("its process was killed by signal 9"));
    EXPECT_EQ(add().delay(1, 2).get(patience), 3) << "the pool goes on";
}

TEST_F(Prefork, WhatIsOverItsTimeLimitIsKilled) {
    test::worker_process const worker{with({"--concurrency=1"})};
    auto const deaf =
        deaf_task{publisher_, "test.deaf"}.apply_async({running(), gate()}, {.time_limit = 500ms});
    wait_until_running();
    auto const end = final_status(deaf);
    EXPECT_EQ(end.error.type, "peyk::time_limit_exceeded");
    EXPECT_EQ(add().delay(1, 2).get(patience), 3) << "its slot is free";
}

TEST_F(Prefork, TheSoftTimeLimitRequestsTheStopToken) {
    test::worker_process const worker{with({"--concurrency=1"})};
    auto const stopped = task<void(std::string)>{publisher_, "test.until_stopped"}.apply_async(
        {running()}, {.soft_time_limit = 200ms});
    wait_until_running();
    EXPECT_EQ(final_status(stopped).error.type, "peyk::soft_time_limit_exceeded");
}

TEST_F(Prefork, TerminateKillsWhatRuns) {
    test::worker_process const worker{with({"--concurrency=1"})};
    auto const deaf = deaf_task{publisher_, "test.deaf"}.delay(running(), gate());
    wait_until_running();
    publisher_.cancel(deaf.id(), {.terminate = true, .reason = "enough"});
    EXPECT_EQ(final_status(deaf).state, state::revoked);
    EXPECT_EQ(add().delay(1, 2).get(patience), 3);
}

TEST_F(Prefork, AProcessMakesRoomAfterItsTasks) {
    test::worker_process const worker{with({"--concurrency=1", "--max-tasks-per-child=1"})};
    std::set<int> pids;
    for (int at = 0; at < 4; ++at)
        pids.insert(pid().delay().get(patience));
    EXPECT_EQ(pids.size(), 4U);
}

TEST_F(Prefork, ReportsComeThroughTheWorker) {
    test::worker_process const worker{with({"--concurrency=1"})};
    auto const reported = task<std::string()>{publisher_, "test.report"}.delay();
    EXPECT_EQ(reported.get(patience), "left");
    auto const end = publisher_.info(reported.id());
    ASSERT_TRUE(end.progress);
    EXPECT_EQ(end.progress->done, 2U);
    EXPECT_EQ(end.progress->text, "half");
    EXPECT_THAT(end.log, HasSubstr("attempt 1\nattempt 2"));
}

TEST_F(Prefork, WhatATaskPublishesBelongsToIt) {
    test::worker_process const worker{with({"--concurrency=2"})};
    auto const published = task<std::string()>{publisher_, "test.publish"}.delay();
    auto const id = message_id::parse(published.get(patience));
    ASSERT_TRUE(id);
    async_result<int> const child{publisher_, *id};
    EXPECT_EQ(child.get(patience), 3);
    EXPECT_EQ(child.status().parent, published.id());
}

TEST_F(Prefork, AResultTooLargeToSendIsNoCrash) {
    test::worker_process const worker{with({"--concurrency=1"})};
    auto const end = final_status(task<std::string()>{publisher_, "test.large"}.delay());
    EXPECT_EQ(end.error.type, "peyk::result_too_large");
    EXPECT_EQ(end.crashes, 0U);
}

TEST_F(Prefork, LeavesInOrderWithAllItsProcesses) {
    test::worker_process worker{with({"--concurrency=3"})};
    auto const last = gate_task{publisher_, "test.gate"}.delay(running(), gate());
    wait_until_running();
    worker.signal(SIGTERM);
    open_gate();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(last.get(patience), "through");
}

TEST_F(Prefork, ProcessesDoNotOutliveTheirWorker) {
    test::worker_process worker{with({"--concurrency=1"})};
    auto const child = ::pidfd_open(pid().delay().get(patience), 0);
    ASSERT_GE(child, 0);
    auto const deaf = deaf_task{publisher_, "test.deaf"}.delay(running(), gate());
    wait_until_running();
    worker.kill();
    pollfd ended{.fd = child, .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())), 1);
    ::close(child);
}

TEST_F(Prefork, AnotherPoolBesideItRunsTheRest) {
    test::worker_process const worker{arguments({"--pool=threads:2,prefork:1"})};
    EXPECT_EQ(pid().delay().get(patience), worker.pid());
    EXPECT_NE((task<int()>{publisher_, "test.own_pid"}.delay().get(patience)), worker.pid());
}

} // namespace
} // namespace peyk
