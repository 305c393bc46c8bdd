// Runs that take several slots of their pool.

#include "tests/integration/worker_fixture.hpp"
#include <peyk/admin.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <latch>
#include <mutex>

namespace peyk::test {
namespace {

using testing::ElementsAre;

// What ran, in the order it began, and how many slots it had at once.
class log_of_runs {
public:
    void enter(std::string name, std::size_t slots) {
        {
            std::lock_guard const lock{mutex_};
            began_.push_back(std::move(name));
            taken_ += slots;
            most_ = std::max(most_, taken_);
        }
        changed_.notify_all();
    }
    void leave(std::size_t slots) {
        std::lock_guard const lock{mutex_};
        taken_ -= slots;
    }
    void wait_for(std::size_t runs) {
        std::unique_lock lock{mutex_};
        ASSERT_TRUE(changed_.wait_for(lock, patience, [&] { return began_.size() >= runs; }));
    }
    std::vector<std::string> began() {
        std::lock_guard const lock{mutex_};
        return began_;
    }
    std::size_t most() {
        std::lock_guard const lock{mutex_};
        return most_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> began_;
    std::size_t taken_ = 0;
    std::size_t most_ = 0;
};

class Slots : public WorkerTest {
protected:
    // Also of a test that failed before it opened the gate.
    ~Slots() override {
        if (!gate_.try_wait())
            gate_.count_down();
        if (worker_ != nullptr)
            worker_->stop();
    }
    void start(worker_options with) { worker_ = &work(std::move(with)); }
    // One that takes two slots and waits at the gate, one that takes one and does not.
    void add_tasks() {
        tasks_.add("wide",
                   [this](std::string const& name) {
                       runs_.enter(name, 2);
                       gate_.wait();
                       runs_.leave(2);
                   },
                   {.slots = 2});
        tasks_.add("small", [this] {
            runs_.enter("small", 1);
            runs_.leave(1);
        });
    }
    [[nodiscard]] worker_options three_slots(pool_kind pool = pool_kind::threads) const {
        auto made = options(pool);
        made.concurrency = 3;
        made.connection.name = "w";
        return made;
    }
    async_result<void> wide(std::string name) {
        return remote<void(std::string)>("wide").delay(std::move(name));
    }
    async_result<void> small() { return remote<void()>("small").delay(); }
    void wait_until_delivered(async_result<void> const& result) {
        ASSERT_TRUE(await_broker(publisher(), [&] { return result.status().deliveries > 0; }));
    }
    struct in_a_row {
        async_result<void> first;
        async_result<void> second;
        async_result<void> behind;
    };
    // The first runs, the second waits for its two slots, and the one behind it, which takes one,
    // has come too: before the worker could say that the first takes two.
    in_a_row start_in_a_row(pool_kind pool = pool_kind::threads) {
        in_a_row made{wide("first"), wide("second"), small()};
        start(three_slots(pool));
        runs_.wait_for(1);
        wait_until_delivered(made.behind);
        EXPECT_THAT(runs_.began(), ElementsAre("first"));
        return made;
    }
    consumer_info consumer_of_worker() {
        return admin{publisher()}.sessions({.name = "w"}).at(0).consumers.at(0);
    }

    log_of_runs runs_;
    std::latch gate_{1};
    background_worker* worker_ = nullptr;
};

TEST_F(Slots, TwoOfTwoNeverOverlapInAPoolOfThreeAndNothingOvertakes) {
    add_tasks();
    auto const [first, second, behind] = start_in_a_row();
    gate_.count_down();
    first.get(patience);
    second.get(patience);
    behind.get(patience);
    EXPECT_EQ(runs_.began().front(), "first");
    EXPECT_LE(runs_.most(), 3U);
    std::vector<async_result<void>> more;
    for (int at = 0; at < 40; ++at)
        more.push_back(at % 3 == 0 ? small() : wide("more"));
    for (auto const& each : more)
        each.get(patience);
    EXPECT_LE(runs_.most(), 3U);
}

TEST_F(Slots, TheBrokerIsToldWhatIsFree) {
    add_tasks();
    start(three_slots());
    auto const first = wide("first");
    runs_.wait_for(1);
    auto const end = std::chrono::steady_clock::now() + patience;
    while (consumer_of_worker().credit != 2)
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    EXPECT_EQ(consumer_of_worker().unsettled, 1U) << "one more may come, to the one free slot";
    auto const second = wide("second");
    wait_until_delivered(second);
    auto const third = small();
    while (consumer_of_worker().unsettled != 2 || consumer_of_worker().credit != 1)
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    EXPECT_EQ(third.status().deliveries, 0U) << "for another worker: the free slot is waited for";
    gate_.count_down();
    third.get(patience);
    second.get(patience);
    while (consumer_of_worker().credit != 3)
        ASSERT_LT(std::chrono::steady_clock::now(), end);
}

TEST_F(Slots, WhatWaitsForThemGoesBackAtAShutdown) {
    add_tasks();
    auto const [first, second, behind] = start_in_a_row();
    worker_->it().stop();
    wait_until_ready(second);
    wait_until_ready(behind);
    gate_.count_down();
    EXPECT_EQ(worker_->join(), worker_end::drained);
    first.get(patience);
    EXPECT_THAT(runs_.began(), ElementsAre("first"));
    EXPECT_EQ(second.status().attempts, 0U);
}

TEST_F(Slots, OneThatIsCancelledWhileItWaitsLetsTheOthersThrough) {
    add_tasks();
    auto const [first, second, behind] = start_in_a_row();
    second.cancel();
    behind.get(patience);
    EXPECT_THAT(runs_.began(), ElementsAre("first", "small"));
    gate_.count_down();
    first.get(patience);
}

TEST_F(Slots, APoolThatGrowsLetsThemThrough) {
    add_tasks();
    auto const first = wide("first");
    auto const second = wide("second");
    start(three_slots());
    runs_.wait_for(1);
    wait_until_delivered(second);
    auto const told = admin{publisher()}.instruct({.name = "w"}, {"pool_grow", {"1"}});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told.front().reply.ok);
    runs_.wait_for(2);
    EXPECT_THAT(runs_.began(), ElementsAre("first", "second"));
    gate_.count_down();
    first.get(patience);
    second.get(patience);
}

TEST_F(Slots, APoolThatScalesItselfGrowsToWhatTheyTake) {
    std::latch together{2};
    tasks_.add("meet", [&] { together.arrive_and_wait(); }, {.slots = 2});
    auto const one = remote<void()>("meet").delay();
    auto const two = remote<void()>("meet").delay();
    auto with = three_slots();
    with.autoscale = slot_range{.least = 1, .most = 4};
    start(with);
    one.get(patience);
    two.get(patience);
}

TEST_F(Slots, OneThatIsOverItsTimeKeepsThem) {
    add_tasks();
    start(three_slots());
    auto const late = remote<void(std::string)>("wide", {.time_limit = 50ms}).delay("late");
    EXPECT_EQ(failure_of(late).type(), "peyk::time_limit_exceeded");
    auto const next = wide("next");
    wait_until_delivered(next);
    EXPECT_THAT(runs_.began(), ElementsAre("late"));
    gate_.count_down();
    next.get(patience);
}

TEST_F(Slots, CoroutinesTakeThem) {
    asio::any_io_executor loop;
    asio::steady_timer* waits = nullptr;
    tasks_.add("wide",
               [&](std::string name) -> asio::awaitable<void> {
                   loop = co_await asio::this_coro::executor;
                   asio::steady_timer others{loop, asio::steady_timer::time_point::max()};
                   waits = &others;
                   runs_.enter(name, 2);
                   boost::system::error_code woken;
                   if (name == "first")
                       co_await others.async_wait(asio::redirect_error(asio::use_awaitable, woken));
                   runs_.leave(2);
               },
               {.slots = 2});
    tasks_.add("small", [&]() -> asio::awaitable<void> {
        runs_.enter("small", 1);
        runs_.leave(1);
        co_return;
    });
    auto const [first, second, behind] = start_in_a_row(pool_kind::async);
    asio::post(loop, [&] { waits->cancel(); });
    first.get(patience);
    second.get(patience);
    behind.get(patience);
    EXPECT_THAT(runs_.began(), ElementsAre("first", "second", "small"));
    EXPECT_LE(runs_.most(), 3U);
}

TEST_F(Slots, OfTheSoloPoolThereIsOne) {
    add_tasks();
    gate_.count_down();
    start(three_slots(pool_kind::solo));
    wide("first").get(patience);
    small().get(patience);
}

} // namespace
} // namespace peyk::test
