// What a worker counts of itself.

#include "worker/src/run_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;

constexpr run_meter::clock::time_point start{};

worker_metrics read(run_meter& of, run_meter::clock::time_point now = start) {
    worker_metrics all;
    of.add_to(all, "threads", now);
    return all;
}

TEST(RunMeter, CountsEndsAndRuns) {
    run_meter meter{2, start};
    meter.count(run_end::succeeded);
    meter.count(run_end::succeeded);
    meter.count(run_end::failed);
    meter.count(run_end::retried);
    meter.count(run_end::handed_back, 7);
    meter.count(run_end::crashed);
    meter.ran("add", 1ms);
    meter.ran("add", 2ms);
    meter.ran("fetch", 1s);
    auto const all = read(meter);
    EXPECT_EQ(all.succeeded, 2U);
    EXPECT_EQ(all.failed, 1U);
    EXPECT_EQ(all.retried, 1U);
    EXPECT_EQ(all.handed_back, 7U);
    EXPECT_EQ(all.crashed, 1U);
    ASSERT_EQ(all.tasks.size(), 2U);
    EXPECT_EQ(all.tasks[0].task, "add");
    EXPECT_EQ(all.tasks[0].runs, 2U);
    EXPECT_EQ(all.tasks[0].ran, 3ms);
    EXPECT_EQ(read(meter).tasks[1].ran, 1s) << "since the start, not since it was read";
}

TEST(RunMeter, TellsTheShareOfBusySlotsSinceItWasRead) {
    run_meter meter{4, start};
    EXPECT_EQ(meter.began(3, start), 3U);
    meter.left(3, start + 1s);
    auto const first = read(meter, start + 2s);
    ASSERT_EQ(first.pools.size(), 1U);
    EXPECT_EQ(first.pools[0].pool, "threads");
    EXPECT_EQ(first.pools[0].slots, 4U);
    EXPECT_DOUBLE_EQ(first.pools[0].busy, 3.0 / 8);
    EXPECT_DOUBLE_EQ(read(meter, start + 3s).pools[0].busy, 0);
    EXPECT_DOUBLE_EQ(read(meter, start + 3s).pools[0].busy, 0) << "no time has passed";
    EXPECT_EQ(meter.began(100, start + 3s), 4U) << "all of them";
    meter.resize(2, start + 4s);
    EXPECT_DOUBLE_EQ(read(meter, start + 5s).pools[0].busy, 1) << "no more than all";
}

TEST(RunMeter, AnEndIsWhatTheWorkerKnowsOfIt) {
    auto const failure = [](bool permanent) {
        return outcome{verdict::failure{.error = {}, .permanent = permanent}};
    };
    EXPECT_EQ(end_of(verdict::success{}, 1, 0), run_end::succeeded);
    EXPECT_EQ(end_of(verdict::drop{}, 1, 0), run_end::succeeded);
    EXPECT_EQ(end_of(failure(true), 1, 3), run_end::failed);
    EXPECT_EQ(end_of(failure(false), 1, 0), run_end::failed);
    EXPECT_EQ(end_of(failure(false), 3, 3), run_end::retried) << "by the broker";
    EXPECT_EQ(end_of(failure(false), 4, 3), run_end::failed);
    EXPECT_EQ(end_of(verdict::retry{}, 1, 0), run_end::retried);
    EXPECT_EQ(end_of(verdict::dead{}, 1, 0), run_end::failed);
    EXPECT_EQ(end_of(verdict::release{}, 1, 0), run_end::handed_back);
    EXPECT_EQ(end_of(verdict::snooze{}, 1, 0), run_end::handed_back);
    EXPECT_EQ(end_of(verdict::crashed{}, 1, 0), run_end::crashed);
}

TEST(RunMeter, TheRareOnesAreOneSum) {
    worker_metrics all;
    for (std::uint64_t at = 1; at <= 5; ++at)
        all.tasks.push_back({"t" + std::to_string(at), at, std::chrono::microseconds{at}});
    keep_most_frequent(all, 2);
    ASSERT_EQ(all.tasks.size(), 2U);
    EXPECT_EQ(all.tasks[0].task, "t5");
    EXPECT_EQ(all.tasks[1].task, "t4");
    EXPECT_EQ(all.others.runs, 6U);
    EXPECT_EQ(all.others.ran, 6us);
    keep_most_frequent(all, 2);
    EXPECT_EQ(all.others.runs, 6U);
}

} // namespace
} // namespace peyk::worker_detail
