// Every pool: everything runs, as many at once as there are slots, and what has not started can be
// taken back.

#include "worker/src/job_queue.hpp"
#include "worker/src/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <memory>
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

std::unique_ptr<pool> make(pool_kind kind, std::uint32_t slots, pool_runners with) {
    return make_pool({kind, slots}, {}, std::move(with));
}

asio::awaitable<void> run_once(pool::runner run, delivery what) {
    run(std::move(what));
    co_return;
}

// A pool of any kind that runs this: in the async pool as what a coroutine does.
std::unique_ptr<pool> pool_of(pool_kind kind, std::uint32_t slots, pool::runner run) {
    return make(kind, slots, {.run = run, .run_async = [run](delivery what) {
                                  return run_once(run, std::move(what));
                              }});
}

class EveryPool : public testing::TestWithParam<pool_kind> {};

TEST_P(EveryPool, RunsAllThatWasSubmittedBeforeItStops) {
    std::mutex mutex;
    std::set<std::uint64_t> seen;
    auto const works = pool_of(GetParam(), 4, [&](delivery const& what) {
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
    auto const works = pool_of(GetParam(), 2, [&](delivery const&) { ++ran; });
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
                         testing::Values(pool_kind::solo, pool_kind::threads, pool_kind::async),
                         [](auto const& each) { return std::string{to_string(each.param)}; });

TEST(ThreadPool, RunsAsManyAtOnceAsItHasSlots) {
    std::latch all_there{3};
    // Would wait for ever if two of them shared a thread.
    auto const works = make(pool_kind::threads, 3, {.run = [&](delivery const&) {
                                all_there.arrive_and_wait();
                            }});
    EXPECT_EQ(works->slots(), 3U);
    works->submit(batch(1, 3));
    works->stop();
    works->run();
}

// A pool that is running, and tasks that stay in their slots until they are let go.
struct running_pool {
    explicit running_pool(std::uint32_t slots)
        : works(make(pool_kind::threads,
                     slots,
                     {.run =
                          [this](delivery const&) {
                              stay();
                          }})),
          runs([this] { works->run(); }) {}
    ~running_pool() {
        let_go();
        works->stop();
    }
    running_pool(running_pool const&) = delete;
    running_pool& operator=(running_pool const&) = delete;

    void stay() {
        std::unique_lock lock{mutex};
        ++inside;
        changed.notify_all();
        changed.wait(lock, [this] { return open; });
        --inside;
        ++left;
        changed.notify_all();
    }
    void let_go() {
        std::lock_guard const lock{mutex};
        open = true;
        changed.notify_all();
    }
    void close() {
        std::lock_guard const lock{mutex};
        open = false;
    }
    template <class Condition>
    [[nodiscard]] bool until(Condition condition) {
        std::unique_lock lock{mutex};
        return changed.wait_for(lock, std::chrono::seconds{30}, condition);
    }

    std::mutex mutex; // guards the four below
    std::condition_variable changed;
    bool open = false;
    int inside = 0;
    int left = 0;
    std::unique_ptr<pool> works;
    std::jthread runs;
};

TEST(ThreadPool, GrowsWhileItRuns) {
    running_pool it{1};
    it.works->submit(batch(1, 3));
    ASSERT_TRUE(it.until([&] { return it.inside == 1; }));
    EXPECT_TRUE(it.works->resize(3));
    EXPECT_EQ(it.works->slots(), 3U);
    EXPECT_TRUE(it.until([&] { return it.inside == 3; }));
}

TEST(ThreadPool, ShrinksAsItsTasksEnd) {
    running_pool it{3};
    it.works->submit(batch(1, 3));
    ASSERT_TRUE(it.until([&] { return it.inside == 3; }));
    EXPECT_TRUE(it.works->resize(1));
    it.let_go();
    ASSERT_TRUE(it.until([&] { return it.left == 3; }));
    it.close();
    it.works->submit(batch(4, 2));
    ASSERT_TRUE(it.until([&] { return it.inside == 1; }));
    // The other one does not start before this one has ended.
    EXPECT_EQ(it.works->take_back().size(), 1U);
}

TEST(ThreadPool, GrowingTakesBackWhatHasNotShrunkYet) {
    running_pool it{2};
    it.works->submit(batch(1, 2));
    ASSERT_TRUE(it.until([&] { return it.inside == 2; }));
    EXPECT_TRUE(it.works->resize(1));
    EXPECT_TRUE(it.works->resize(3));
    it.works->submit(batch(3, 2));
    EXPECT_TRUE(it.until([&] { return it.inside == 3; }));
    it.let_go();
    EXPECT_TRUE(it.until([&] { return it.left == 4; }));
}

TEST(ThreadPool, TheSizeGivenBeforeItRunsIsTheSizeItHas) {
    std::latch all_there{2};
    auto const works = make(pool_kind::threads, 3, {.run = [&](delivery const&) {
                                all_there.arrive_and_wait();
                            }});
    EXPECT_TRUE(works->resize(2));
    EXPECT_EQ(works->slots(), 2U);
    std::jthread const runs{[&] {
        works->run();
    }};
    works->submit(batch(1, 2));
    all_there.wait();
    works->stop();
}

TEST(JobQueue, WhoIsToEndGetsNothingThoughThereIsWork) {
    job_queue jobs;
    jobs.push(batch(1, 1));
    jobs.retire(2);
    EXPECT_EQ(jobs.keep(1), 1U);
    EXPECT_FALSE(jobs.pop());
    EXPECT_EQ(jobs.keep(5), 0U) << "it has ended";
    EXPECT_TRUE(jobs.pop());
}

TEST(JobQueue, WhatIsLeftIsRunByThoseThatWereToEnd) {
    job_queue jobs;
    jobs.push(batch(1, 1));
    jobs.retire(1);
    jobs.stop();
    EXPECT_TRUE(jobs.pop());
    EXPECT_FALSE(jobs.pop());
}

TEST(SoloPool, HasOneSize) {
    auto const works = make(pool_kind::solo, 8, {.run = [](delivery const&) {
                            }});
    EXPECT_FALSE(works->resize(2));
    EXPECT_EQ(works->slots(), 1U);
}

TEST(SoloPool, RunsOnTheThreadThatCallsIt) {
    std::thread::id ran_on;
    auto const works = make(pool_kind::solo, 8, {.run = [&](delivery const&) {
                                ran_on = std::this_thread::get_id();
                            }});
    EXPECT_EQ(works->slots(), 1U);
    works->submit(batch(1, 1));
    works->stop();
    works->run();
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

} // namespace
} // namespace peyk::worker_detail
