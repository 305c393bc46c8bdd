// Which task runs in which pool.

#include "worker/src/pool_plan.hpp"
#include <peyk/task_registry.hpp>

#include <boost/asio/awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::worker_detail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

boost::asio::awaitable<int> fetch() {
    co_return 1;
}
int add() {
    return 2;
}

struct PoolPlan : testing::Test {
    PoolPlan() {
        registry.add("add", add);
        registry.add("fetch", fetch);
        registry.add("resize", add, {.pool = pool_kind::prefork});
    }
    std::vector<planned_pool> plan(std::vector<pool_share> pools) {
        options.pools = std::move(pools);
        return plan_pools(registry, options);
    }

    task_registry registry;
    worker_options options;
};

TEST_F(PoolPlan, OnePoolRunsEverything) {
    for (auto const kind :
         {pool_kind::solo, pool_kind::threads, pool_kind::prefork, pool_kind::async}) {
        auto const planned = plan({{kind, 3}});
        ASSERT_THAT(planned, SizeIs(1));
        EXPECT_EQ(planned.front().share.pool, kind);
        EXPECT_THAT(planned.front().tasks, ElementsAre("add", "fetch", "resize"));
    }
}

TEST_F(PoolPlan, EachTaskRunsWhereItBelongs) {
    auto const planned =
        plan({{pool_kind::async, 100}, {pool_kind::threads, 8}, {pool_kind::prefork, 2}});
    ASSERT_THAT(planned, SizeIs(3));
    EXPECT_THAT(planned[0].tasks, ElementsAre("fetch"));
    EXPECT_THAT(planned[1].tasks, ElementsAre("add"));
    EXPECT_THAT(planned[2].tasks, ElementsAre("resize"));
    EXPECT_EQ(planned[2].share.concurrency, 2U);
}

TEST_F(PoolPlan, WithoutItsPoolATaskRunsInTheFirstForFunctions) {
    auto const planned = plan({{pool_kind::async, 100}, {pool_kind::threads, 8}});
    ASSERT_THAT(planned, SizeIs(2));
    EXPECT_THAT(planned[1].tasks, ElementsAre("add", "resize"));
}

TEST_F(PoolPlan, APoolWithoutTasksIsLeftOut) {
    task_registry one;
    one.add("add", add);
    options.pools = {{pool_kind::threads, 8}, {pool_kind::async, 100}};
    EXPECT_THAT(plan_pools(one, options), SizeIs(1));
    EXPECT_THAT(plan_pools(task_registry{}, options), SizeIs(1));
    EXPECT_THAT(plan_pools(task_registry{}, options).front().tasks, IsEmpty());
}

TEST_F(PoolPlan, SoloComesFirstForItWantsTheThread) {
    auto const planned = plan({{pool_kind::async, 100}, {pool_kind::solo, 1}});
    ASSERT_THAT(planned, SizeIs(2));
    EXPECT_EQ(planned.front().share.pool, pool_kind::solo);
}

} // namespace
} // namespace peyk::worker_detail
