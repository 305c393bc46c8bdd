// Requests about many messages and about those to come: every field, and values that mean nothing.

#include "tests/unit/net/decode_fixture.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>

namespace peyk::net {
namespace {

namespace pb = test::pb;
using test::session;

class Control : public test::decoding {
protected:
    pb::ClientFrame frame;
    pb::Control& control = *frame.mutable_control();

    Control() { frame.set_request(8); }

    template <class Command>
    Command decoded() {
        auto const made = command<Command>(frame);
        EXPECT_EQ(made.session, session);
        EXPECT_EQ(made.request.value, 8u);
        return made;
    }
    template <class Question>
    Question question() {
        return std::get<Question>(std::get<any_question>(decode(frame).what));
    }
};

std::int64_t ms(core::wall_time at) {
    return at.time_since_epoch().count();
}

TEST_F(Control, ChangesToNamedMessages) {
    auto const set = [this](auto& request) {
        request.add_ids()->set_low(1);
        request.add_ids()->set_low(2);
        return &request;
    };
    set(*frame.mutable_cancel())->set_terminate(true);
    EXPECT_TRUE(decoded<core::cancel>().terminate);
    set(*frame.mutable_get())->set_whole(true);
    EXPECT_TRUE(decoded<core::get>().whole);
    set(*frame.mutable_watch())->set_reports(true);
    EXPECT_TRUE(decoded<core::watch>().reports);
    set(*frame.mutable_reschedule())->set_due_ms(77);
    auto const reschedule = decoded<core::reschedule>();
    EXPECT_THAT(reschedule.ids,
                testing::ElementsAre(core::message_id{0, 1}, core::message_id{0, 2}));
    EXPECT_EQ(ms(reschedule.due), 77);
    frame.mutable_reschedule()->set_due_ms(-1);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("due_ms"));
    set(*frame.mutable_forget());
    EXPECT_EQ(decoded<core::forget>().ids.size(), 2u);
    set(*frame.mutable_redrive())->set_to("elsewhere");
    frame.mutable_redrive()->set_reset_counters(true);
    auto const redrive = decoded<core::redrive>();
    EXPECT_EQ(redrive.ids.size(), 2u);
    EXPECT_EQ(redrive.to, "elsewhere");
    EXPECT_TRUE(redrive.reset_counters);
}

TEST_F(Control, AReportSaysOnlyWhatIsGiven) {
    frame.mutable_report()->set_epoch(1);
    frame.mutable_report()->set_number(2);
    auto empty = decoded<core::report>();
    EXPECT_EQ(empty.token, (core::delivery_token{{1}, 2}));
    EXPECT_FALSE(empty.progress);
    EXPECT_FALSE(empty.checkpoint);
    frame.mutable_report()->mutable_progress()->set_done(3);
    frame.mutable_report()->mutable_progress()->set_total(4);
    frame.mutable_report()->mutable_progress()->set_text("most");
    frame.mutable_report()->set_checkpoint("");
    frame.mutable_report()->set_log("line\n");
    auto const full = decoded<core::report>();
    ASSERT_TRUE(full.progress);
    EXPECT_EQ(full.progress->done, 3u);
    EXPECT_EQ(full.progress->total, 4u);
    EXPECT_EQ(full.progress->text, "most");
    ASSERT_TRUE(full.checkpoint);
    EXPECT_EQ(*full.checkpoint, "");
    EXPECT_EQ(full.log, "line\n");
}

TEST_F(Control, Queues) {
    control.mutable_create_queue()->set_name("a");
    EXPECT_EQ(decoded<core::create_queue>().name, "a");
    control.mutable_delete_queue()->set_name("b");
    EXPECT_EQ(decoded<core::delete_queue>().name, "b");
}

TEST_F(Control, Policies) {
    auto& set = *control.mutable_set_policy();
    set.set_pattern("mail.*");
    set.set_priority(-3);
    EXPECT_EQ(decoded<core::set_policy>().settings, core::queue_settings{});
    auto& settings = *set.mutable_settings();
    settings.set_max_length(0);
    settings.set_max_bytes(2);
    settings.set_overflow(pb::OVERFLOW_DEAD_LETTER);
    settings.set_default_ttl_s(3);
    settings.set_lease_ms(4);
    settings.set_max_crashes(5);
    settings.set_aging_s(0);
    settings.set_dead_letter("");
    settings.set_dead_ttl_s(6);
    settings.set_dead_max(7);
    auto const c = decoded<core::set_policy>();
    EXPECT_EQ(c.pattern, "mail.*");
    EXPECT_EQ(c.priority, -3);
    EXPECT_EQ(c.settings,
              (core::queue_settings{0, 2, core::overflow::dead_letter, 3, 4, 5, 0, "", 6, 7}));
    settings.set_max_crashes(65'536);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("max_crashes"));
    settings.clear_max_crashes();
    settings.set_overflow(static_cast<pb::Overflow>(3));
    EXPECT_THAT(refusal(frame), testing::HasSubstr("overflow"));
    settings.clear_overflow();
    settings.set_default_ttl_s(0);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("default_ttl_s: allowed is 1 to"));
    settings.clear_default_ttl_s();
    settings.set_lease_ms(0);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("lease_ms: allowed is 1 to"));
    control.mutable_remove_policy()->set_pattern("mail.*");
    EXPECT_EQ(decoded<core::remove_policy>().pattern, "mail.*");
}

TEST_F(Control, Holds) {
    auto& set = *control.mutable_set_hold();
    set.set_scope(pb::HOLD_TASK);
    set.set_name("mail.send");
    set.set_reason("rest");
    EXPECT_EQ(decoded<core::set_hold>().until, core::never);
    set.set_until_ms(99);
    auto const c = decoded<core::set_hold>();
    EXPECT_EQ(c.scope, core::hold_scope::task);
    EXPECT_EQ(c.name, "mail.send");
    EXPECT_EQ(ms(c.until), 99);
    EXPECT_EQ(c.reason, "rest");
    set.set_until_ms(-1);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("until_ms"));
    set.set_scope(static_cast<pb::HoldScope>(4));
    EXPECT_THAT(refusal(frame), testing::HasSubstr("scope"));
    control.mutable_release_hold()->set_scope(pb::HOLD_PUBLISHING);
    control.mutable_release_hold()->set_name("mail");
    auto const released = decoded<core::release_hold>();
    EXPECT_EQ(released.scope, core::hold_scope::publishing);
    EXPECT_EQ(released.name, "mail");
    control.mutable_release_hold()->set_scope(static_cast<pb::HoldScope>(4));
    EXPECT_THAT(refusal(frame), testing::HasSubstr("scope"));
}

TEST_F(Control, EveryFieldOfASchedule) {
    auto& set = *control.mutable_set_schedule()->mutable_schedule();
    set.set_name("nightly");
    set.set_cron("@daily");
    set.set_zone("Europe/Berlin");
    set.set_every_ms(1);
    set.set_start_ms(2);
    set.set_end_ms(3);
    set.set_jitter_ms(4);
    set.set_misfire(pb::MISFIRE_SKIP);
    set.set_overlap(pb::OVERLAP_REPLACE);
    set.set_paused(true);
    set.set_expires_after_ms(5);
    set.mutable_message()->set_task("report");
    set.mutable_message()->set_content("args");
    set.mutable_message()->mutable_retry()->add_delays_ms(6);
    auto const spec = decoded<core::set_schedule>().spec;
    EXPECT_EQ(spec.name, "nightly");
    EXPECT_EQ(spec.cron, "@daily");
    EXPECT_EQ(spec.zone, "Europe/Berlin");
    EXPECT_EQ(spec.every.count(), 1);
    EXPECT_EQ(ms(spec.start), 2);
    EXPECT_EQ(ms(spec.end), 3);
    EXPECT_EQ(spec.jitter.count(), 4);
    EXPECT_EQ(spec.misfire, core::misfire::skip);
    EXPECT_EQ(spec.overlap, core::overlap::replace);
    EXPECT_TRUE(spec.paused);
    EXPECT_EQ(spec.expires_after.count(), 5);
    EXPECT_FALSE(spec.configured);
    EXPECT_EQ(spec.message.queue, "default");
    EXPECT_EQ(spec.message.task, "report");
    EXPECT_EQ(spec.message.content, "args");
    EXPECT_THAT(spec.message.retry_delays_ms, testing::ElementsAre(6));
}

TEST_F(Control, ASchedulesMisfires) {
    auto& set = *control.mutable_set_schedule()->mutable_schedule();
    EXPECT_EQ(decoded<core::set_schedule>().spec.misfire, core::misfire::run_once);
    set.set_misfire(pb::MISFIRE_RUN_ALL);
    EXPECT_EQ(decoded<core::set_schedule>().spec.misfire, core::misfire::run_all);
}

TEST_F(Control, SchedulesThatMeanNothing) {
    auto& set = *control.mutable_set_schedule()->mutable_schedule();
    auto const because = [&](auto spoil) {
        set.Clear();
        spoil(set);
        return refusal(frame);
    };
    using testing::HasSubstr;
    EXPECT_THAT(because([](auto& s) { s.set_every_ms(~0ull); }), HasSubstr("every_ms"));
    EXPECT_THAT(because([](auto& s) { s.set_jitter_ms(~0ull); }), HasSubstr("jitter_ms"));
    EXPECT_THAT(because([](auto& s) { s.set_expires_after_ms(~0ull); }),
                HasSubstr("expires_after_ms"));
    EXPECT_THAT(because([](auto& s) { s.set_start_ms(-1); }), HasSubstr("start_ms"));
    EXPECT_THAT(because([](auto& s) { s.set_end_ms(-1); }), HasSubstr("end_ms"));
    EXPECT_THAT(because([](auto& s) { s.set_misfire(static_cast<pb::Misfire>(3)); }),
                HasSubstr("misfire"));
    EXPECT_THAT(because([](auto& s) { s.set_overlap(static_cast<pb::Overlap>(4)); }),
                HasSubstr("overlap"));
    EXPECT_THAT(because([](auto& s) { s.mutable_message()->set_priority(256); }),
                HasSubstr("schedule.message: priority"));
    EXPECT_THAT(because([](auto& s) { s.mutable_message()->set_id_low(1); }),
                HasSubstr("the schedule gives them"));
    EXPECT_THAT(because([](auto& s) { s.mutable_message()->set_eta_ms(1); }),
                HasSubstr("the schedule gives them"));
    EXPECT_THAT(because([](auto& s) { s.mutable_message()->mutable_unique()->set_key("k"); }),
                HasSubstr("the schedule gives them"));
}

TEST_F(Control, OtherRequestsAboutSchedules) {
    control.mutable_remove_schedule()->set_name("a");
    EXPECT_EQ(decoded<core::remove_schedule>().name, "a");
    control.mutable_pause_schedule()->set_name("b");
    EXPECT_FALSE(decoded<core::pause_schedule>().paused);
    control.mutable_pause_schedule()->set_paused(true);
    EXPECT_EQ(decoded<core::pause_schedule>().name, "b");
    EXPECT_TRUE(decoded<core::pause_schedule>().paused);
    control.mutable_trigger_schedule()->set_name("c");
    EXPECT_EQ(decoded<core::trigger_schedule>().name, "c");
}

TEST_F(Control, EveryFieldOfASweep) {
    auto& start = *control.mutable_start_sweep();
    start.set_action(pb::SWEEP_FORGET);
    start.set_to("to");
    start.set_due_ms(1);
    start.set_reason("r");
    start.set_rate_per_s(2);
    start.set_terminate(true);
    start.set_reset_counters(true);
    start.set_dry_run(true);
    auto& which = *start.mutable_which();
    which.set_queue("q*");
    which.set_task("t*");
    which.set_error("*E");
    which.add_states(pb::STATE_BLOCKED);
    which.add_states(pb::STATE_DEAD);
    which.mutable_root()->set_high(3);
    which.mutable_parent()->set_low(4);
    which.set_published_after_ms(5);
    which.set_published_before_ms(6);
    auto const spec = decoded<core::start_sweep>().spec;
    EXPECT_EQ(spec.action, core::sweep_action::forget);
    EXPECT_EQ(spec.to, "to");
    EXPECT_EQ(ms(spec.due), 1);
    EXPECT_EQ(spec.reason, "r");
    EXPECT_EQ(spec.rate_per_s, 2u);
    EXPECT_TRUE(spec.terminate);
    EXPECT_TRUE(spec.reset_counters);
    EXPECT_TRUE(spec.dry_run);
    EXPECT_EQ(spec.which.queue, "q*");
    EXPECT_EQ(spec.which.task, "t*");
    EXPECT_EQ(spec.which.error, "*E");
    EXPECT_EQ(spec.which.states,
              (core::state_set{core::message_state::blocked, core::message_state::dead}));
    EXPECT_EQ(spec.which.root, (core::message_id{3, 0}));
    EXPECT_EQ(spec.which.parent, (core::message_id{0, 4}));
    EXPECT_EQ(ms(spec.which.published_after), 5);
    EXPECT_EQ(ms(spec.which.published_before), 6);

    start.set_due_ms(-1);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("due_ms"));
    start.set_action(static_cast<pb::SweepAction>(7));
    EXPECT_THAT(refusal(frame), testing::HasSubstr("action"));
    start.Clear();
    start.mutable_which()->add_states(static_cast<pb::MessageState>(8));
    EXPECT_THAT(refusal(frame), testing::HasSubstr("which.states"));
    control.mutable_stop_sweep()->set_id(9);
    EXPECT_EQ(decoded<core::stop_sweep>().sweep.value, 9u);
}

TEST_F(Control, Questions) {
    control.mutable_list_schedules()->set_name("a");
    control.mutable_list_schedules()->set_after("b");
    control.mutable_list_schedules()->set_limit(3);
    auto const schedules = question<list_schedules>();
    EXPECT_EQ(schedules.name, "a");
    EXPECT_EQ(schedules.after, "b");
    EXPECT_EQ(schedules.count_max, 3u);
    control.mutable_list_messages()->mutable_which()->set_queue("q");
    control.mutable_list_messages()->set_from(4);
    control.mutable_list_messages()->set_limit(5);
    auto const messages = question<list_messages>();
    EXPECT_EQ(messages.which.queue, "q");
    EXPECT_EQ(messages.from, 4u);
    EXPECT_EQ(messages.count_max, 5u);
    control.mutable_list_messages()->mutable_which()->set_published_after_ms(-1);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("which.published_after_ms"));
    control.mutable_list_policies();
    question<list_policies>();
    control.mutable_list_holds();
    question<list_holds>();
    control.mutable_list_sweeps();
    question<list_sweeps>();
    control.mutable_show_broker();
    question<show_broker>();
}

TEST_F(Control, MessagesAreShownUpToALimit) {
    auto& list = *control.mutable_show_messages();
    list.add_ids()->set_low(3);
    list.add_ids()->set_high(4);
    EXPECT_THAT(question<show_messages>().ids,
                testing::ElementsAre(core::message_id{0, 3}, core::message_id{4, 0}));
    while (list.ids_size() < static_cast<int>(shown_messages_max))
        list.add_ids();
    EXPECT_EQ(question<show_messages>().ids.size(), shown_messages_max);
    list.add_ids();
    auto const why = std::get<problem>(decode(frame).what);
    EXPECT_FALSE(why.fatal());
    EXPECT_EQ(why.request, core::errc::batch_too_large);
    EXPECT_THAT(why.text, testing::HasSubstr("ids: 1000 at most"));
}

} // namespace
} // namespace peyk::net
