// Tasks that handle many messages at once.

#include "tests/integration/worker_fixture.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/batch.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <stdexcept>

namespace peyk::test {
namespace {

using testing::Each;

using doubled = batch_item<int(int)>;

class Batch : public WorkerTest {
protected:
    // Publishes so many calls and gives their results once they are there.
    std::vector<async_result<int>> call(int count) {
        std::vector<async_result<int>> all;
        for (int at = 0; at < count; ++at)
            all.push_back(remote<int(int)>("double").delay(at));
        return all;
    }
    void note(std::vector<doubled>& items) {
        std::lock_guard const lock{mutex_};
        sizes_.push_back(items.size());
    }
    std::vector<std::size_t> sizes() {
        std::lock_guard const lock{mutex_};
        return sizes_;
    }

private:
    std::mutex mutex_;
    std::vector<std::size_t> sizes_;
};

TEST_F(Batch, HandlesSeveralAtOnce) {
    tasks_.add_batch("double",
                     [this](std::vector<doubled>& items) {
                         note(items);
                         for (auto& each : items)
                             each.succeed(2 * std::get<0>(each.args()));
                     },
                     {.max = 5, .wait = 60s}); // so: only full ones
    auto const results = call(10);
    work();
    for (int at = 0; at < 10; ++at)
        EXPECT_EQ(results[static_cast<std::size_t>(at)].get(patience), 2 * at);
    EXPECT_THAT(sizes(), testing::ElementsAre(5, 5));
}

TEST_F(Batch, TheFirstDoesNotWaitForEver) {
    tasks_.add_batch("double",
                     [this](std::vector<doubled>& items) {
                         note(items);
                         for (auto& each : items)
                             each.succeed(1);
                     },
                     {.max = 100, .wait = 50ms});
    work();
    EXPECT_EQ(call(1).front().get(patience), 1);
    EXPECT_THAT(sizes(), testing::ElementsAre(1));
}

TEST_F(Batch, EachHasAnEndOfItsOwn) {
    tasks_.add_batch("double",
                     [](std::vector<doubled>& items) {
                         for (auto& each : items) {
                             auto const value = std::get<0>(each.args());
                             if (value == 0)
                                 each.fail(permanent_error("nothing to double"));
                             else if (value == 1)
                                 each.succeed(2);
                         }
                         throw std::runtime_error("the rest failed");
                     },
                     {.max = 3, .wait = 60s});
    auto const results = call(3);
    work();
    auto const error = [&](std::size_t which) {
        return results[which].get({.timeout = patience, .propagate = false}).error().message();
    };
    EXPECT_EQ(error(0), "nothing to double");
    EXPECT_EQ(results[1].get(patience), 2);
    EXPECT_EQ(error(2), "the rest failed");
}

TEST_F(Batch, BadArgumentsFailAlone) {
    tasks_.add_batch("double",
                     [](std::vector<doubled>& items) {
                         for (auto& each : items)
                             each.succeed(2 * std::get<0>(each.args()));
                     },
                     {.max = 2, .wait = 60s});
    auto const wrong = remote<int(std::string)>("double").delay("two");
    auto const right = remote<int(int)>("double").delay(2);
    work();
    EXPECT_EQ(right.get(patience), 4);
    EXPECT_EQ(wrong.get({.timeout = patience, .propagate = false}).error().type(),
              "peyk::bad_arguments");
}

TEST_F(Batch, KeysAreKeptApart) {
    std::mutex mutex;
    std::vector<std::vector<int>> seen;
    tasks_.add_batch("double",
                     [&](std::vector<doubled>& items) {
                         std::lock_guard const lock{mutex};
                         auto& now = seen.emplace_back();
                         for (auto& each : items) {
                             now.push_back(std::get<0>(each.args()) % 2);
                             each.succeed(0);
                         }
                     },
                     {.max = 4, .wait = 50ms, .key = [](message_content const& of) {
                          return std::to_string((of.args.front().back() - '0') % 2);
                      }});
    auto const results = call(4);
    work();
    for (auto const& each : results)
        each.get(patience);
    std::lock_guard const lock{mutex};
    for (auto const& each : seen)
        EXPECT_THAT(each, Each(each.front()));
}

TEST_F(Batch, WhatWaitsIsHandedBackByAShutdown) {
    std::latch received{1};
    tasks_.add_batch("double",
                     [](std::vector<doubled>&) {},
                     {.max = 100, .wait = 60s, .key = [&](message_content const&) {
                          received.count_down();
                          return std::string{};
                      }});
    auto const result = call(1).front();
    auto& worker = work();
    received.wait();
    EXPECT_EQ(worker.stop(), worker_end::drained);
    EXPECT_EQ(result.state(), state::pending);
    EXPECT_EQ(result.status().attempts, 0U);
}

} // namespace
} // namespace peyk::test
