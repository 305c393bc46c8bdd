#include "broker/server/instructions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peyk::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr core::session_id asker{9, 9};
constexpr core::session_id one{1, 1};
constexpr core::session_id two{2, 2};
constexpr core::request_id request{5};

core::steady_time at(std::int64_t ms) {
    return core::steady_time{core::duration{ms}};
}

class Instructions : public testing::Test {
protected:
    std::vector<std::uint64_t> begin(std::vector<addressee> const& workers,
                                     core::duration wait = core::duration{0},
                                     core::request_id of = request) {
        auto const numbers = under_way.begin(asker, of, workers, wait, at(0));
        EXPECT_TRUE(numbers.has_value());
        return numbers.value_or(std::vector<std::uint64_t>{});
    }
    std::vector<outcome_for> reply(core::session_id from, std::uint64_t number, bool ok = true) {
        std::vector<outcome_for> out;
        under_way.replied(from, {number, ok, "done"}, out);
        return out;
    }
    std::vector<outcome_for> lose(core::session_id gone) {
        std::vector<outcome_for> out;
        under_way.lost(gone, out);
        return out;
    }
    std::vector<outcome_for> expire(core::steady_time now) {
        std::vector<outcome_for> out;
        under_way.expire(now, out);
        return out;
    }

    instructions under_way;
    std::vector<addressee> const both{{one, "host:1"}, {two, "host:2"}};
};

TEST_F(Instructions, AnswersGoToWhoAskedAndTheLastSaysSo) {
    auto const numbers = begin(both);
    ASSERT_EQ(numbers.size(), 2u);
    EXPECT_NE(numbers[0], numbers[1]);
    auto const from_two = reply(two, numbers[1], false);
    ASSERT_EQ(from_two.size(), 1u);
    EXPECT_EQ(from_two[0].asker, asker);
    EXPECT_EQ(from_two[0].request, request);
    EXPECT_EQ(from_two[0].what.worker, "host:2");
    EXPECT_FALSE(from_two[0].what.ok);
    EXPECT_EQ(from_two[0].what.text, "done");
    EXPECT_FALSE(from_two[0].what.last);
    EXPECT_EQ(from_two[0].what.workers, 0u);
    auto const from_one = reply(one, numbers[0]);
    ASSERT_EQ(from_one.size(), 1u);
    EXPECT_TRUE(from_one[0].what.ok);
    EXPECT_TRUE(from_one[0].what.last);
}

TEST_F(Instructions, OnlyTheWorkerThatWasToldMayAnswerAndOnce) {
    auto const numbers = begin(both);
    EXPECT_THAT(reply(two, numbers[0]), IsEmpty());
    EXPECT_THAT(reply(one, 4'711), IsEmpty());
    EXPECT_EQ(reply(one, numbers[0]).size(), 1u);
    EXPECT_THAT(reply(one, numbers[0]), IsEmpty());
}

TEST_F(Instructions, RequestsAreKeptApart) {
    auto const first = begin({both[0]});
    auto const second = begin({both[0]}, core::duration{0}, core::request_id{6});
    auto const told = reply(one, second[0]);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].request, core::request_id{6});
    EXPECT_TRUE(told[0].what.last) << "the other request is none of its";
    EXPECT_TRUE(reply(one, first[0])[0].what.last);
}

TEST_F(Instructions, ALostWorkerHasNotDoneIt) {
    auto const numbers = begin(both);
    auto const told = lose(one);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].what.worker, "host:1");
    EXPECT_FALSE(told[0].what.ok);
    EXPECT_EQ(told[0].what.text, "was lost before it answered");
    EXPECT_FALSE(told[0].what.last);
    EXPECT_THAT(reply(one, numbers[0]), IsEmpty());
    EXPECT_TRUE(reply(two, numbers[1])[0].what.last);
}

TEST_F(Instructions, NobodyIsToldWhenTheAskerIsGone) {
    auto const numbers = begin(both);
    EXPECT_THAT(lose(asker), IsEmpty());
    EXPECT_THAT(reply(one, numbers[0]), IsEmpty());
    EXPECT_THAT(expire(at(1'000'000)), IsEmpty());
    EXPECT_EQ(under_way.next(), core::steady_time{core::duration::max()});
}

// An operator's program may be a worker itself.
TEST_F(Instructions, AWorkerThatAskedItselfIsNotTold) {
    (void)begin({{asker, "host:9"}, both[0]});
    EXPECT_THAT(lose(asker), IsEmpty());
}

TEST_F(Instructions, WhoIsSilentHasNotDoneIt) {
    EXPECT_EQ(under_way.next(), core::steady_time{core::duration::max()});
    (void)begin(both);
    EXPECT_EQ(under_way.next(), at(0) + instructions::wait_default);
    EXPECT_THAT(expire(at(0) + instructions::wait_default - core::duration{1}), IsEmpty());
    auto const told = expire(at(0) + instructions::wait_default);
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].what.text, "did not answer within 5 s");
    EXPECT_FALSE(told[0].what.ok);
    EXPECT_FALSE(told[0].what.last);
    EXPECT_TRUE(told[1].what.last);
}

TEST_F(Instructions, WaitsAsLongAsItIsAskedToWithinBounds) {
    (void)begin({both[0]}, core::duration{1'500});
    EXPECT_EQ(under_way.next(), at(1'500));
    EXPECT_EQ(expire(at(1'500))[0].what.text, "did not answer within 1.5 s");
    (void)begin({both[0]}, core::duration{1'000'000'000});
    EXPECT_EQ(under_way.next(), at(0) + instructions::wait_max);
}

TEST_F(Instructions, SoManyAreUnderWay) {
    std::vector<addressee> const many(instructions::pending_max, both[0]);
    auto const numbers = begin(many);
    ASSERT_EQ(numbers.size(), instructions::pending_max);
    EXPECT_FALSE(under_way.begin(asker, request, {both[1]}, core::duration{0}, at(0)));
    EXPECT_EQ(reply(one, numbers[0]).size(), 1u);
    EXPECT_TRUE(under_way.begin(asker, request, {both[1]}, core::duration{0}, at(0)));
}

} // namespace
} // namespace peyk::server
