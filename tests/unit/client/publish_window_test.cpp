// What is sent, what is answered, and what is sent again.
#include "client/src/publish_window.hpp"
#include "client/src/settle_window.hpp"
#include "client/src/wait_table.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"
#include <gtest/gtest.h>

namespace peyk {
namespace {

using wire::v1::ClientFrame;
using namespace std::chrono_literals;

constexpr std::size_t no_bound = 1u << 30;
steady_time const start{};

// The frames in `bytes`, which are consumed.
std::vector<ClientFrame> frames_in(std::string& bytes) {
    std::vector<ClientFrame> found;
    wire::frame_slicer slicer;
    slicer.feed(bytes);
    while (auto const payload = slicer.next().value()) {
        ClientFrame frame;
        EXPECT_TRUE(frame.ParseFromArray(payload->data(), static_cast<int>(payload->size())));
        found.push_back(std::move(frame));
    }
    bytes.clear();
    return found;
}

// An element of Publish.messages whose id is `number`.
std::string element(std::uint64_t number) {
    wire::v1::Publish publish;
    publish.add_messages()->set_id_low(number);
    return publish.SerializeAsString();
}

struct window_fixture {
    void add(std::uint64_t number, steady_time deadline = steady_time::max()) {
        publish_op op;
        op.id = {0, number};
        op.encoded = element(number);
        op.deadline = deadline;
        window.add(std::move(op));
    }
    std::vector<ClientFrame> stage() {
        window.stage(bytes, no_bound, limits, next_request, answers);
        return frames_in(bytes);
    }
    std::vector<std::uint64_t> answered() {
        std::vector<std::uint64_t> ids;
        for (auto const& each : answers)
            ids.push_back(each.op.id.low);
        answers.clear();
        return ids;
    }

    publish_window window;
    publish_limits limits{3, 100, 1u << 20};
    std::uint64_t next_request = 1;
    std::string bytes;
    std::vector<publish_answer> answers;
};

using ids = std::vector<std::uint64_t>;

TEST(PublishWindow, CutsFramesOfConsecutiveSequences) {
    window_fixture f;
    for (std::uint64_t i = 1; i <= 5; ++i)
        f.add(i);
    auto const frames = f.stage();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].publish().messages_size(), 3);
    EXPECT_EQ(frames[0].publish().first_sequence(), 1u);
    EXPECT_EQ(frames[1].publish().messages_size(), 2);
    EXPECT_EQ(frames[1].publish().first_sequence(), 4u);
    EXPECT_EQ(frames[1].publish().answered_below(), 1u);
    EXPECT_FALSE(f.window.has_unsent());
}

TEST(PublishWindow, HoldsBackWhatTheBrokersWindowDoesNotTake) {
    window_fixture f;
    f.limits.in_flight_max = 2;
    for (std::uint64_t i = 1; i <= 3; ++i)
        f.add(i);
    auto const first = f.stage();
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].publish().messages_size(), 2);
    EXPECT_TRUE(f.stage().empty());
    EXPECT_TRUE(f.window.answer(first[0].request(), {}, f.answers));
    EXPECT_EQ(f.stage().size(), 1u);
}

TEST(PublishWindow, AnswersOutOfOrderKeepTheOldestAsAnsweredBelow) {
    window_fixture f;
    f.limits.batch_max = 1;
    f.add(1);
    f.add(2);
    auto const frames = f.stage();
    EXPECT_TRUE(f.window.answer(frames[1].request(), {}, f.answers));
    EXPECT_EQ(f.answered(), ids{2});
    f.add(3);
    auto const third = f.stage();
    EXPECT_EQ(third[0].publish().first_sequence(), 3u);
    EXPECT_EQ(third[0].publish().answered_below(), 1u);
    EXPECT_TRUE(f.window.answer(frames[0].request(), {}, f.answers));
    EXPECT_FALSE(f.window.answer(frames[0].request(), {}, f.answers));
    EXPECT_EQ(f.answered(), ids{1});
}

TEST(PublishWindow, RefusalsGoToTheirMessages) {
    window_fixture f;
    for (std::uint64_t i = 1; i <= 3; ++i)
        f.add(i);
    auto const request = f.stage()[0].request();
    EXPECT_TRUE(f.window.answer(request, {{1, errc::disk_full, "d", "l"}}, f.answers));
    ASSERT_EQ(f.answers.size(), 3u);
    EXPECT_FALSE(f.answers[0].error);
    EXPECT_EQ(f.answers[1].error, errc::disk_full);
    EXPECT_EQ(f.answers[1].limit, "l");
    EXPECT_FALSE(f.answers[2].error);
    EXPECT_TRUE(f.window.empty());
}

TEST(PublishWindow, RewindsWhatIsUnansweredInOrderWithItsNumbers) {
    window_fixture f;
    f.limits.batch_max = 1;
    for (std::uint64_t i = 1; i <= 4; ++i)
        f.add(i);
    auto const frames = f.stage();
    EXPECT_TRUE(f.window.answer(frames[1].request(), {}, f.answers)); // 2 of 1..4
    f.window.rewind();
    EXPECT_FALSE(f.window.answer(frames[0].request(), {}, f.answers)); // of the old connection
    f.limits.batch_max = 3;
    auto const again = f.stage();
    ASSERT_EQ(again.size(), 2u); // the gap at 2 parts them
    EXPECT_EQ(again[0].publish().first_sequence(), 1u);
    EXPECT_EQ(again[0].publish().messages_size(), 1);
    EXPECT_EQ(again[1].publish().first_sequence(), 3u);
    EXPECT_EQ(again[1].publish().messages_size(), 2);
    f.answered();
    EXPECT_TRUE(f.window.answer(again[0].request(), {}, f.answers));
    EXPECT_TRUE(f.window.answer(again[1].request(), {}, f.answers));
    EXPECT_EQ(f.answered(), (ids{1, 3, 4}));
    EXPECT_TRUE(f.window.empty());
}

// The session is forgotten and the message is not: its id says that it was taken in.
TEST(PublishWindow, ADuplicateOfItselfIsNoRefusal) {
    window_fixture f;
    f.add(1);
    f.stage();
    f.window.rewind();
    f.add(2);
    auto const again = f.stage();
    ASSERT_EQ(again.size(), 1u);
    std::vector<refusal> const both{{0, errc::duplicate_message, "a", ""},
                                    {1, errc::duplicate_message, "b", ""}};
    EXPECT_TRUE(f.window.answer(again[0].request(), both, f.answers));
    ASSERT_EQ(f.answers.size(), 2u);
    EXPECT_FALSE(f.answers[0].error);
    EXPECT_EQ(f.answers[1].error, errc::duplicate_message); // never sent before
}

TEST(PublishWindow, GivesUpWhatIsOverItsTimeAndToleratesALateAnswer) {
    window_fixture f;
    f.add(1, start + 1s);
    f.add(2, start + 2s);
    f.add(3, start + 3s);
    auto const request = f.stage()[0].request();
    EXPECT_EQ(f.window.next_deadline(), start + 1s);
    f.window.expire(start + 2s, errc::timeout, f.answers);
    ASSERT_EQ(f.answers.size(), 2u);
    EXPECT_FALSE(f.answers[0].answered);
    EXPECT_EQ(f.answered(), (ids{1, 2}));
    EXPECT_TRUE(f.window.answer(request, {{0, errc::disk_full, {}, {}}}, f.answers));
    ASSERT_EQ(f.answers.size(), 1u);
    EXPECT_EQ(f.answers[0].op.id.low, 3u);
    EXPECT_FALSE(f.answers[0].error);
}

TEST(PublishWindow, WhatExpiresUnsentIsNeverSent) {
    window_fixture f;
    f.limits.in_flight_max = 1;
    f.add(1, start + 5s);
    f.add(2, start + 1s); // deadlines of threads may cross a little
    f.add(3, start + 9s);
    auto const first = f.stage();
    f.window.expire(start + 6s, errc::unreachable, f.answers);
    EXPECT_EQ(f.answered(), (ids{1, 2}));
    f.window.rewind();
    auto const frames = f.stage();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].publish().messages(0).id_low(), 3u);
}

TEST(PublishWindow, RefusesWhatNoFrameHolds) {
    window_fixture f;
    f.limits.frame_bytes_max = 200;
    publish_op large;
    large.id = {0, 1};
    large.encoded = std::string(300, 'x');
    large.deadline = steady_time::max();
    f.window.add(std::move(large));
    f.add(2);
    auto const frames = f.stage();
    ASSERT_EQ(f.answers.size(), 1u);
    EXPECT_EQ(f.answers[0].error, errc::message_too_large);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].publish().messages(0).id_low(), 2u);
    f.answers.clear();
    EXPECT_TRUE(f.window.answer(frames[0].request(), {}, f.answers));
    EXPECT_EQ(f.answered(), ids{2});
}

TEST(SettleWindow, SendsAgainWhatIsUnanswered) {
    settle_window window;
    std::vector<settle_answer> failed;
    std::string bytes;
    std::uint64_t next_request = 1;
    publish_limits const limits{2, 100, 1u << 20};
    for (std::uint64_t number = 1; number <= 3; ++number) {
        settle_op op;
        op.token = {1, number};
        wire::v1::Settle settle;
        settle.add_settlements()->set_number(number);
        op.encoded = settle.SerializeAsString();
        window.add(std::move(op));
    }
    window.stage(bytes, no_bound, limits, next_request, failed);
    auto const frames = frames_in(bytes);
    ASSERT_EQ(frames.size(), 2u);
    std::vector<settle_answer> answers;
    EXPECT_TRUE(window.answer(frames[1].request(), {}, answers));
    EXPECT_EQ(answers[0].op.token.number, 3u);
    window.rewind();
    window.stage(bytes, no_bound, limits, next_request, failed);
    auto const again = frames_in(bytes);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].settle().settlements(0).number(), 1u);
    EXPECT_EQ(again[0].settle().settlements(1).number(), 2u);
    EXPECT_FALSE(window.answer(frames[0].request(), {}, answers));
    EXPECT_TRUE(window.refuse(again[0].request(), errc::unsupported, answers));
    EXPECT_EQ(answers.back().error, errc::unsupported);
    EXPECT_TRUE(window.empty());
}

TEST(WaitTable, UnwatchesOnlyWhenNobodyOfAWatchWaitsAnyMore) {
    wait_table waits;
    std::string bytes;
    std::uint64_t next_request = 1;
    message_id const a{0, 1};
    message_id const b{0, 2};
    auto const ignore = [](error_code, status const&) {
    };
    waits.add(a, start + 1s, ignore);
    waits.add(a, start + 3s, ignore);
    waits.add(b, start + 2s, ignore);
    waits.stage(bytes, 100, next_request);
    auto const watch = frames_in(bytes);
    ASSERT_EQ(watch.size(), 1u);
    EXPECT_EQ(watch[0].watch().ids_size(), 2);
    EXPECT_EQ(waits.take_expired(start + 2s).size(), 2u);
    EXPECT_FALSE(waits.has_unsent());
    EXPECT_EQ(waits.next_deadline(), start + 3s);
    EXPECT_EQ(waits.take_expired(start + 3s).size(), 1u);
    waits.stage(bytes, 100, next_request);
    auto const unwatch = frames_in(bytes);
    ASSERT_EQ(unwatch.size(), 1u);
    EXPECT_EQ(unwatch[0].unwatch().watch(), watch[0].request());
}

} // namespace
} // namespace peyk
