// Listeners of a session, without one: what is asked, what is handed out, what a lost connection
// means.
#include "client/src/listen_table.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace peyk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto no_deadline = steady_time::max();

// A handler's outcome.
struct told {
    int times = 0;
    error_code error;
    event what;
};

class ListenTable : public testing::Test {
protected:
    std::shared_ptr<listen_state> add(event_filter filter = {}) {
        auto state = std::make_shared<listen_state>(std::move(filter));
        table.add(state);
        return state;
    }
    std::vector<wire::v1::ClientFrame> staged() {
        std::string out;
        table.stage(out, next_request);
        std::vector<wire::v1::ClientFrame> frames;
        for (std::size_t at = 0; at < out.size();) {
            auto const size = frame_size(std::string_view{out}.substr(at));
            frames.emplace_back();
            EXPECT_TRUE(frames.back().ParseFromString(
                out.substr(at + frame_head, size)));
            at += frame_head + size;
        }
        return frames;
    }
    static constexpr std::size_t frame_head = 4;
    static std::size_t frame_size(std::string_view bytes) {
        std::size_t size = 0;
        for (std::size_t at = 0; at < frame_head; ++at)
            size |= std::size_t{static_cast<unsigned char>(bytes[at])} << (8 * at);
        return size;
    }
    static wire::v1::Events
    events(std::uint64_t first, std::uint64_t last, std::uint64_t missed = 0) {
        wire::v1::Events made;
        for (auto sequence = first; sequence <= last; ++sequence)
            made.add_events()->set_sequence(sequence);
        made.set_last(last);
        made.set_missed(missed);
        return made;
    }
    std::shared_ptr<told> next(listen_state& of, steady_time deadline = no_deadline) {
        auto outcome = std::make_shared<told>();
        of.next(deadline,
                event_handler{[outcome](error_code error, event what) {
                    ++outcome->times;
                    outcome->error = error;
                    outcome->what = std::move(what);
                }},
                due);
        run();
        return outcome;
    }
    void run() {
        due.run();
        loop.restart();
        loop.run();
    }

    boost::asio::io_context loop;
    completion_queue due{loop.get_executor()};
    listen_table table;
    std::uint64_t next_request = 7;
};

TEST_F(ListenTable, AsksForWhatTheFilterSays) {
    (void)add({.kinds = {event_kind::task_failed, event_kind::worker_online},
               .queue = "mail",
               .task = "t*",
               .worker = "host:*",
               .after = 5});
    auto const frames = staged();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].request(), 7u);
    auto const& asked = frames[0].listen();
    EXPECT_THAT(asked.kinds(),
                ElementsAre(wire::v1::EVENT_TASK_FAILED, wire::v1::EVENT_WORKER_ONLINE));
    EXPECT_EQ(asked.queue(), "mail");
    EXPECT_EQ(asked.task(), "t*");
    EXPECT_EQ(asked.worker(), "host:*");
    EXPECT_EQ(asked.after(), 5u);
    EXPECT_THAT(staged(), IsEmpty()) << "once";
}

TEST_F(ListenTable, HandsOutEventsInTheirOrder) {
    auto const state = add();
    (void)staged();
    auto const waiting = next(*state);
    EXPECT_EQ(waiting->times, 0);
    table.take(7, events(1, 2), due);
    run();
    EXPECT_EQ(waiting->times, 1);
    EXPECT_EQ(waiting->what.sequence, 1u);
    EXPECT_EQ(next(*state)->what.sequence, 2u);
    EXPECT_EQ(next(*state)->times, 0);
}

TEST_F(ListenTable, OneAtATime) {
    auto const state = add();
    auto const first = next(*state);
    EXPECT_EQ(next(*state)->error, errc::invalid_argument);
    EXPECT_EQ(first->times, 0);
}

TEST_F(ListenTable, GoesOnBehindWhatHasComeAfterAReconnect) {
    auto const state = add();
    (void)staged();
    table.take(7, events(11, 12), due);
    auto quiet = events(1, 0);
    quiet.set_last(20); // nothing for this one, but it has got so far
    table.take(7, quiet, due);
    table.rewind();
    auto const again = staged();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].request(), 8u);
    EXPECT_EQ(again[0].listen().after(), 20u);
    table.take(7, events(13, 13), due); // of the connection before
    table.take(8, events(21, 21), due);
    EXPECT_EQ(next(*state)->what.sequence, 11u) << "what was not read is not lost";
    EXPECT_EQ(next(*state)->what.sequence, 12u);
    EXPECT_EQ(next(*state)->what.sequence, 21u);
}

TEST_F(ListenTable, WhatTheBrokerDroppedIsSaidWithTheEventBehindIt) {
    auto const state = add();
    (void)staged();
    table.take(7, events(1, 1), due);
    table.take(7, events(5, 6, 3), due);
    EXPECT_EQ(next(*state)->what.missed, 0u);
    EXPECT_EQ(next(*state)->what.missed, 3u);
    EXPECT_EQ(next(*state)->what.missed, 0u);
    table.take(7, events(1, 0, 4), due); // nothing left to tell but that
    table.take(7, events(11, 11, 2), due);
    EXPECT_EQ(next(*state)->what.missed, 6u);
}

TEST_F(ListenTable, AReaderThatIsBehindLosesTheOldest) {
    auto const state = add();
    (void)staged();
    table.take(7, events(1, event_listener::unread_max, 1), due);
    auto const most = event_listener::unread_max;
    table.take(7, events(most + 1, most + 2), due);
    auto const first = next(*state);
    EXPECT_EQ(first->what.sequence, 3u);
    EXPECT_EQ(first->what.missed, 3u) << "two here and one by the broker";
    EXPECT_EQ(next(*state)->what.missed, 0u);
}

TEST_F(ListenTable, ARefusalIsToldWhenEverythingElseWasRead) {
    auto const state = add();
    (void)staged();
    table.take(7, events(1, 1), due);
    EXPECT_FALSE(table.refuse(6, errc::too_many_listeners, due));
    EXPECT_TRUE(table.refuse(7, errc::too_many_listeners, due));
    EXPECT_EQ(next(*state)->what.sequence, 1u);
    EXPECT_EQ(next(*state)->error, errc::too_many_listeners);
    table.rewind();
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(ListenTable, TheEndOfTheSessionIsToldToAll) {
    auto const open = add();
    (void)staged();
    auto const unsent = add();
    auto const first = next(*open);
    auto const second = next(*unsent);
    table.fail_all(errc::closed, due);
    run();
    EXPECT_EQ(first->error, errc::closed);
    EXPECT_EQ(second->error, errc::closed);
}

TEST_F(ListenTable, WaitsAsLongAsItMay) {
    auto const state = add();
    (void)staged();
    EXPECT_EQ(table.next_deadline(), no_deadline);
    steady_time const end{std::chrono::seconds{9}};
    auto const waiting = next(*state, end);
    EXPECT_EQ(table.next_deadline(), end);
    table.expire(end - std::chrono::milliseconds{1}, due);
    run();
    EXPECT_EQ(waiting->times, 0);
    table.expire(end, due);
    run();
    EXPECT_EQ(waiting->error, errc::timeout);
    EXPECT_EQ(table.next_deadline(), no_deadline);
    table.take(7, events(1, 1), due);
    EXPECT_EQ(next(*state)->what.sequence, 1u);
}

TEST_F(ListenTable, SaysThatItListensNoMore) {
    auto const unsent = add();
    table.remove(*unsent);
    EXPECT_THAT(staged(), IsEmpty());
    auto const state = add();
    (void)staged();
    table.remove(*state);
    auto const frames = staged();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].unlisten().listen(), 7u);
    EXPECT_THAT(staged(), IsEmpty());
}

} // namespace
} // namespace peyk
