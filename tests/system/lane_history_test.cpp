// The checker of lanes itself: histories that may have happened, and histories that may not.

#include "tests/system/lane_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t limit = 2;
constexpr std::uint32_t key = 1;

// Says what happened, and gives each run its number.
class lane_story {
public:
    std::uint64_t begin(std::uint32_t lane, std::uint64_t number, std::uint32_t worker = 1) {
        seen_.take({run_event_kind::begin, worker, lane, number, ++runs_});
        return runs_;
    }
    void succeed(std::uint64_t run) { seen_.take({.kind = run_event_kind::success, .run = run}); }
    void fail(std::uint64_t run) { seen_.take({.kind = run_event_kind::failure, .run = run}); }
    void die(std::uint32_t worker) {
        seen_.take({.kind = run_event_kind::death, .worker = worker});
    }
    void run(std::uint32_t lane, std::uint64_t number) { succeed(begin(lane, number)); }
    // Numbers 0 and 1 of the limited lane, at once: as many as the limit allows.
    void reach_the_limit() {
        auto const one = begin(limited_lane, 0);
        auto const other = begin(limited_lane, 1);
        succeed(one);
        succeed(other);
    }
    lane_history::verdict check(std::uint64_t limited, std::uint64_t ordered) {
        return seen_.check({{limited_lane, limited}, {key, ordered}});
    }

private:
    lane_history seen_{limit};
    std::uint64_t runs_ = 0;
};

void expect_fault(lane_history::verdict const& got, std::string const& text) {
    EXPECT_EQ(got.faults, 1u) << got.text();
    EXPECT_THAT(got.text(), HasSubstr(text));
}

TEST(LaneHistory, AcceptsAsManyAtOnceAsTheLimitAndOneAfterTheOtherOfAKey) {
    lane_story s;
    s.reach_the_limit();
    s.run(key, 0);
    s.run(key, 1);
    auto const got = s.check(2, 2);
    EXPECT_TRUE(got.good()) << got.text();
    EXPECT_EQ(got.most_at_once, limit);
    EXPECT_EQ(got.runs, 4u);
}

TEST(LaneHistory, AcceptsRetriesAndRunsCutShort) {
    lane_story s;
    s.reach_the_limit();
    s.fail(s.begin(key, 0));
    s.begin(key, 0, 7);
    s.begin(limited_lane, 2, 7);
    s.begin(limited_lane, 3, 7);
    s.die(7);
    s.run(key, 0);
    s.run(key, 0); // its success was not on disk
    s.run(key, 1);
    s.run(limited_lane, 2);
    s.run(limited_lane, 3);
    auto const got = s.check(4, 2);
    EXPECT_TRUE(got.good()) << got.text();
    EXPECT_EQ(got.failures, 1u);
    EXPECT_EQ(got.cut_short, 3u);
    EXPECT_EQ(got.again, 1u);
}

TEST(LaneHistory, RejectsOneMoreThanTheLimit) {
    lane_story s;
    auto const first = s.begin(limited_lane, 0, 1);
    auto const second = s.begin(limited_lane, 1, 2);
    auto const third = s.begin(limited_lane, 2, 3);
    for (auto const run : {first, second, third})
        s.succeed(run);
    expect_fault(s.check(3, 0), "3 run at once");
}

TEST(LaneHistory, RejectsARunOfAWorkerThatIsNotTheOneThatDied) {
    lane_story s;
    auto const first = s.begin(limited_lane, 0, 1);
    auto const second = s.begin(limited_lane, 1, 2);
    s.die(3);
    s.succeed(s.begin(limited_lane, 2, 3));
    s.succeed(first);
    s.succeed(second);
    expect_fault(s.check(3, 0), "3 run at once");
}

TEST(LaneHistory, RejectsTwoOfOneKeyAtOnce) {
    lane_story s;
    s.reach_the_limit();
    auto const one = s.begin(key, 0, 1);
    auto const other = s.begin(key, 0, 2);
    s.succeed(one);
    s.succeed(other);
    expect_fault(s.check(2, 1), "while another of its key runs");
}

TEST(LaneHistory, RejectsALaterOneBeforeTheRetryOfAnEarlierOne) {
    lane_story s;
    s.reach_the_limit();
    s.fail(s.begin(key, 0));
    s.run(key, 1);
    expect_fault(s.check(2, 0), "begins before 0 has succeeded");
}

TEST(LaneHistory, RejectsAnEarlierOneAgainAfterALaterOne) {
    lane_story s;
    s.reach_the_limit();
    s.run(key, 0);
    s.run(key, 1);
    s.run(key, 0);
    expect_fault(s.check(2, 2), "begins after later ones of its key");
}

TEST(LaneHistory, RejectsWhatIsNotDone) {
    lane_story s;
    s.reach_the_limit();
    s.run(key, 0);
    expect_fault(s.check(2, 2), "key 1 message 1 (worker 0, run 0) has not succeeded");
    s.begin(key, 1);
    auto const got = s.check(2, 2);
    EXPECT_EQ(got.faults, 2u);
    EXPECT_THAT(got.text(), HasSubstr("has not ended"));
}

TEST(LaneHistory, RejectsALoadThatNeverReachesTheLimit) {
    lane_story s;
    s.run(limited_lane, 0);
    expect_fault(s.check(1, 0), "was not reached");
}

TEST(LaneHistory, RejectsAnEndOfNothing) {
    lane_story s;
    s.reach_the_limit();
    s.succeed(99);
    expect_fault(s.check(2, 0), "ends and does not run");
}

} // namespace
} // namespace peyk::test
