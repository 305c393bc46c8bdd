// What Peyk was made for, call by call: everything the seed does in Python with Celery and a
// message broker, done in C++. Reads from top to bottom; a real broker process, a worker in this
// process.

#include "tests/integration/background_worker.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/app.hpp>
#include <peyk/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::Field;
namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr auto patience = 20s; // for what takes no time

// tasks.py of the seed.
int add(int a, int b) {
    return a + b;
}

std::string greet(std::string const& name, std::string const& greeting) {
    return greeting + ", " + name + "!";
}

// Slow work that only waits, for a disk or a network. Here it waits for company: tasks that wait at
// the same time see each other. Returns how many were seen at most.
class waiting_room {
public:
    int wait_for_two(std::chrono::milliseconds most_time) {
        std::unique_lock lock{mutex_};
        most_ = std::max(most_, ++here_);
        changed_.notify_all();
        changed_.wait_for(lock, most_time, [&] { return most_ >= 2; });
        --here_;
        return most_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int here_ = 0;
    int most_ = 0;
};

int fail(std::string const& why) {
    throw std::runtime_error(why);
}

// Fails in its first two attempts.
std::string fail_twice(peyk::context& attempt) {
    if (attempt.attempt() <= 2)
        throw std::runtime_error("attempt " + std::to_string(attempt.attempt()));
    return "at last";
}

void wait_for_stop(std::stop_token const& token) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock{mutex};
    stopped.wait_for(lock, token, patience, [] { return false; });
}

// The same as a coroutine: the second one wakes the first. On the one thread of an async pool.
asio::awaitable<int> pause_for_two(int ms) {
    static asio::steady_timer* other = nullptr;
    asio::steady_timer pause{co_await asio::this_coro::executor, 1ms * ms};
    if (other != nullptr) {
        std::exchange(other, nullptr)->cancel();
        co_return 2;
    }
    other = &pause;
    peyk::error_code woken;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return woken ? 2 : 1;
}

class Seed : public testing::Test {
protected:
    Seed() {
        broker_.start();
        peyk::client_options connection;
        connection.url = broker_.url();
        client_.emplace(connection);
        app_.use(*client_);
        app_.task("tasks.add", add);
        app_.task("tasks.greet", greet, {.args = {"name", "greeting"}});
        app_.task("tasks.wait", [this](int ms) { return room_.wait_for_two(1ms * ms); });
        app_.task("tasks.pause", pause_for_two);
        app_.task("tasks.fail", fail);
        app_.task("tasks.fail_twice", fail_twice);
        app_.task("tasks.until_stopped", [this](peyk::context& attempt) {
            wait_for_stop(attempt.stop_token());
            stopped_.set_value();
            return 0;
        });
        start_worker(peyk::pool_kind::threads, {"default", "lopri"});
    }
    ~Seed() override { workers_.clear(); }

    void start_worker(peyk::pool_kind pool, std::vector<std::string> queues) {
        peyk::worker_options options;
        options.connection.url = broker_.url();
        options.pool = pool;
        options.concurrency = 2;
        options.queues = std::move(queues);
        workers_.push_back(
            std::make_unique<peyk::test::background_worker>(app_.registry(), std::move(options)));
    }

    // from tasks import add
    [[nodiscard]] peyk::task<int(int, int)> add_task(peyk::task_options defaults = {}) {
        return {*client_, "tasks.add", add, std::move(defaults)};
    }

    peyk::test::broker_process broker_{{"--sync", "never"}};
    std::optional<peyk::client> client_;
    peyk::app app_{"tasks"};
    waiting_room room_;
    std::promise<void> stopped_;
    std::vector<std::unique_ptr<peyk::test::background_worker>> workers_;
};

// Two threads that sleep one second are done after one second, not two: their waits overlap. So do
// those of two tasks in a pool of threads; a pool that runs one task at a time waits twice.
TEST_F(Seed, WaitsOverlapInThreads) {
    peyk::task<int(int)> wait{*client_, "tasks.wait"};
    auto const first = wait.delay(20'000); // not that long: until the other one is there
    auto const second = wait.delay(20'000);
    EXPECT_EQ(first.get(2 * patience), 2);
    EXPECT_EQ(second.get(2 * patience), 2);
}

TEST_F(Seed, WaitsDoNotOverlapInASoloPool) {
    start_worker(peyk::pool_kind::solo, {"solo"});
    peyk::task<int(int)> wait{*client_, "tasks.wait", {.queue = "solo"}};
    auto const first = wait.delay(200);
    auto const second = wait.delay(200);
    EXPECT_EQ(first.get(patience), 1);
    EXPECT_EQ(second.get(patience), 1);
}

// celery -A tasks worker --pool=eventlet: many at once in one thread.
TEST_F(Seed, WaitsOverlapInCoroutines) {
    start_worker(peyk::pool_kind::async, {"async"});
    peyk::task<int(int)> wait{*client_, "tasks.pause", {.queue = "async"}};
    auto const first = wait.delay(20'000); // not that long: until the other one is there
    auto const second = wait.delay(20'000);
    EXPECT_EQ(first.get(2 * patience), 2);
    EXPECT_EQ(second.get(2 * patience), 2);
}

// add(2, 2)
TEST_F(Seed, CallingATaskRunsItHereAndNow) {
    auto const here = add_task();
    EXPECT_EQ(here(2, 2), 4);
    // The broker was not asked. The worker's queues may be there already, with nothing in them.
    EXPECT_THAT(client_->queues(), Each(Field(&peyk::queue_stats::published, 0u)));
}

// add.delay(2, 2)
TEST_F(Seed, DelayHasAWorkerRunIt) {
    auto const add = add_task();
    auto const result = add.delay(2, 2);
    EXPECT_EQ(result.get(patience), 4);
}

// greet.delay("Ada", greeting="Salam")
TEST_F(Seed, DelayTakesNamedArguments) {
    peyk::task<std::string(std::string, std::string)> greet{*client_, "tasks.greet"};
    auto const result = greet.delay("Ada", peyk::kw("greeting", "Salam"));
    EXPECT_EQ(result.get(patience), "Salam, Ada!");
}

// add.apply_async((2, 2))
TEST_F(Seed, ApplyAsyncSendsTheSame) {
    EXPECT_EQ(add_task().apply_async({2, 2}).get(patience), 4);
}

// T.apply_async((arg,), {'kwarg': value})
TEST_F(Seed, ApplyAsyncTakesPositionalAndNamedArguments) {
    peyk::task<std::string(std::string, std::string)> greet{*client_, "tasks.greet"};
    auto const result = greet.apply_async({"Ada"}, {peyk::kw("greeting", "Hello")});
    EXPECT_EQ(result.get(patience), "Hello, Ada!");
}

// Options of any kind, with and without named arguments.
TEST_F(Seed, ApplyAsyncTakesOptionsAlone) {
    auto const add = add_task();
    EXPECT_EQ(add.apply_async({2, 2}, {.max_retries = 3}).get(patience), 4);
    EXPECT_EQ(add.apply_async({2, 2}, {.priority = 5}).get(patience), 4);
    EXPECT_EQ(add.apply_async({2, 2}, {.cost = 2}).get(patience), 4);
    EXPECT_EQ(add.apply_async({2, 2}, {.ordering_key = "order-17", .fairness_key = "tenant=42"})
                  .get(patience),
              4);
    EXPECT_EQ(add.apply_async({2, 2}, {}).get(patience), 4);
    peyk::task<std::string(std::string, std::string)> greet{*client_, "tasks.greet"};
    auto const both =
        greet.apply_async({"Ada"}, {peyk::kw("greeting", "Hello")}, {.limit_key = "tenant=42"});
    EXPECT_EQ(both.get(patience), "Hello, Ada!");
}

// add.apply_async((2, 2), queue='lopri', countdown=10)
TEST_F(Seed, QueueAndCountdown) {
    auto const add = add_task();
    auto const now = system_clock::now();
    auto const later = add.apply_async({2, 2}, {.queue = "lopri", .countdown = 10s});
    auto const status = later.status();
    EXPECT_EQ(status.queue, "lopri");
    EXPECT_EQ(status.state, peyk::state::pending);
    EXPECT_EQ(status.detail, peyk::detail::scheduled);
    EXPECT_GE(*status.eta, std::chrono::floor<std::chrono::milliseconds>(now) + 10s);
    EXPECT_LT(*status.eta, now + 10s + patience);

    // The same with less patience: it runs, and not before its time.
    auto const begin = steady_clock::now();
    auto const soon = add.apply_async({2, 2}, {.queue = "lopri", .countdown = 300ms});
    EXPECT_EQ(soon.get(patience), 4);
    EXPECT_GE(steady_clock::now() - begin, 299ms);
}

// add.apply_async((2, 2), eta=now + timedelta(seconds=10))
TEST_F(Seed, Eta) {
    auto const add = add_task();
    auto const at = system_clock::now() + 10s;
    auto const later = add.apply_async({2, 2}, {.eta = at});
    EXPECT_EQ(later.status().eta, std::chrono::floor<std::chrono::milliseconds>(at));

    auto const soon = system_clock::now() + 300ms;
    EXPECT_EQ(add.apply_async({2, 2}, {.eta = soon}).get(patience), 4);
    EXPECT_GE(system_clock::now(), std::chrono::floor<std::chrono::milliseconds>(soon));
}

// add.apply_async((10, 10), countdown=60, expires=120)
TEST_F(Seed, CountdownAndExpires) {
    auto const add = add_task();
    auto const status = add.apply_async({10, 10}, {.countdown = 60s, .expires = 120s}).status();
    EXPECT_EQ(*status.expires_at - *status.eta, 60s);

    // Nobody reads this queue: the task expires where it is, and who waits for it is told.
    auto const forgotten = add.apply_async({10, 10}, {.queue = "unread", .expires = 200ms});
    EXPECT_THROW(forgotten.get(patience), peyk::revoked_error);
    auto const ended = forgotten.status();
    EXPECT_EQ(ended.state, peyk::state::revoked);
    EXPECT_EQ(ended.detail, peyk::detail::expired);
}

// add.apply_async((10, 10), expires=now + timedelta(days=2))
TEST_F(Seed, AnAbsoluteExpiry) {
    auto const at = system_clock::now() + 48h;
    auto const result = add_task().apply_async({10, 10}, {.expires_at = at});
    EXPECT_EQ(result.get(patience), 20);
    EXPECT_EQ(result.status().expires_at, std::chrono::floor<std::chrono::milliseconds>(at));
}

// res.get(timeout=1)
TEST_F(Seed, GetWaitsNoLongerThanItsTimeoutAndDoesNotStopTheTask) {
    auto const result = add_task().apply_async({2, 2}, {.countdown = 1h});
    EXPECT_THROW(result.get(50ms), peyk::timeout_error);
    result.run_now();
    EXPECT_EQ(result.get(patience), 4);
}

// res.get() raises what the task raised; res.get(propagate=False) returns it.
TEST_F(Seed, AFailureIsThrownOrReturned) {
    peyk::task<int(std::string)> fail{*client_, "tasks.fail"};
    auto const result = fail.delay("no luck");
    try {
        result.get(patience);
        FAIL() << "nothing was thrown";
    } catch (peyk::task_error const& thrown) {
        EXPECT_EQ(thrown.type(), "std::runtime_error");
        EXPECT_EQ(thrown.message(), "no luck");
        EXPECT_EQ(thrown.state(), peyk::state::failure);
    }
    auto const outcome = result.get({.propagate = false});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().message(), "no luck");

    auto const good = add_task().delay(2, 2).get({.timeout = patience, .propagate = false});
    EXPECT_EQ(good.value(), 4);
}

// res.failed(), res.successful(), res.state
TEST_F(Seed, AResultKnowsItsState) {
    peyk::task<int(std::string)> fail{*client_, "tasks.fail"};
    auto const bad = fail.delay("no luck");
    auto const good = add_task().delay(2, 2);
    auto const waiting = add_task().apply_async({2, 2}, {.countdown = 1h});
    EXPECT_FALSE(bad.get({.timeout = patience, .propagate = false}).has_value());
    EXPECT_EQ(good.get(patience), 4);

    EXPECT_TRUE(bad.failed());
    EXPECT_FALSE(bad.successful());
    EXPECT_EQ(bad.state(), peyk::state::failure);
    EXPECT_TRUE(good.successful());
    EXPECT_FALSE(good.failed());
    EXPECT_EQ(to_string(good.state()), "SUCCESS");
    EXPECT_FALSE(waiting.ready());
    EXPECT_EQ(waiting.state(), peyk::state::pending);

    // An id nobody published is UNKNOWN, never PENDING.
    peyk::async_result<int> const nobody{*client_, peyk::message_id::make()};
    EXPECT_EQ(nobody.state(), peyk::state::unknown);
}

using states = std::vector<std::string>;

// Every state of a task that waits for its time: it is watched first and sent off then, so that
// nothing is missed.
template <class R>
states history(peyk::async_result<R> const& of) {
    states seen;
    auto watched = of.watch();
    while (auto const next = watched.next(patience)) {
        std::string state{to_string(next->state)};
        if (seen.empty())
            of.run_now();
        if (seen.empty() || seen.back() != state)
            seen.push_back(std::move(state));
    }
    return seen;
}

// @task(track_started=True): PENDING -> STARTED -> SUCCESS
TEST_F(Seed, StartedIsRecordedWhenAsked) {
    auto const tracked = add_task({.track_started = true}).apply_async({2, 2}, {.countdown = 1h});
    EXPECT_EQ(history(tracked), (states{"PENDING", "STARTED", "SUCCESS"}));
    auto const untracked = add_task().apply_async({2, 2}, {.countdown = 1h});
    EXPECT_EQ(history(untracked), (states{"PENDING", "SUCCESS"}));
}

// PENDING -> STARTED -> RETRY -> STARTED -> RETRY -> STARTED -> SUCCESS
TEST_F(Seed, ATaskThatFailsTwiceAndThenSucceeds) {
    peyk::task<std::string()> stubborn{
        *client_,
        "tasks.fail_twice",
        {.retry = peyk::retry_policy{.max_retries = 3, .base = 50ms}, .track_started = true}};
    auto const result = stubborn.apply_async({}, {.countdown = 1h});
    EXPECT_EQ(history(result),
              (states{"PENDING", "STARTED", "RETRY", "STARTED", "RETRY", "STARTED", "SUCCESS"}));
    EXPECT_EQ(result.get(patience), "at last");
    EXPECT_EQ(result.status().attempts, 2u);
}

// res.revoke()
TEST_F(Seed, ATaskThatWaitsIsRevoked) {
    auto const result = add_task().apply_async({2, 2}, {.countdown = 1h});
    result.cancel({.reason = "not needed"});
    EXPECT_THROW(result.get(patience), peyk::revoked_error);
    EXPECT_EQ(result.status().error.message, "not needed");
    EXPECT_EQ(result.status().detail, peyk::detail::revoked);
    EXPECT_THROW(result.cancel(), peyk::refused_error); // it is final
}

// res.revoke(terminate=True): the task is asked to stop, and its end does not count any more.
TEST_F(Seed, ATaskThatRunsIsRevoked) {
    auto const result =
        peyk::task<int()>{*client_, "tasks.until_stopped", {.track_started = true}}.delay();
    auto watched = result.watch();
    while (watched.next(patience)->state != peyk::state::started) {
    }
    result.cancel({.terminate = true});
    EXPECT_THROW(result.get(patience), peyk::revoked_error);
    EXPECT_EQ(stopped_.get_future().wait_for(patience), std::future_status::ready);
}

// s1 = add.s(2, 2); res = s1.delay(); res.get()
TEST_F(Seed, ASignatureIsACallForLater) {
    auto const s1 = add_task().s(2, 2);
    EXPECT_EQ(s1.delay().get(patience), 4);
}

// s2 = add.s(2); res = s2.delay(8) runs add(8, 2)
TEST_F(Seed, APartialTakesItsNewArgumentsInFront) {
    peyk::task<std::string(std::string, std::string)> greet{*client_, "tasks.greet"};
    auto const salute = greet.s("Salam");
    EXPECT_EQ(salute.delay("Ada").get(patience), "Salam, Ada!");
    EXPECT_EQ(add_task().s(2).delay(8).get(patience), 10);
}

// co_await add.async_delay(2, 2, asio::use_awaitable): nobody blocks.
asio::awaitable<int> add_on_a_worker(peyk::task<int(int, int)> add) {
    auto const result = co_await add.async_delay(2, 2, asio::use_awaitable);
    co_return co_await result.async_get(asio::use_awaitable);
}

TEST_F(Seed, EverythingHasAnAsynchronousForm) {
    asio::io_context context;
    auto sum = asio::co_spawn(context, add_on_a_worker(add_task()), asio::use_future);
    context.run();
    EXPECT_EQ(sum.get(), 4);
}

// The queue outlives both sides: the publisher has its confirm, the broker dies, and the task runs.
TEST_F(Seed, AConfirmedTaskSurvivesTheBrokersDeath) {
    workers_.clear();
    auto const result = add_task().delay(2, 2);
    broker_.kill();
    broker_.start();
    start_worker(peyk::pool_kind::threads, {"default"});
    EXPECT_EQ(result.get(patience), 4);
}

} // namespace
