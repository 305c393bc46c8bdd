#include "tests/unit/core/schedule_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace peyk::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Scheduling : public testing::Test {
protected:
    static constexpr wall_time t0{1'000s}; // of the desk
    schedule_desk s;

    static wall_time at(duration after) { return t0 + after; }

    void finish_all() {
        s.d->join(schedule_desk::worker, 10, {"q"});
        while (!s.d->said.deliveries.empty()) {
            s.d->settle_one(
                schedule_desk::worker, s.d->said.deliveries.front().token, verdict::success{});
        }
        s.d->apply(disconnect{schedule_desk::worker, true});
    }
};

TEST_F(Scheduling, FiresAtEachSlotWithTheRecordThatPublishes) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    EXPECT_EQ(s.d->broker.next_deadline().wall, at(10s));
    auto const fires = s.run(30s);
    EXPECT_THAT(slots_of(fires), ElementsAre(at(10s), at(20s), at(30s)));
    for (fire const& each : fires) {
        EXPECT_EQ(each.at, each.slot);
        EXPECT_EQ(each.eta, unset);
    }
    EXPECT_NE(fires[0].id, fires[1].id);
    EXPECT_EQ(s.state().fired, 3u);
    EXPECT_EQ(s.state().last_slot, at(30s));
    EXPECT_EQ(s.state().last_message, fires[2].id);
    EXPECT_EQ(s.d->broker.queue("q")->ready, 3u);
}

TEST_F(Scheduling, FollowsCronInATimeZone) {
    s.d->now.wall = utc(2026, 3, 28, 12);
    ASSERT_EQ(s.set(schedule_desk::cron("30 2 * * *", "Berlin")), "");
    EXPECT_THAT(slots_of(s.run(48h)), ElementsAre(utc(2026, 3, 29, 1), utc(2026, 3, 30, 0, 30)));
    EXPECT_THAT(s.state().next, SizeIs(10));
    EXPECT_EQ(s.state().next.front(), utc(2026, 3, 31, 0, 30));
}

TEST_F(Scheduling, StartsAndEnds) {
    auto spec = schedule_desk::every(10s);
    spec.start = at(25s);
    spec.end = at(45s);
    ASSERT_EQ(s.set(spec), "");
    EXPECT_THAT(slots_of(s.run(100s)), ElementsAre(at(25s), at(35s)));
    EXPECT_TRUE(s.d->broker.next_deadline().wall == never ||
                s.d->broker.next_deadline().wall > at(100s));
    EXPECT_THAT(s.state().next, IsEmpty());
}

TEST_F(Scheduling, AnOldStartIsTheAnchorOfAnInterval) {
    auto spec = schedule_desk::every(10s);
    spec.start = at(-93s);
    ASSERT_EQ(s.set(spec), "");
    EXPECT_THAT(slots_of(s.run(20s)), ElementsAre(at(7s), at(17s)));
}

TEST_F(Scheduling, RefusesWhatMeansNothing) {
    auto const refused = [this](auto change) {
        auto spec = schedule_desk::every(10s);
        change(spec);
        return s.set(spec);
    };
    EXPECT_THAT(refused([](auto& x) { x.name = ""; }), HasSubstr("invalid_schedule: its name"));
    EXPECT_THAT(refused([](auto& x) { x.name = "a b"; }), HasSubstr("its name"));
    EXPECT_THAT(refused([](auto& x) { x.every = 0s; }), HasSubstr("either a cron"));
    EXPECT_THAT(refused([](auto& x) { x.cron = "@daily"; }), HasSubstr("either a cron"));
    EXPECT_THAT(refused([](auto& x) { x.every = 999ms; }), HasSubstr("shorter than a second"));
    EXPECT_THAT(refused([](auto& x) { x.zone = "Mars"; }), HasSubstr("'Mars' is not known"));
    EXPECT_THAT(refused([](auto& x) { x.jitter = -1s; }), HasSubstr("jitter"));
    EXPECT_THAT(refused([](auto& x) { x.message.queue = "a b"; }), HasSubstr("queue's name"));
    EXPECT_THAT(refused([](auto& x) { x.message.eta = t0; }), HasSubstr("eta"));
    EXPECT_THAT(refused([](auto& x) {
                    x.start = t0 + 2s;
                    x.end = t0 + 1s;
                }),
                HasSubstr("ends before"));
    EXPECT_THAT(s.set(schedule_desk::cron("61 * * * *")), HasSubstr("minutes: 61 is not"));
    EXPECT_THAT(s.set(schedule_desk::cron("0 0 31 2 *")), HasSubstr("never fires"));
    EXPECT_THAT(s.d->broker.schedules({}, 10), IsEmpty());
}

TEST_F(Scheduling, HasALimit) {
    limits bounds;
    bounds.schedules_max = 1;
    schedule_desk few{bounds};
    EXPECT_EQ(few.set(schedule_desk::every(10s, "a")), "");
    EXPECT_THAT(few.set(schedule_desk::every(10s, "b")), HasSubstr("too_many_schedules"));
    EXPECT_EQ(few.set(schedule_desk::every(20s, "a")), "") << "replaces";
}

TEST_F(Scheduling, SettingTheSameAgainDoesNotPutItOff) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    s.run(5s);
    auto changed = schedule_desk::every(10s);
    changed.message.content = "another";
    ASSERT_EQ(s.set(changed), "");
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(at(10s)));
    ASSERT_EQ(s.set(schedule_desk::every(7s)), "");
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(at(22s))) << "other times begin now";
    EXPECT_EQ(s.state().fired, 2u);
}

TEST_F(Scheduling, IsRemoved) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    s.d->apply(remove_schedule{desk::publisher, {7}, "s"});
    EXPECT_EQ(s.refusal(), "");
    EXPECT_THAT(s.run(30s), IsEmpty());
    s.d->apply(remove_schedule{desk::publisher, {7}, "s"});
    EXPECT_THAT(s.refusal(), HasSubstr("unknown_schedule"));
}

TEST_F(Scheduling, SkipsWhileItIsPaused) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    s.d->apply(pause_schedule{desk::publisher, {7}, "s", true});
    EXPECT_THAT(s.state().next, IsEmpty());
    EXPECT_THAT(s.run(35s), IsEmpty());
    s.d->apply(pause_schedule{desk::publisher, {7}, "s", false});
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(at(40s)));
    EXPECT_EQ(s.state().fired, 1u);
    EXPECT_EQ(s.state().skipped, 0u);
}

TEST_F(Scheduling, IsTriggeredByHand) {
    auto spec = schedule_desk::every(10s);
    spec.paused = true;
    ASSERT_EQ(s.set(spec), "");
    s.d->apply(trigger_schedule{desk::publisher, {7}, "s"});
    message_id const first = s.d->effect<effect::done>().message;
    s.d->apply(trigger_schedule{desk::publisher, {7}, "s"});
    message_id const second = s.d->effect<effect::done>().message;
    EXPECT_NE(first, second);
    EXPECT_EQ(s.d->broker.status(first).state, visible_state::pending);
    EXPECT_EQ(s.state().last_message, second);
    EXPECT_EQ(s.state().last_slot, unset);
    EXPECT_EQ(s.state().fired, 2u);
    s.d->apply(trigger_schedule{desk::publisher, {7}, "r"});
    EXPECT_THAT(s.refusal(), HasSubstr("unknown_schedule"));
}

TEST_F(Scheduling, SpreadsMessagesByJitter) {
    auto spec = schedule_desk::every(60s);
    spec.jitter = 30s;
    ASSERT_EQ(s.set(spec), "");
    std::set<duration> delays;
    for (fire const& each : s.run(20min)) {
        EXPECT_GE(each.eta, each.slot);
        EXPECT_LE(each.eta, each.slot + 30s);
        delays.insert(each.eta - each.slot);
    }
    EXPECT_GT(delays.size(), 10u);
}

TEST_F(Scheduling, MessagesExpireAfterTheirSlot) {
    auto spec = schedule_desk::every(60s);
    spec.expires_after = 5s;
    ASSERT_EQ(s.set(spec), "");
    auto const fires = s.run(60s);
    ASSERT_THAT(fires, SizeIs(1));
    EXPECT_EQ(s.d->broker.status(fires[0].id).expires, fires[0].slot + 5s);
}

TEST_F(Scheduling, OverlapAllowed) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    EXPECT_THAT(s.run(30s), SizeIs(3));
}

TEST_F(Scheduling, OverlapSkipped) {
    auto spec = schedule_desk::every(10s);
    spec.overlap = overlap::skip;
    ASSERT_EQ(s.set(spec), "");
    EXPECT_THAT(slots_of(s.run(30s)), ElementsAre(at(10s)));
    EXPECT_EQ(s.state().skipped, 2u);
    EXPECT_EQ(s.state().last_slot, at(30s));
    finish_all();
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(at(40s)));
}

TEST_F(Scheduling, OverlapQueued) {
    auto spec = schedule_desk::every(10s);
    spec.overlap = overlap::queue;
    ASSERT_EQ(s.set(spec), "");
    auto const first = s.run(10s);
    s.d->join(schedule_desk::worker, 1, {"q"});
    auto const token = s.d->said.deliveries.at(0).token;
    auto const later = s.run(20s);
    ASSERT_THAT(later, SizeIs(2));
    EXPECT_EQ(s.d->broker.status(later[0].id).state, visible_state::revoked)
        << "only the newest waits";
    EXPECT_EQ(s.d->broker.status(later[1].id).detail, visible_detail::blocked);
    s.d->settle_one(schedule_desk::worker, token, verdict::success{});
    ASSERT_THAT(s.d->said.deliveries, SizeIs(1));
    EXPECT_EQ(s.d->said.deliveries[0].message.id, later[1].id);
}

TEST_F(Scheduling, OverlapReplaces) {
    auto spec = schedule_desk::every(10s);
    spec.overlap = overlap::replace;
    ASSERT_EQ(s.set(spec), "");
    auto const fires = s.run(20s);
    ASSERT_THAT(fires, SizeIs(2));
    EXPECT_EQ(s.d->broker.status(fires[0].id).state, visible_state::revoked);
    EXPECT_EQ(s.d->broker.status(fires[1].id).state, visible_state::pending);
}

TEST_F(Scheduling, AFireThatIsRefusedIsSkipped) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    s.d->apply(create_queue{desk::publisher, {7}, "q"});
    s.d->apply(set_hold{desk::publisher, {7}, hold_scope::publishing, "q", never, ""});
    EXPECT_THAT(s.run(20s), IsEmpty());
    EXPECT_EQ(s.state().skipped, 2u);
    s.d->apply(release_hold{desk::publisher, {7}, hold_scope::publishing, "q"});
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(at(30s)));
}

TEST_F(Scheduling, AFullDiskIsTriedAgain) {
    ASSERT_EQ(s.set(schedule_desk::every(10s)), "");
    s.d->broker.set_gate(publish_gate::disk_full);
    EXPECT_THAT(s.run(12s), IsEmpty());
    EXPECT_EQ(s.state().skipped, 0u);
    EXPECT_EQ(s.d->broker.next_deadline().wall, at(13s));
    s.d->broker.set_gate(publish_gate::open);
    auto const fires = s.run(8s);
    EXPECT_THAT(slots_of(fires), ElementsAre(at(10s), at(20s)));
    EXPECT_EQ(fires[0].at, at(13s));
}

class Misfire : public Scheduling {
protected:
    std::vector<fire> after_a_crash(misfire how) {
        auto spec = schedule_desk::every(10s);
        spec.misfire = how;
        EXPECT_EQ(s.set(spec), "");
        EXPECT_THAT(s.run(20s), SizeIs(2));
        s.restart(95s); // at 115 s
        return s.run(10s);
    }
};

TEST_F(Misfire, Skipped) {
    EXPECT_THAT(slots_of(after_a_crash(misfire::skip)), ElementsAre(at(120s)));
    EXPECT_EQ(s.state().skipped, 9u);
}

TEST_F(Misfire, RunOnce) {
    EXPECT_THAT(slots_of(after_a_crash(misfire::run_once)), ElementsAre(at(110s), at(120s)));
    EXPECT_EQ(s.state().skipped, 8u);
    EXPECT_EQ(s.state().fired, 4u);
}

TEST_F(Misfire, RunAll) {
    EXPECT_THAT(after_a_crash(misfire::run_all), SizeIs(10));
    EXPECT_EQ(s.state().skipped, 0u);
}

TEST_F(Misfire, RunAllIsBounded) {
    limits bounds;
    bounds.misfires_max = 3;
    bounds.advance_max = 2;
    schedule_desk few{bounds};
    auto spec = schedule_desk::every(10s);
    spec.misfire = misfire::run_all;
    ASSERT_EQ(few.set(spec), "");
    few.restart(95s);
    few.d->advance(0s);
    std::vector<fire> fires;
    few.collect(fires);
    EXPECT_THAT(slots_of(fires), ElementsAre(at(70s), at(80s))) << "advance_max";
    EXPECT_EQ(few.d->broker.next_deadline().wall, at(90s));
    EXPECT_THAT(slots_of(few.run(1s)), ElementsAre(at(90s)));
    EXPECT_EQ(few.state().skipped, 6u);
}

TEST_F(Misfire, ALongTimeIsNoWork) {
    ASSERT_EQ(s.set(schedule_desk::cron("* * * * * *")), "");
    s.restart(24h * 365 * 3);
    wall_time const now = s.d->now.wall;
    EXPECT_THAT(slots_of(s.run(1s)), ElementsAre(now - 1s, now, now + 1s));
}

TEST_F(Misfire, ALongSleepOfTheMachineCountsToo) {
    auto spec = schedule_desk::every(10s);
    spec.misfire = misfire::skip;
    ASSERT_EQ(s.set(spec), "");
    s.d->now.wall += 1h;
    EXPECT_THAT(s.run(0s), SizeIs(7)) << "those of the last minute";
}

TEST_F(Misfire, NoSlotIsPublishedTwice) {
    auto spec = schedule_desk::every(10s);
    spec.misfire = misfire::run_all;
    ASSERT_EQ(s.set(spec), "");
    std::set<message_id> ids;
    std::size_t fired = 0;
    for (int life = 0; life < 10; ++life) {
        for (fire const& each : s.run(25s)) {
            ids.insert(each.id);
            ++fired;
        }
        auto const before = s.d->broker.fingerprint();
        s.crash(3s);
        EXPECT_EQ(s.d->broker.fingerprint(), before);
        s.d->wake();
    }
    for (fire const& each : s.run(10s)) {
        ids.insert(each.id);
        ++fired;
    }
    EXPECT_EQ(fired, 29u) << "290 seconds";
    EXPECT_EQ(ids.size(), 29u);
}

TEST_F(Scheduling, OutlivesCleaning) {
    auto spec = schedule_desk::every(10s);
    spec.message.content = "content";
    ASSERT_EQ(s.set(spec), "");
    s.run(20s);
    finish_all();
    auto const before = s.state();
    position const end{s.d->end};
    while (s.d->relocate(end, 100)) {
    }
    s.d->trim();
    s.restart(5s);
    EXPECT_EQ(s.state().last_slot, before.last_slot);
    EXPECT_EQ(s.state().last_message, before.last_message);
    EXPECT_EQ(s.state().fired, before.fired);
    EXPECT_EQ(s.state().spec.message.content, "content");
    EXPECT_THAT(slots_of(s.run(5s)), ElementsAre(at(30s)));
}

} // namespace
} // namespace peyk::core
