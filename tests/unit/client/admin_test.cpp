// Administration against a scripted broker: what is sent, what comes back, what a lost connection
// means.
#include "tests/unit/client/session_script.hpp"
#include <peyk/admin.hpp>
#include <peyk/call.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace peyk::test {
namespace {

struct fixture {
    fixture() : owner(options_for(peer)), it(owner) {}

    pb::Control asked() {
        frame = peer.expect(Frame::kControl);
        return frame.control();
    }
    void done() {
        answer(peer, frame, [](pb::ServerFrame& r) { r.mutable_control()->mutable_done(); });
    }

    scripted_peer peer;
    client owner;
    admin it;
    Frame frame;
};

TEST(Admin, TheBlockingFormThrowsTheBrokersWords) {
    fixture f;
    std::thread broker{[&] {
        f.peer.welcome();
        refuse(f.peer, f.peer.expect(Frame::kControl), pb::INVALID_SCHEDULE, "minute 99");
    }};
    try {
        f.it.set_schedule({.name = "s", .cron = "99 * * * *"});
        ADD_FAILURE() << "nothing was thrown";
    } catch (refused_error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_schedule);
        EXPECT_NE(std::string{e.what()}.find("minute 99"), std::string::npos) << e.what();
    }
    broker.join();
}

TEST(Admin, WhatHarmsTwiceIsNotAskedAgainAfterAReconnect) {
    fixture f;
    auto twice = f.it.async_create_queue("q", outcome);
    f.peer.welcome();
    f.peer.expect(Frame::kControl);
    auto once = f.it.async_trigger_schedule("s", outcome);
    EXPECT_TRUE(f.peer.expect(Frame::kControl).control().has_trigger_schedule());
    f.peer.drop();
    f.peer.welcome();
    EXPECT_EQ(error_of(once), errc::unreachable);
    EXPECT_TRUE(f.asked().has_create_queue());
    f.done();
    EXPECT_FALSE(error_of(twice));
}

TEST(Admin, PoliciesKeepWhatIsAbsentAbsent) {
    fixture f;
    auto set = f.it.async_set_policy(
        {.pattern = "emails.*",
         .priority = -3,
         .settings = {.max_length = 10, .overflow = overflow::drop_oldest, .dead_letter = ""}},
        use_future);
    f.peer.welcome();
    auto const wire = f.asked().set_policy();
    f.done();
    set.get();
    EXPECT_EQ(wire.priority(), -3);
    EXPECT_TRUE(wire.settings().has_dead_letter());
    EXPECT_FALSE(wire.settings().has_lease_ms());

    auto listed = f.it.async_policies(use_future);
    f.asked();
    answer(f.peer, f.frame, [&](pb::ServerFrame& reply) {
        auto& policy = *reply.mutable_control()->mutable_policies()->add_policies();
        policy.set_pattern(wire.pattern());
        *policy.mutable_settings() = wire.settings();
        policy.set_queues(2);
    });
    auto const back = listed.get();
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].policy.pattern, "emails.*");
    EXPECT_EQ(back[0].policy.settings.overflow, overflow::drop_oldest);
    EXPECT_EQ(back[0].policy.settings.dead_letter, "");
    EXPECT_EQ(back[0].policy.settings.lease, std::nullopt);
    EXPECT_EQ(back[0].queues, 2u);
}

TEST(Admin, HoldsAreSetReleasedAndListed) {
    fixture f;
    time_point const until{1'700'000'000'000ms};
    auto set = f.it.async_set_hold({hold_scope::task, "t", until, "why"}, use_future);
    f.peer.welcome();
    auto const wire = f.asked().set_hold();
    f.done();
    set.get();
    auto listed = f.it.async_holds(use_future);
    f.asked();
    answer(f.peer, f.frame, [&](pb::ServerFrame& reply) {
        *reply.mutable_control()->mutable_holds()->add_holds() = wire;
    });
    auto const back = listed.get();
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].scope, hold_scope::task);
    EXPECT_EQ(back[0].name, "t");
    EXPECT_EQ(back[0].until, until);
    EXPECT_EQ(back[0].reason, "why");
    auto released = f.it.async_release_hold(hold_scope::task, "t", use_future);
    EXPECT_EQ(f.asked().release_hold().scope(), pb::HOLD_TASK);
    f.done();
    released.get();
}

schedule every_night() {
    schedule what{.name = "night", .cron = "0 3 * * *", .zone = "Europe/Berlin"};
    what.misfire = misfire::run_all;
    what.overlap = overlap::replace;
    what.jitter = 2s;
    what.expires_after = 1h;
    what.message = make_call("tasks.clean", {1, "two"}, {}, {.queue = "lopri"});
    what.message.countdown = 5s; // the schedule's to give: left out
    return what;
}

TEST(Admin, ASchedulesMessageComesBackWhole) {
    fixture f;
    auto set = f.it.async_set_schedule(every_night(), use_future);
    f.peer.welcome();
    auto const wire = f.asked().set_schedule().schedule();
    f.done();
    set.get();
    EXPECT_EQ(wire.message().id_high(), 0u);
    EXPECT_EQ(wire.message().eta_ms(), 0);

    auto listed = f.it.async_schedules(use_future);
    for (bool const more : {true, false}) {
        EXPECT_EQ(f.asked().list_schedules().after(), more ? "" : "night");
        answer(f.peer, f.frame, [&](pb::ServerFrame& reply) {
            auto& page = *reply.mutable_control()->mutable_schedules();
            page.set_more(more);
            *page.add_schedules()->mutable_schedule() = wire;
            page.mutable_schedules(0)->add_next_ms(5);
        });
    }
    auto const back = listed.get();
    ASSERT_EQ(back.size(), 2u); // of both pages
    auto const& got = back[0].schedule;
    EXPECT_EQ(got.cron, "0 3 * * *");
    EXPECT_EQ(got.zone, "Europe/Berlin");
    EXPECT_EQ(got.misfire, misfire::run_all);
    EXPECT_EQ(got.overlap, overlap::replace);
    EXPECT_EQ(got.jitter, 2s);
    EXPECT_EQ(got.expires_after, 1h);
    EXPECT_EQ(got.message.task, "tasks.clean");
    EXPECT_EQ(got.message.queue, "lopri");
    EXPECT_EQ(got.message.content.args, (std::vector<std::string>{"1", "\"two\""}));
    EXPECT_EQ(back[0].next, std::vector{time_point{5ms}});
}

TEST(Admin, OneScheduleOrUnknown) {
    fixture f;
    auto one = f.it.async_schedule("none", outcome);
    f.peer.welcome();
    EXPECT_EQ(f.asked().list_schedules().name(), "none");
    answer(f.peer, f.frame, [](pb::ServerFrame& r) { r.mutable_control()->mutable_schedules(); });
    EXPECT_EQ(error_of(one), errc::unknown_schedule);
    auto triggered = f.it.async_trigger_schedule("s", use_future);
    f.asked();
    answer(f.peer, f.frame, [](pb::ServerFrame& reply) {
        reply.mutable_control()->mutable_done()->mutable_message()->set_low(4);
    });
    EXPECT_EQ(triggered.get(), (message_id{0, 4}));
}

TEST(Admin, ASweepTellsHowFarItIsUntilItIsDone) {
    fixture f;
    std::vector<std::uint64_t> visited;
    auto result = f.it.async_sweep(
        {.action = sweep_action::redrive,
         .which = {.queue = "emails.*", .states = {message_state::dead}},
         .rate_per_s = 100},
        [&](sweep_state const& now) { visited.push_back(now.visited); },
        use_future);
    f.peer.welcome();
    auto const wire = f.asked().start_sweep();
    EXPECT_EQ(wire.which().states(0), pb::STATE_DEAD);
    EXPECT_EQ(wire.rate_per_s(), 100u);
    for (std::uint64_t const at : {10u, 20u, 30u})
        answer(f.peer, f.frame, [&](pb::ServerFrame& reply) {
            auto& now = *reply.mutable_control()->mutable_sweep();
            now.set_id(7);
            *now.mutable_spec() = wire;
            now.set_visited(at);
            now.set_changed(at / 10);
            now.set_done(at == 30);
        });
    auto const ended = result.get();
    EXPECT_EQ(visited, (std::vector<std::uint64_t>{10, 20, 30}));
    EXPECT_TRUE(ended.done);
    EXPECT_EQ(ended.id, 7u);
    EXPECT_EQ(ended.changed, 3u);
    EXPECT_EQ(ended.spec.which.queue, "emails.*");
    EXPECT_EQ(ended.spec.action, sweep_action::redrive);
}

TEST(Admin, ASweepOutlivesTheConnectionAndItsCallerIsTold) {
    fixture f;
    auto result = f.it.async_sweep({}, {}, outcome);
    f.peer.welcome();
    f.asked();
    answer(f.peer, f.frame, [](pb::ServerFrame& r) { r.mutable_control()->mutable_sweep(); });
    f.peer.drop();
    f.peer.welcome();
    EXPECT_EQ(error_of(result), errc::unreachable);
}

TEST(Admin, EnumerationsHaveNamesThatReadBack) {
    for (auto const value : {overlap::allow, overlap::skip, overlap::queue, overlap::replace})
        EXPECT_EQ(parse_overlap(to_string(value)), value);
    for (auto const value : {misfire::run_once, misfire::skip, misfire::run_all})
        EXPECT_EQ(parse_misfire(to_string(value)), value);
    EXPECT_EQ(to_string(message_state::dead), "dead");
    EXPECT_EQ(parse_message_state("leased"), message_state::leased);
    EXPECT_EQ(parse_message_state("LEASED"), std::nullopt);
    EXPECT_EQ(to_string(sweep_action::forget), "forget");
}

TEST(Admin, MessagesAreListedPageByPage) {
    fixture f;
    auto page = f.owner.async_messages({.task = "t*", .root = {0, 3}}, 40, 10, use_future);
    f.peer.welcome();
    auto const wire = f.asked().list_messages();
    EXPECT_EQ(wire.which().task(), "t*");
    EXPECT_EQ(wire.which().root().low(), 3u);
    EXPECT_FALSE(wire.which().has_parent());
    EXPECT_EQ(wire.from(), 40u);
    answer(f.peer, f.frame, [](pb::ServerFrame& reply) {
        auto& messages = *reply.mutable_control()->mutable_messages();
        messages.set_next(50);
        auto& dead = *messages.add_messages();
        dead.set_death(pb::DEATH_CRASH_LIMIT);
        dead.add_history()->set_crash(true);
    });
    auto const got = page.get();
    EXPECT_EQ(got.next, 50u);
    ASSERT_EQ(got.messages.size(), 1u);
    EXPECT_EQ(got.messages[0].death, death::crash_limit);
    ASSERT_EQ(got.messages[0].history.size(), 1u);
    EXPECT_TRUE(got.messages[0].history[0].crash);
}

TEST(Admin, MessagesComeWholeOrWithWhatBecameOfThem) {
    fixture f;
    auto list = f.it.async_messages({{1, 2}, {3, 4}, {5, 6}}, use_future);
    f.peer.welcome();
    auto const wire = f.asked().show_messages();
    ASSERT_EQ(wire.ids_size(), 3);
    EXPECT_EQ(wire.ids(2).high(), 5u);
    answer(f.peer, f.frame, [](pb::ServerFrame& reply) {
        auto& messages = *reply.mutable_control()->mutable_whole_messages();
        auto& whole = *messages.add_messages()->mutable_message();
        whole.set_id_high(1);
        whole.set_id_low(2);
        whole.set_task("t");
        whole.set_eta_ms(3'000);
        whole.mutable_unique()->set_key("k");
        whole.set_root_low(7);
        whole.set_content(encode(message_content{.args = {"2"}, .kwargs = {{"b", "3"}}}));
        auto& gone = *messages.add_messages();
        gone.mutable_message()->set_id_low(4);
        gone.set_content(pb::CONTENT_GONE);
        auto& foreign = *messages.add_messages();
        foreign.mutable_message()->set_content("\xff");
    });
    auto const got = list.get();
    ASSERT_EQ(got.size(), 3u);
    EXPECT_EQ(got[0].content, content_state::whole);
    EXPECT_EQ(got[0].message.id, (message_id{1, 2}));
    EXPECT_EQ(got[0].message.task, "t");
    EXPECT_EQ(got[0].message.eta, std::chrono::system_clock::from_time_t(3));
    EXPECT_EQ(got[0].message.unique->key, "k");
    EXPECT_EQ(got[0].message.root, (message_id{0, 7}));
    EXPECT_EQ(got[0].message.content.args, std::vector<std::string>{"2"});
    EXPECT_EQ(got[0].message.content.kwargs.at("b"), "3");
    EXPECT_EQ(got[1].content, content_state::gone);
    EXPECT_EQ(got[2].content, content_state::foreign);
    EXPECT_EQ(to_string(got[2].content), "foreign");
}

} // namespace
} // namespace peyk::test
