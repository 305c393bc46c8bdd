// What people are told of each obstacle.

#include "broker/core/obstacle.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace peyk::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

wall_time at(int day, duration time) {
    sys_days const date{year{2026} / 11 / day};
    return wall_time{std::chrono::duration_cast<duration>(date.time_since_epoch()) + time};
}

wall_time const now = at(22, 11h + 57min);

obstacle of(obstacle_kind kind, std::string name = {}) {
    obstacle made;
    made.kind = kind;
    made.name = std::move(name);
    return made;
}

std::string said(obstacle const& what) {
    return describe(what, now);
}

TEST(Rate, IsWrittenAsPeopleWriteIt) {
    EXPECT_EQ(to_string(rate{}), "none");
    EXPECT_EQ(to_string(rate{10'000, 60}), "10/m");
    EXPECT_EQ(to_string(rate{500, 1}), "0.5/s");
    EXPECT_EQ(to_string(rate{1'001, 3'600}), "1.001/h");
    EXPECT_EQ(to_string(rate{2'250, 86'400}), "2.25/d");
}

TEST(Obstacle, OfNothingToCome) {
    EXPECT_EQ(said(of(obstacle_kind::none)), "nothing is in its way");
    EXPECT_EQ(said(of(obstacle_kind::unknown)), "nobody published it, or it has been forgotten");
    EXPECT_EQ(said(of(obstacle_kind::final)), "it is over, nothing will run");
    EXPECT_EQ(said(of(obstacle_kind::running, "w1")), "it is running on w1");
    EXPECT_EQ(said(of(obstacle_kind::running)), "it is running");
    EXPECT_EQ(said(of(obstacle_kind::reserved, "w1")),
              "it is with w1, which has not started it yet");
}

TEST(Obstacle, OfTime) {
    obstacle o = of(obstacle_kind::scheduled);
    o.until = at(22, 14h);
    EXPECT_EQ(said(o), "waits for its eta, 2026-11-22 14:00:00 UTC (in 2 h 3 min)");
    o.kind = obstacle_kind::retry;
    o.until = now + 40s;
    EXPECT_EQ(said(o), "waits for its next try, 2026-11-22 11:57:40 UTC (in 40 s)");
    o.until = at(25, 12h);
    EXPECT_EQ(said(o), "waits for its next try, 2026-11-25 12:00:00 UTC (in 3 d)");
    o.until = now;
    EXPECT_EQ(said(o), "waits for its next try, 2026-11-22 11:57:00 UTC (now)");
    o = of(obstacle_kind::settling);
    o.until = now + 1'200ms;
    EXPECT_EQ(said(o),
              "the broker waits for the workers it knew before it went down, for 1.2 s at most");
}

TEST(Obstacle, OfHolds) {
    obstacle o = of(obstacle_kind::queue_held, "mail");
    o.until = at(22, 14h);
    o.reason = "by operator";
    EXPECT_EQ(said(o), "queue mail is paused until 14:00:00 UTC: by operator");
    o.until = at(23, 14h);
    EXPECT_EQ(said(o), "queue mail is paused until 2026-11-23 14:00:00 UTC: by operator");
    o.kind = obstacle_kind::task_held;
    o.until = never;
    EXPECT_EQ(said(o), "task mail is paused: by operator");
    o.kind = obstacle_kind::key_held;
    o.reason = {};
    EXPECT_EQ(said(o), "limit key mail is paused");
}

TEST(Obstacle, OfOtherMessages) {
    obstacle o = of(obstacle_kind::ordering_key, "order-17");
    o.by = {0x0190a5f37c1e7b3a, 0x8f000123456789ab};
    EXPECT_EQ(said(o), "ordering key order-17 is held by 0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    o.kind = obstacle_kind::unique_key;
    EXPECT_EQ(said(o), "unique key order-17 is held by 0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    o = of(obstacle_kind::behind_others);
    o.ahead = 3'182;
    o.workers = 2;
    o.expected = 39'500ms;
    EXPECT_EQ(said(o), "3,182 messages go before it, 2 workers, about 40 s");
    o.ahead = 20'000;
    o.more_ahead = true;
    o.expected = 0ms;
    EXPECT_EQ(said(o), "at least 20,000 messages go before it, 2 workers");
    o.ahead = 1;
    o.more_ahead = false;
    o.workers = 1;
    o.expected = 900ms;
    EXPECT_EQ(said(o), "1 message goes before it, 1 worker, about 1 s");
    o.ahead = 0;
    EXPECT_EQ(said(o), "it is the next one, all places are taken, 1 worker, about 1 s");
}

TEST(Obstacle, OfWorkers) {
    EXPECT_EQ(said(of(obstacle_kind::nobody_reads, "mail")),
              "no connected worker reads queue mail");
    EXPECT_EQ(said(of(obstacle_kind::nobody_announces, "tasks.resize")),
              "no connected worker announces tasks.resize");
    EXPECT_EQ(said(of(obstacle_kind::nobody_announces)),
              "no connected worker announces plain messages");
    EXPECT_EQ(said(of(obstacle_kind::labels, "gpu=a100, region=eu")),
              "no connected worker has the labels gpu=a100, region=eu");
    obstacle o = of(obstacle_kind::slow_readers);
    o.workers = 1;
    EXPECT_EQ(said(o), "the only worker for it does not take what it is sent");
    o.workers = 3;
    EXPECT_EQ(said(o), "3 workers could take it, none reads what it is sent");
}

TEST(Obstacle, OfLimits) {
    obstacle o = of(obstacle_kind::rate_limit, "tasks.add");
    o.limit.rate = {10'000, 60};
    o.until = now + 4'200ms;
    EXPECT_EQ(said(o), "rate limit tasks.add 10/m, next token in 4.2 s");
    o.limit.per_worker = true;
    EXPECT_EQ(said(o), "rate limit tasks.add 10/m per worker, next token in 4.2 s");
    o = of(obstacle_kind::concurrency_limit, "queue mail");
    o.limit.concurrency = 7;
    o.running = 7;
    EXPECT_EQ(said(o), "concurrency limit queue mail 7, 7 running");
}

} // namespace
} // namespace peyk::core
