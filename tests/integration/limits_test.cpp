// The seed's rate limit and what belongs to it: set while everything runs, for all workers
// together, kept over restarts, in nobody else's way. A real broker process, workers in this one.

#include "tests/integration/background_worker.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/admin.hpp>
#include <peyk/app.hpp>
#include <peyk/task.hpp>
#include <peyk/wait.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto patience = 30s; // for what takes no time

class Limits : public testing::Test {
protected:
    Limits() {
        broker_.start();
        peyk::client_options connection;
        connection.url = broker_.url();
        client_.emplace(connection);
        admin_.emplace(*client_);
        app_.use(*client_);
        app_.task("tasks.add", [](int a, int b) { return a + b; });
        app_.task("tasks.other", [](int a) { return a; });
    }
    ~Limits() override { workers_.clear(); }

    void start_worker() {
        peyk::worker_options options;
        options.connection.url = broker_.url();
        options.concurrency = 4;
        workers_.push_back(
            std::make_unique<peyk::test::background_worker>(app_.registry(), std::move(options)));
    }

    [[nodiscard]] std::size_t done(std::vector<peyk::async_result<int>> const& of) const {
        std::size_t sum = 0;
        for (auto const& each : of)
            sum += each.successful() ? 1 : 0;
        return sum;
    }

    peyk::test::broker_process broker_{};
    std::optional<peyk::client> client_;
    std::optional<peyk::admin> admin_;
    peyk::app app_{"tasks"};
    std::vector<std::unique_ptr<peyk::test::background_worker>> workers_;
};

// celery -A tasks control rate_limit tasks.add 10/m
TEST_F(Limits, TenAMinuteForAllWorkersTogether) {
    start_worker();
    start_worker();
    admin_->set_limit({.task = "tasks.add"}, {.rate = peyk::parse_rate("10/m")});
    peyk::task<int(int, int)> add{*client_, "tasks.add"};
    peyk::task<int(int)> other{*client_, "tasks.other"};
    std::vector<peyk::async_result<int>> limited;
    std::vector<peyk::async_result<int>> free;
    for (int n = 0; n < 20; ++n) {
        limited.push_back(add.delay(n, n));
        free.push_back(other.delay(n));
    }
    peyk::wait_all(free, patience); // nothing limited is in their way
    EXPECT_EQ(limited.front().get(patience), 0);
    EXPECT_LE(done(limited), 1 + 20u / 6); // one token in six seconds
    EXPECT_THAT(client_->why(limited.back().id()).text,
                StartsWith("rate limit tasks.add 10/m, next token in "));
    EXPECT_EQ(client_->why(limited.back().id()).kind, peyk::obstacle_kind::rate_limit);

    // It is gone as soon as somebody says so.
    admin_->set_limit({.task = "tasks.add"}, {.rate = peyk::rate{}});
    peyk::wait_all(limited, patience);
    EXPECT_TRUE(admin_->limits().limits.empty());
}

TEST_F(Limits, OutliveTheBroker) {
    admin_->set_limit({.task = "tasks.add"}, {.rate = peyk::parse_rate("1/h")});
    admin_->set_share("tenant=42", 3);
    start_worker();
    peyk::task<int(int, int)> add{*client_, "tasks.add"};
    auto const first = add.delay(1, 1);
    auto const second = add.delay(2, 2);
    EXPECT_EQ(first.get(patience), 2);

    broker_.kill();
    broker_.start();
    auto const kept = admin_->limits();
    ASSERT_EQ(kept.limits.size(), 1u);
    EXPECT_EQ(peyk::to_string(kept.limits.front().rate), "1/h");
    EXPECT_THAT(kept.shares, Contains(Field(&peyk::share_info::weight, 3u)));
    // The token that was used up is not given out again.
    auto const other = peyk::task<int(int)>{*client_, "tasks.other"}.delay(1);
    EXPECT_EQ(other.get(patience), 1); // the worker is back
    EXPECT_THAT(client_->why(second.id()).text,
                AnyOf(HasSubstr("next token in 59 min"), HasSubstr("next token in 1 h")));
}

TEST_F(Limits, SomethingSaysWhyNothingRuns) {
    auto const alone = peyk::task<int(int, int)>{*client_, "tasks.add"}.delay(1, 1);
    EXPECT_EQ(client_->why(alone.id()).kind, peyk::obstacle_kind::nobody_reads);
    start_worker();
    EXPECT_EQ(alone.get(patience), 2);
    EXPECT_EQ(client_->why(alone.id()).kind, peyk::obstacle_kind::final);
    auto const unknown = peyk::task<int(int)>{*client_, "tasks.resize"}.delay(1);
    auto const why = client_->why(unknown.id());
    EXPECT_EQ(why.kind, peyk::obstacle_kind::nobody_announces);
    EXPECT_EQ(why.text, "no connected worker announces tasks.resize");
    EXPECT_THAT(
        client_->queue("default").obstacles,
        Contains(Field(&peyk::obstacle_count::kind, peyk::obstacle_kind::nobody_announces)));
}

// One at a time and in order, though four could run.
TEST_F(Limits, AnOrderingKeyKeepsOrder) {
    start_worker();
    std::vector<peyk::async_result<int>> results;
    peyk::task<int(int)> other{*client_, "tasks.other"};
    for (int n = 0; n < 50; ++n)
        results.push_back(
            other.apply_async({n}, {.track_started = true, .ordering_key = "order-17"}));
    peyk::wait_all(results, patience);
    for (std::size_t n = 1; n < results.size(); ++n)
        EXPECT_GE(*results[n].info().started_at, *results[n - 1].info().finished_at) << n;
}

} // namespace
