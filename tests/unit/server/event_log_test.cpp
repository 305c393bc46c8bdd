#include "broker/server/event_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace peyk::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr core::session_id alice{1, 1};
constexpr core::session_id bob{2, 2};
constexpr core::request_id first{1};
constexpr core::request_id second{2};

core::steady_time at(std::int64_t ms) {
    return core::steady_time{core::duration{ms}};
}

core::event event_of(std::string_view task, core::event_kind kind = core::event_kind::task_sent) {
    core::event made;
    made.kind = kind;
    made.task = task;
    made.queue = "mail";
    made.worker = "host:1";
    return made;
}

net::listen after(std::uint64_t sequence) {
    net::listen made;
    made.after = sequence;
    return made;
}

struct told_batch {
    core::session_id who;
    core::request_id request;
    std::vector<std::string> tasks;
    std::vector<std::uint64_t> sequences;
    std::uint64_t last = 0;
    std::uint64_t missed = 0;
};

class EventLog : public testing::Test {
protected:
    static constexpr std::uint64_t epoch_begin = std::uint64_t{3} << 40;

    bool listen(core::session_id who, core::request_id request, net::listen const& to = {}) {
        return log.listen(who, request, to);
    }
    void add(core::event what) {
        std::vector<core::event> events;
        events.push_back(std::move(what));
        log.add(events);
        EXPECT_THAT(events, IsEmpty());
    }
    void add_many(std::size_t count) {
        std::vector<core::event> events(count, event_of("t"));
        log.add(events);
    }
    // `room`: batches each listener may be sent.
    std::vector<told_batch> deliver(std::size_t room = 1'000'000) {
        std::vector<told_batch> told;
        std::size_t sent = 0;
        log.deliver([&](core::session_id) { return sent < room; },
                    [&](core::session_id who,
                        core::request_id request,
                        net::event_batch const& of) {
                        ++sent;
                        auto& to = told.emplace_back();
                        to.who = who;
                        to.request = request;
                        for (auto const* each : of.events) {
                            to.tasks.emplace_back(each->event.task);
                            to.sequences.push_back(each->sequence);
                        }
                        to.last = of.last;
                        to.missed = of.missed;
                    });
        return told;
    }

    event_log log{core::broker_epoch{3}, 2};
};

TEST_F(EventLog, TellsWhatHappensFromTheListenOnInItsOrder) {
    add(event_of("before"));
    ASSERT_TRUE(listen(alice, first));
    EXPECT_EQ(log.begins_at(alice, first), epoch_begin + 1);
    EXPECT_FALSE(log.behind());
    add(event_of("a"));
    add(event_of("b"));
    EXPECT_TRUE(log.behind());
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].who, alice);
    EXPECT_EQ(told[0].request, first);
    EXPECT_THAT(told[0].tasks, ElementsAre("a", "b"));
    EXPECT_THAT(told[0].sequences, ElementsAre(epoch_begin + 2, epoch_begin + 3));
    EXPECT_EQ(told[0].last, epoch_begin + 3);
    EXPECT_EQ(told[0].missed, 0u);
    EXPECT_FALSE(log.behind());
    EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(EventLog, GoesOnBehindASequence) {
    ASSERT_TRUE(listen(alice, first));
    add(event_of("a"));
    add(event_of("b"));
    add(event_of("c"));
    ASSERT_TRUE(listen(bob, second, after(epoch_begin + 1)));
    EXPECT_EQ(log.begins_at(bob, second), epoch_begin + 1);
    log.unlisten(alice, first, at(0));
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_THAT(told[0].tasks, ElementsAre("b", "c"));
    EXPECT_EQ(told[0].missed, 0u);
}

TEST_F(EventLog, ASequenceThatWasNeverGivenOutIsAsGoodAsNone) {
    add(event_of("a"));
    ASSERT_TRUE(listen(alice, first, after(epoch_begin + 17)));
    EXPECT_EQ(log.begins_at(alice, first), epoch_begin + 1);
}

TEST_F(EventLog, OfAProcessBeforeThisOneSomethingMayBeMissed) {
    ASSERT_TRUE(listen(alice, first, after((std::uint64_t{2} << 40) + 5)));
    add(event_of("a"));
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].missed, 1u);
    EXPECT_THAT(told[0].tasks, ElementsAre("a"));
}

TEST_F(EventLog, FiltersByKindAndPatterns) {
    auto const bit = [](core::event_kind kind) {
        return 1u << static_cast<unsigned>(kind);
    };
    net::listen only;
    only.kinds = bit(core::event_kind::task_failed) | bit(core::event_kind::worker_online);
    only.queue = "m*";
    only.task = "tasks.*";
    only.worker = "host:*";
    ASSERT_TRUE(listen(alice, first, only));
    add(event_of("tasks.a"));
    add(event_of("tasks.a", core::event_kind::task_failed));
    add(event_of("other", core::event_kind::task_failed));
    auto elsewhere = event_of("tasks.b", core::event_kind::task_failed);
    elsewhere.queue = "reports";
    add(std::move(elsewhere));
    auto foreign = event_of("tasks.c", core::event_kind::task_failed);
    foreign.worker = "other:1";
    add(std::move(foreign));
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_THAT(told[0].tasks, ElementsAre("tasks.a"));
    EXPECT_EQ(told[0].last, epoch_begin + 5); // what it is not told about is behind it, too
    add(event_of("other"));
    EXPECT_THAT(deliver(), IsEmpty());
    EXPECT_FALSE(log.behind());
}

TEST_F(EventLog, TellsInBatches) {
    ASSERT_TRUE(listen(alice, first));
    add_many(event_log::batch_max + 1);
    auto const told = deliver();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].tasks.size(), event_log::batch_max);
    EXPECT_EQ(told[1].tasks.size(), 1u);
    EXPECT_EQ(told[1].sequences.front(), told[0].last + 1);
}

TEST_F(EventLog, ASlowListenerIsBehindAndGetsTheRestLater) {
    ASSERT_TRUE(listen(alice, first));
    add_many(event_log::batch_max + 1);
    EXPECT_EQ(deliver(1).size(), 1u);
    EXPECT_TRUE(log.behind());
    EXPECT_THAT(deliver(0), IsEmpty());
    auto const rest = deliver();
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].tasks.size(), 1u);
    EXPECT_FALSE(log.behind());
}

TEST_F(EventLog, SaysHowManyItHadToDrop) {
    ASSERT_TRUE(listen(alice, first));
    add_many(event_log::kept_max + 7);
    auto const told = deliver();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front().missed, 7u);
    EXPECT_EQ(told.front().sequences.front(), epoch_begin + 8);
    std::size_t events = 0;
    for (auto const& each : told) {
        events += each.tasks.size();
    }
    EXPECT_EQ(events, event_log::kept_max);
    EXPECT_EQ(told.back().missed, 0u);
}

TEST_F(EventLog, SaysThatItDroppedSomethingAlsoWhenNothingIsLeftToTell) {
    net::listen only;
    only.task = "rare";
    ASSERT_TRUE(listen(alice, first, only));
    add(event_of("rare"));
    add_many(event_log::kept_max);
    auto const told = deliver();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front().missed, 1u);
    EXPECT_THAT(told.front().tasks, IsEmpty());
}

TEST_F(EventLog, HasRoomForSoManyListeners) {
    EXPECT_TRUE(listen(alice, first));
    EXPECT_TRUE(listen(alice, second));
    EXPECT_FALSE(listen(bob, first));
    EXPECT_TRUE(listen(alice, second)) << "the same again replaces";
    log.unlisten(alice, second, at(0));
    EXPECT_TRUE(listen(bob, first));
    log.forget(alice, at(0));
    EXPECT_TRUE(listen(bob, second));
}

TEST_F(EventLog, TellsNobodyWhoHasLeft) {
    ASSERT_TRUE(listen(alice, first));
    ASSERT_TRUE(listen(alice, second));
    log.unlisten(alice, first, at(0));
    add(event_of("a"));
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].request, second);
    log.forget(alice, at(0));
    add(event_of("b"));
    EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(EventLog, IsWantedWhileSomebodyListensOrMayComeBack) {
    EXPECT_FALSE(log.wanted(at(0)));
    ASSERT_TRUE(listen(alice, first));
    EXPECT_TRUE(log.wanted(at(1'000'000'000)));
    add(event_of("a"));
    log.forget(alice, at(1'000));
    auto const end = at(1'000) + event_log::kept_after;
    EXPECT_TRUE(log.wanted(end - core::duration{1}));
    ASSERT_TRUE(listen(alice, first, after(epoch_begin)));
    EXPECT_EQ(deliver().size(), 1u);
    log.forget(alice, at(1'000));
    EXPECT_FALSE(log.wanted(end));
}

// Events are not made while they are not wanted: nobody may believe to have seen all.
TEST_F(EventLog, WhoComesBackTooLateMissesSomething) {
    ASSERT_TRUE(listen(alice, first));
    add(event_of("a"));
    EXPECT_EQ(deliver().size(), 1u);
    log.forget(alice, at(0));
    ASSERT_FALSE(log.wanted(at(0) + event_log::kept_after));
    ASSERT_TRUE(listen(alice, first, after(epoch_begin + 1)));
    add(event_of("b"));
    auto const told = deliver();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].missed, 1u);
    EXPECT_THAT(told[0].tasks, ElementsAre("b"));
}

} // namespace
} // namespace peyk::server
