// Worker processes and a broker process: signals, exit statuses and crashes.

#include "tests/integration/worker_process_fixture.hpp"
#include <peyk/client.hpp>
#include <peyk/task.hpp>

#include <gtest/gtest.h>

#include <csignal>

namespace peyk {
namespace {

using namespace std::chrono_literals;

TEST_F(WorkerProcess, FinishesWhatRunsWhenItIsTerminated) {
    test::worker_process worker{arguments({"--pool=threads", "--concurrency=2"})};
    auto const publisher = connect();
    auto const result = gate_task{publisher, "test.gate"}.delay(running(), gate());
    wait_until_running();
    worker.signal(SIGTERM);
    open_gate();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(result.get(patience), "through");
    EXPECT_EQ(result.status().deliveries, 1U);
}

TEST_F(WorkerProcess, AlsoWithTheSoloPoolAndInterrupted) {
    test::worker_process worker{arguments({"--pool=solo"})};
    auto const publisher = connect();
    auto const result = gate_task{publisher, "test.gate"}.delay(running(), gate());
    wait_until_running();
    worker.signal(SIGINT);
    open_gate();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(result.get(patience), "through");
}

TEST_F(WorkerProcess, WhatWasAcknowledgedEarlyDoesNotComeAgain) {
    auto publisher = connect();
    hang_task const once{publisher, "test.once"};
    auto const lost = once.delay(running(), gate());
    {
        test::worker_process first{arguments()};
        wait_until_running();
        EXPECT_TRUE(lost.status().acknowledged);
        first.kill();
    }
    test::worker_process const second{arguments()};
    auto const ended = publisher.wait(lost.id(), patience);
    EXPECT_EQ(ended.state, state::failure);
    EXPECT_EQ(ended.error.type, "peyk::worker_lost");
    EXPECT_EQ(ended.deliveries, 1U);
    auto const done = once.delay(running(), gate());
    wait_until_running();
    open_gate();
    EXPECT_EQ(done.get(patience), 1U);
}

class EveryPoolProcess : public WorkerProcess, public testing::WithParamInterface<char const*> {};

TEST_P(EveryPoolProcess, HandsBackWhatRunsAtTheSecondSignal) {
    auto const publisher = connect();
    auto const pool = std::string{"--pool="} + GetParam();
    auto const result = gate_task{publisher, "test.gate"}.delay(running(), gate());
    {
        test::worker_process first{arguments({pool})};
        wait_until_running();
        first.signal(SIGTERM);
        first.signal(SIGINT);
        EXPECT_EQ(first.wait(), 1);
    }
    auto const between = result.status();
    EXPECT_EQ(between.state, state::pending);
    EXPECT_EQ(between.attempts, 0U);
    EXPECT_EQ(between.crashes, 0U);
    test::worker_process second{arguments({pool})};
    wait_until_running();
    open_gate();
    EXPECT_EQ(result.get(patience), "through");
    EXPECT_EQ(result.status().deliveries, 2U);
}

INSTANTIATE_TEST_SUITE_P(Pools,
                         EveryPoolProcess,
                         testing::Values("solo", "threads", "prefork"),
                         [](auto const& each) { return std::string{each.param}; });

TEST_F(WorkerProcess, TheDrainTimeoutEndsTheWaiting) {
    test::worker_process worker{arguments({"--drain-timeout=0.05"})};
    auto const publisher = connect();
    auto const result = gate_task{publisher, "test.gate"}.delay(running(), gate());
    wait_until_running();
    worker.signal(SIGTERM);
    EXPECT_EQ(worker.wait(), 1);
    EXPECT_EQ(result.state(), state::pending);
}

TEST_F(WorkerProcess, ACrashGivesItsTaskToAnother) {
    test::worker_process first{arguments()};
    auto const publisher = connect();
    auto const hang = hang_task{publisher, "test.hang", {.track_started = true}};
    auto const result = hang.delay(running(), gate());
    auto seen = result.watch();
    wait_until_running();
    // The broker has to know that it started: what has not started is no crash.
    while (seen.next(patience)->state != state::started) {
    }
    test::worker_process second{arguments()};
    first.kill();
    EXPECT_EQ(result.get(patience), 1U);
    auto const ended = result.status();
    EXPECT_EQ(ended.deliveries, 2U);
    EXPECT_EQ(ended.crashes, 1U);
    EXPECT_EQ(ended.attempts, 0U);
}

} // namespace
} // namespace peyk
