#pragma once
// Workers in this process against a real broker, and a program that calls their tasks.

#include "tests/integration/await_broker.hpp"
#include "tests/integration/background_worker.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/call.hpp>
#include <peyk/task.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace peyk::test {

using namespace std::chrono_literals;

inline constexpr auto patience = 30s; // for anything that should take no time

class WorkerTest : public testing::Test {
protected:
    WorkerTest() { broker_.start(); }

    [[nodiscard]] worker_options options(pool_kind pool = pool_kind::threads) const {
        worker_options made;
        made.connection.url = broker_.url();
        made.connection.backoff_max = 200ms;
        made.pool = pool;
        made.concurrency = 4;
        return made;
    }
    background_worker& work(std::optional<worker_options> with = {}) {
        workers_.push_back(std::make_unique<background_worker>(tasks_, with.value_or(options())));
        return *workers_.back();
    }
    client& publisher() {
        if (!client_) {
            client_options with;
            with.url = broker_.url();
            with.backoff_max = 200ms;
            client_.emplace(with);
        }
        return *client_;
    }
    template <class Signature>
    task<Signature> remote(std::string name, task_options with = {}) {
        return {publisher(), std::move(name), std::move(with)};
    }
    template <class R>
    task_error failure_of(async_result<R> const& result) {
        auto const ended = result.get({.timeout = patience, .propagate = false});
        return ended ? task_error({.type = "none", .message = "", .trace = ""}, state::success)
                     : ended.error();
    }

    // Until it is in its queue, with no worker.
    template <class R>
    void wait_until_ready(async_result<R> const& result) {
        ASSERT_TRUE(
            await_broker(publisher(), [&] { return result.status().detail == detail::ready; }));
    }

    broker_process broker_;
    task_registry tasks_;

private:
    std::optional<client> client_;
    std::vector<std::unique_ptr<background_worker>> workers_; // end before the registry does
};

} // namespace peyk::test
