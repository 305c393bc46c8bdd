// What runs around the tasks of a program, and errors that keep their type between programs.

#include "tests/integration/worker_fixture.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/error_types.hpp>

#include <boost/asio/awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>

namespace peyk::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct card_declined : std::runtime_error {
    using runtime_error::runtime_error;
};

class Hooks : public WorkerTest {
protected:
    Hooks() {
        tasks_.add_hooks(
            {.before = [this](context& ctx) { note("before " + ctx.task()); },
             .after = [this](context const&, outcome const&) { note("after"); },
             .on_retry = [this](context const&,
                                error_report const& why) { note("retry " + why.message); },
             .on_failure =
                 [this](context const&, error_report const& why) {
                     note("failure " + why.message);
                 }});
    }
    void note(std::string what) {
        std::lock_guard const lock{mutex_};
        noted_.push_back(std::move(what));
    }
    std::vector<std::string> noted() {
        std::lock_guard const lock{mutex_};
        return noted_;
    }

private:
    std::mutex mutex_;
    std::vector<std::string> noted_;
};

TEST_F(Hooks, RunAroundEachAttempt) {
    tasks_.add("add", [](int a, int b) { return a + b; });
    tasks_.add("fail",
               []() -> int { throw std::runtime_error("no"); },
               {.max_retries = 1, .retry = retry_policy{.base = 1ms}});
    work();
    EXPECT_EQ(remote<int(int, int)>("add").delay(1, 2).get(patience), 3);
    EXPECT_THROW(remote<int()>("fail").delay().get(patience), task_error);
    EXPECT_THAT(noted(),
                ElementsAre("before add",
                            "after",
                            "before fail",
                            "retry no",
                            "after",
                            "before fail",
                            "failure no",
                            "after"));
}

TEST_F(Hooks, RunAroundCoroutinesToo) {
    tasks_.add("fetch", []() -> asio::awaitable<int> { co_return 7; });
    work(options(pool_kind::async));
    EXPECT_EQ(remote<int()>("fetch").delay().get(patience), 7);
    EXPECT_THAT(noted(), ElementsAre("before fetch", "after"));
}

TEST_F(Hooks, WhatBeforeThrowsIsTheTasks) {
    tasks_.add_hooks({.before = [](context&) {
        throw permanent_error("closed today");
    }});
    tasks_.add("add", [](int a, int b) { return a + b; });
    work();
    try {
        remote<int(int, int)>("add").delay(1, 2).get(patience);
        FAIL() << "it ran";
    } catch (task_error const& e) {
        EXPECT_EQ(e.message(), "closed today");
    }
}

TEST_F(Hooks, WhatTheOthersThrowChangesNothing) {
    tasks_.add_hooks({.after = [](context const&, outcome const&) {
        throw std::runtime_error("oops");
    }});
    tasks_.add("add", [](int a, int b) { return a + b; });
    work();
    EXPECT_EQ(remote<int(int, int)>("add").delay(1, 2).get(patience), 3);
}

TEST_F(Hooks, AnErrorKeepsItsType) {
    register_error<card_declined>("billing.card_declined");
    register_error<card_declined>("billing.card_declined"); // twice is once
    EXPECT_THROW(register_error<card_declined>("other"), std::invalid_argument);
    EXPECT_THROW(register_error<std::logic_error>("billing.card_declined"), std::invalid_argument);
    tasks_.add("pay", []() -> int { throw card_declined("no money"); });
    work();
    auto const result = remote<int()>("pay").delay();
    try {
        result.get(patience);
        FAIL() << "it was paid";
    } catch (card_declined const& e) {
        EXPECT_STREQ(e.what(), "no money");
        EXPECT_THROW(std::rethrow_if_nested(e), task_error);
    }
    EXPECT_EQ(result.status().error.type, "billing.card_declined");
}

} // namespace
} // namespace peyk::test
