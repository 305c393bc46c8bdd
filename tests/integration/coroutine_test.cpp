// Tasks that are coroutines: they run in every pool, thousands at once in the async one, and may
// wait for each other there.

#include "tests/integration/worker_fixture.hpp"
#include <peyk/app.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <future>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using test::patience;

asio::awaitable<void> rest(std::chrono::milliseconds how_long) {
    asio::steady_timer timer{co_await asio::this_coro::executor, how_long};
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<int> add_after_a_rest(int a, int b) {
    co_await rest(1ms);
    co_return a + b;
}

class CoroutineTest : public test::WorkerTest {
protected:
    // One thread, many coroutines.
    [[nodiscard]] worker_options async(std::uint32_t concurrency) const {
        auto made = options(pool_kind::async);
        made.concurrency = concurrency;
        return made;
    }
};

class CoroutineInEveryPool : public test::WorkerTest,
                             public testing::WithParamInterface<pool_kind> {};

TEST_P(CoroutineInEveryPool, GivesItsResultOrItsError) {
    tasks_.add("add", add_after_a_rest, {.args = {"a", "b"}});
    tasks_.add("fail", [](std::string why) -> asio::awaitable<void> {
        co_await rest(1ms);
        throw std::runtime_error(why);
    });
    work(options(GetParam()));
    EXPECT_EQ((remote<int(int, int)>("add").delay(2, kw("b", 3)).get(patience)), 5);
    auto const failure = failure_of(remote<void(std::string)>("fail").delay("as asked"));
    EXPECT_EQ(failure.type(), "std::runtime_error");
    EXPECT_EQ(failure.message(), "as asked");
    auto const wrong = failure_of(remote<int(std::string, int)>("add").delay("two", 2));
    EXPECT_EQ(wrong.type(), "peyk::bad_arguments");
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         CoroutineInEveryPool,
                         testing::Values(pool_kind::solo, pool_kind::threads, pool_kind::async),
                         [](auto const& each) { return std::string{to_string(each.param)}; });

TEST(Coroutine, CalledHereAndNowGivesItsValue) {
    app program{"tasks"};
    auto const add = program.task("add", add_after_a_rest);
    EXPECT_EQ(add(2, 3), 5);
}

// All are there before the first one ends, on one thread: nothing guards what they share.
TEST_F(CoroutineTest, HundredsWaitAtOnceOnOneThread) {
    constexpr std::size_t many = 300;
    std::vector<asio::steady_timer*> waiting;
    tasks_.add("meet", [&]() -> asio::awaitable<void> {
        asio::steady_timer others{co_await asio::this_coro::executor,
                                  asio::steady_timer::time_point::max()};
        waiting.push_back(&others);
        if (waiting.size() == many)
            for (auto* const each : waiting)
                each->cancel();
        error_code woken;
        if (waiting.size() < many)
            co_await others.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    });
    work(async(many));
    auto const meet = remote<void()>("meet");
    std::vector<async_result<void>> all;
    for (std::size_t n = 0; n < many; ++n)
        all.push_back(meet.delay());
    for (auto const& each : all)
        EXPECT_NO_THROW(each.get(patience));
}

TEST_F(CoroutineTest, OneMayWaitForAnotherAndIsItsParent) {
    message_id parent;
    tasks_.add("child", [&](context& ctx) -> asio::awaitable<int> {
        parent = ctx.parent();
        co_return 42;
    });
    tasks_.add("parent", [](context& ctx) -> asio::awaitable<int> {
        co_await rest(1ms); // what is published after a pause has the same parent
        task<int()> const child{ctx.through(), "child"};
        auto const asked = co_await child.async_delay(asio::use_awaitable);
        co_return co_await asked.async_get(asio::use_awaitable);
    });
    work(async(2));
    auto const asked = remote<int()>("parent").delay();
    EXPECT_EQ(asked.get(patience), 42);
    EXPECT_EQ(parent, asked.id());
}

TEST_F(CoroutineTest, ABlockingWaitInsideATaskIsRefused) {
    tasks_.add("child", [] {});
    tasks_.add("parent", [](context& ctx) { task<void()>{ctx.through(), "child"}.delay().get(); });
    work();
    auto const failure = failure_of(remote<void()>("parent").delay());
    EXPECT_EQ(failure.type(), "peyk::error");
    EXPECT_NE(failure.message().find("co_await async_get()"), std::string::npos);
}

TEST_F(CoroutineTest, ACancelledOneIsWokenFromWhatItWaitsFor) {
    std::promise<error_code> woken;
    tasks_.add("wait", [&]() -> asio::awaitable<void> {
        asio::steady_timer for_ever{co_await asio::this_coro::executor,
                                    asio::steady_timer::time_point::max()};
        error_code why;
        co_await for_ever.async_wait(asio::redirect_error(asio::use_awaitable, why));
        woken.set_value(why);
    });
    work(async(1));
    auto const asked = remote<void()>("wait", {.track_started = true}).delay();
    auto watched = asked.watch();
    while (watched.next(patience)->state != state::started) {
    }
    asked.cancel();
    auto why = woken.get_future();
    ASSERT_EQ(why.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(why.get(), asio::error::operation_aborted);
    EXPECT_THROW(asked.get(patience), revoked_error);
}

TEST_F(CoroutineTest, AStopFinishesWhatRuns) {
    std::promise<void> begun;
    tasks_.add("rest", [&]() -> asio::awaitable<std::string> {
        begun.set_value();
        co_await rest(50ms);
        co_return "rested";
    });
    auto& worker = work(async(1));
    auto const asked = remote<std::string()>("rest").delay();
    ASSERT_EQ(begun.get_future().wait_for(patience), std::future_status::ready);
    EXPECT_EQ(worker.stop(), worker_end::drained);
    EXPECT_EQ(asked.get(patience), "rested");
}

} // namespace
} // namespace peyk
