// Both pools: everything runs, as many at once as there are slots, and what has not started can be
// taken back.

#include "worker/src/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

namespace peyk::worker_detail {
namespace {

delivery numbered(std::uint64_t number) {
    delivery made;
    made.token = {1, number};
    return made;
}

std::vector<delivery> batch(std::uint64_t from, std::uint64_t count) {
    std::vector<delivery> made;
    for (std::uint64_t at = 0; at < count; ++at)
        made.push_back(numbered(from + at));
    return made;
}

worker_options with(pool_kind kind, std::uint32_t concurrency) {
    worker_options options;
    options.pool = kind;
    options.concurrency = concurrency;
    return options;
}

class EveryPool : public testing::TestWithParam<pool_kind> {};

TEST_P(EveryPool, RunsAllThatWasSubmittedBeforeItStops) {
    std::mutex mutex;
    std::set<std::uint64_t> seen;
    auto const works = make_pool(with(GetParam(), 4), [&](delivery const& what) {
        std::lock_guard const lock{mutex};
        seen.insert(what.token.number);
    });
    for (std::uint64_t from = 0; from < 1'000; from += 10)
        works->submit(batch(from, 10));
    works->stop();
    works->run();
    EXPECT_EQ(seen.size(), 1'000U);
}

TEST_P(EveryPool, GivesBackWhatHasNotStarted) {
    std::atomic<int> ran = 0;
    auto const works = make_pool(with(GetParam(), 2), [&](delivery const&) { ++ran; });
    works->submit(batch(1, 3));
    EXPECT_TRUE(works->take_back({1, 2}));
    EXPECT_FALSE(works->take_back({1, 2}));
    EXPECT_EQ(works->take_back().size(), 2U);
    works->stop();
    works->run();
    EXPECT_EQ(ran, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         EveryPool,
                         testing::Values(pool_kind::solo, pool_kind::threads),
                         [](auto const& each) {
                             return each.param == pool_kind::solo ? "Solo" : "Threads";
                         });

TEST(ThreadPool, RunsAsManyAtOnceAsItHasSlots) {
    std::latch all_there{3};
    // Would wait for ever if two of them shared a thread.
    auto const works = make_pool(with(pool_kind::threads, 3),
                                 [&](delivery const&) { all_there.arrive_and_wait(); });
    EXPECT_EQ(works->slots(), 3U);
    works->submit(batch(1, 3));
    works->stop();
    works->run();
}

TEST(SoloPool, RunsOnTheThreadThatCallsIt) {
    std::thread::id ran_on;
    auto const works = make_pool(with(pool_kind::solo, 8),
                                 [&](delivery const&) { ran_on = std::this_thread::get_id(); });
    EXPECT_EQ(works->slots(), 1U);
    works->submit(batch(1, 1));
    works->stop();
    works->run();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

} // namespace
} // namespace peyk::worker_detail
