// One worker with several pools, and pools that grow by themselves.

#include "tests/integration/worker_fixture.hpp"

#include <boost/asio/awaitable.hpp>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace peyk::test {
namespace {

class Pools : public WorkerTest {};

TEST_F(Pools, EachTaskRunsInItsOwn) {
    tasks_.add("function", [] { return std::hash<std::thread::id>{}(std::this_thread::get_id()); });
    tasks_.add("coroutine", []() -> asio::awaitable<std::size_t> {
        co_return std::hash<std::thread::id>{}(std::this_thread::get_id());
    });
    auto with = options();
    with.pools = {{pool_kind::threads, 1}, {pool_kind::async, 10}};
    work(with);
    auto const function = remote<std::size_t()>("function").delay().get(patience);
    auto const coroutine = remote<std::size_t()>("coroutine").delay().get(patience);
    EXPECT_NE(function, coroutine);
    EXPECT_EQ(remote<std::size_t()>("function").delay().get(patience), function);
    EXPECT_EQ(remote<std::size_t()>("coroutine").delay().get(patience), coroutine);
}

TEST_F(Pools, AFullOneDoesNotHoldTheOtherUp) {
    std::latch inside{1};
    std::latch gate{1};
    tasks_.add("slow", [&] {
        inside.count_down();
        gate.wait();
    });
    tasks_.add("quick", []() -> asio::awaitable<int> { co_return 1; });
    auto with = options();
    with.pools = {{pool_kind::threads, 1}, {pool_kind::async, 10}};
    work(with);
    auto const slow = remote<void()>("slow").delay();
    auto const waits = remote<void()>("slow").delay();
    inside.wait();
    EXPECT_EQ(remote<int()>("quick").delay().get(patience), 1);
    EXPECT_EQ(waits.status().deliveries, 0U) << "left in the broker, for another worker";
    waits.cancel(); // else it would begin when the latches may be gone
    gate.count_down();
    slow.get(patience);
}

TEST_F(Pools, GrowWhileAllSlotsAreBusy) {
    std::latch together{3}; // would wait for ever with fewer slots
    tasks_.add("meet", [&] { together.arrive_and_wait(); });
    auto with = options();
    with.autoscale = slot_range{.least = 1, .most = 3};
    work(with);
    std::vector<async_result<void>> all;
    for (int at = 0; at < 3; ++at)
        all.push_back(remote<void()>("meet").delay());
    for (auto const& each : all)
        each.get(patience);
}

TEST_F(Pools, NonsenseIsRefusedBeforeItRuns) {
    tasks_.add("any", [] {});
    auto twice = options();
    twice.pools = {{pool_kind::threads, 1}, {pool_kind::threads, 2}};
    EXPECT_THROW((worker{tasks_, twice}), std::invalid_argument);
    auto solo = options(pool_kind::solo);
    solo.autoscale = slot_range{.least = 1, .most = 2};
    EXPECT_THROW((worker{tasks_, solo}), std::invalid_argument);
    EXPECT_THROW((worker{tasks_, options(pool_kind::prefork)}), std::invalid_argument)
        << "whose program is to be begun?";
}

} // namespace
} // namespace peyk::test
