// Limits, workers, events, statistics and reasons: what is asked, and what is told.

#include "tests/unit/net/decode_fixture.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>

namespace peyk::net {
namespace {

namespace pb = test::pb;
using test::session;
using testing::ElementsAre;
using testing::HasSubstr;

core::wall_time at(std::int64_t ms) {
    return core::wall_time{core::duration{ms}};
}

class OperatorRequests : public test::decoding {
protected:
    pb::ClientFrame frame;
    pb::Control& control = *frame.mutable_control();

    OperatorRequests() { frame.set_request(8); }

    template <class Question>
    Question question() {
        return std::get<Question>(std::get<any_question>(decode(frame).what));
    }
};

TEST_F(OperatorRequests, WhatIsAbsentInALimitStays) {
    control.mutable_set_limit()->mutable_names()->set_task("tasks.*");
    auto const nothing = command<core::set_limit>(frame);
    EXPECT_EQ(nothing.session, session);
    EXPECT_EQ(nothing.request.value, 8u);
    EXPECT_EQ(nothing.names, (core::limit_names{"tasks.*", "", ""}));
    EXPECT_FALSE(nothing.change.rate || nothing.change.burst || nothing.change.concurrency ||
                 nothing.change.per_worker);
    auto& set = *control.mutable_set_limit();
    set.mutable_names()->set_queue("mail");
    set.mutable_names()->set_key("tenant=*");
    set.mutable_rate()->set_thousandths(500);
    set.mutable_rate()->set_seconds(60);
    set.set_burst(0);
    set.set_concurrency(0);
    set.set_per_worker(false);
    auto const all = command<core::set_limit>(frame);
    EXPECT_EQ(all.names, (core::limit_names{"tasks.*", "mail", "tenant=*"}));
    EXPECT_EQ(all.change.rate, (core::rate{500, 60}));
    EXPECT_EQ(all.change.burst, 0u);
    EXPECT_EQ(all.change.concurrency, 0u);
    EXPECT_EQ(all.change.per_worker, false);
}

TEST_F(OperatorRequests, LimitsAndShares) {
    control.mutable_remove_limit()->mutable_names()->set_key("k");
    EXPECT_EQ(command<core::remove_limit>(frame).names, (core::limit_names{"", "", "k"}));
    control.mutable_set_share()->set_key("tenant=42");
    control.mutable_set_share()->set_weight(3);
    auto const share = command<core::set_share>(frame);
    EXPECT_EQ(share.key, "tenant=42");
    EXPECT_EQ(share.weight, 3u);
    control.mutable_list_limits();
    EXPECT_FALSE(question<list_limits>().one);
    control.mutable_list_limits()->mutable_names()->set_task("t");
    control.mutable_list_limits()->set_limit(7);
    auto const one = question<list_limits>();
    EXPECT_TRUE(one.one);
    EXPECT_EQ(one.names.task, "t");
    EXPECT_EQ(one.count_max, 7u);
}

TEST_F(OperatorRequests, SessionsAndInstructions) {
    auto& list = *control.mutable_list_sessions();
    list.set_name("w*");
    list.set_label("gpu=*");
    list.set_workers(true);
    list.set_after("abc");
    list.set_limit(5);
    auto const sessions = question<list_sessions>();
    EXPECT_EQ(sessions.name, "w*");
    EXPECT_EQ(sessions.label, "gpu=*");
    EXPECT_TRUE(sessions.workers);
    EXPECT_EQ(sessions.after, "abc");
    EXPECT_EQ(sessions.count_max, 5u);
    auto& tell = *control.mutable_instruct_workers();
    tell.set_name("w*");
    EXPECT_THAT(refusal(frame), HasSubstr("action"));
    tell.set_action("pool_grow");
    tell.add_arguments("2");
    tell.add_arguments("");
    tell.set_wait_ms(100);
    auto const told = question<instruct_workers>();
    EXPECT_EQ(told.action, "pool_grow");
    EXPECT_THAT(told.arguments, ElementsAre("2", ""));
    EXPECT_EQ(told.wait_ms, 100u);
}

TEST_F(OperatorRequests, WhatAWorkerSays) {
    auto& fact = *frame.mutable_introduce()->add_facts();
    fact.set_name("pool");
    fact.set_value("threads");
    auto const introduced = command<core::introduce>(frame);
    EXPECT_EQ(introduced.session, session);
    ASSERT_EQ(introduced.facts.size(), 1u);
    EXPECT_EQ(introduced.facts[0].name, "pool");
    EXPECT_EQ(introduced.facts[0].value, "threads");
    EXPECT_EQ(introduced.metrics, "");
    frame.mutable_introduce()->mutable_metrics()->set_succeeded(3);
    peyk::wire::v1::WorkerMetrics read;
    ASSERT_TRUE(read.ParseFromString(std::string{command<core::introduce>(frame).metrics}));
    EXPECT_EQ(read.succeeded(), 3u);
    frame.mutable_instruction_reply()->set_number(41);
    frame.mutable_instruction_reply()->set_ok(true);
    frame.mutable_instruction_reply()->set_text("done");
    auto const reply = question<instruction_reply>();
    EXPECT_EQ(reply.number, 41u);
    EXPECT_TRUE(reply.ok);
    EXPECT_EQ(reply.text, "done");
}

TEST_F(OperatorRequests, Listening) {
    auto& asked = *frame.mutable_listen();
    EXPECT_EQ(question<listen>().kinds, 0u);
    asked.add_kinds(pb::EVENT_TASK_SENT);
    asked.add_kinds(pb::EVENT_WORKER_OFFLINE);
    asked.set_queue("q*");
    asked.set_task("t*");
    asked.set_worker("w*");
    asked.set_after(17);
    auto const all = question<listen>();
    EXPECT_EQ(all.kinds, 1u | 1u << 11);
    EXPECT_EQ(all.queue, "q*");
    EXPECT_EQ(all.task, "t*");
    EXPECT_EQ(all.worker, "w*");
    EXPECT_EQ(all.after, 17u);
    asked.add_kinds(static_cast<pb::EventKind>(core::event_kinds));
    EXPECT_THAT(refusal(frame), HasSubstr("kinds"));
    frame.mutable_unlisten()->set_listen(8);
    EXPECT_EQ(question<unlisten>().listen.value, 8u);
}

TEST_F(OperatorRequests, QuestionsAboutMessagesAndFigures) {
    control.mutable_why()->add_ids()->set_low(1);
    control.mutable_why()->add_ids()->set_low(2);
    EXPECT_THAT(question<why>().ids,
                ElementsAre(core::message_id{0, 1}, core::message_id{0, 2}));
    auto& figures = *control.mutable_show_statistics();
    EXPECT_EQ(question<show_statistics>().kind, core::series_kind::queue);
    EXPECT_EQ(question<show_statistics>().since, core::unset);
    figures.set_tasks(true);
    figures.set_name("t");
    figures.set_since_ms(5);
    figures.set_hours(true);
    auto const asked = question<show_statistics>();
    EXPECT_EQ(asked.kind, core::series_kind::task);
    EXPECT_EQ(asked.name, "t");
    EXPECT_EQ(asked.since, at(5));
    EXPECT_TRUE(asked.hours);
    figures.set_since_ms(-1);
    EXPECT_THAT(refusal(frame), HasSubstr("since_ms"));
}

template <class... What>
pb::ServerFrame told(What const&... what) {
    std::string out;
    append_answer(out, core::request_id{8}, what...);
    auto frame = test::parse_frame(out);
    EXPECT_EQ(frame.request(), 8u);
    return frame;
}

TEST(OperatorAnswers, Events) {
    numbered_event one{7, {}};
    one.event.kind = core::event_kind::task_failed;
    one.event.at = at(9);
    one.event.message = {1, 2};
    one.event.queue = "mail";
    one.event.task = "send";
    one.event.worker = "w1";
    one.event.error_type = "timeout";
    one.event.error_text = "caf\xc3"; // cut in the middle of a letter
    one.event.attempt = 3;
    one.event.ran = core::duration{12};
    auto const events = told(event_batch{{&one}, 9, 4}).events();
    EXPECT_EQ(events.last(), 9u);
    EXPECT_EQ(events.missed(), 4u);
    ASSERT_EQ(events.events_size(), 1);
    auto const& event = events.events(0);
    EXPECT_EQ(event.sequence(), 7u);
    EXPECT_EQ(event.kind(), pb::EVENT_TASK_FAILED);
    EXPECT_EQ(event.at_ms(), 9);
    EXPECT_EQ(event.id_high(), 1u);
    EXPECT_EQ(event.id_low(), 2u);
    EXPECT_EQ(event.queue(), "mail");
    EXPECT_EQ(event.task(), "send");
    EXPECT_EQ(event.worker(), "w1");
    EXPECT_EQ(event.error_type(), "timeout");
    EXPECT_EQ(event.attempt(), 3u);
    EXPECT_EQ(event.ran_ms(), 12u);
}

TEST(OperatorAnswers, Instructions) {
    auto const first = told(instructed{"", false, "", false, 2}).control().instructed();
    EXPECT_EQ(first.workers(), 2u);
    auto const last = told(instructed{"w1", true, "done", true, 0}).control().instructed();
    EXPECT_EQ(last.worker(), "w1");
    EXPECT_TRUE(last.ok());
    EXPECT_EQ(last.text(), "done");
    EXPECT_TRUE(last.last());
    std::string out;
    std::vector<std::string> const arguments{"2"};
    append_instruction(out, {41, "pool_grow", arguments});
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.request(), 0u);
    EXPECT_EQ(frame.instruction().number(), 41u);
    EXPECT_EQ(frame.instruction().action(), "pool_grow");
    EXPECT_THAT(frame.instruction().arguments(), ElementsAre("2"));
}

TEST(OperatorAnswers, ASessionIsNamedByWhatGivesNoRightToIt) {
    core::session_view view;
    view.id = {0x1234, 0x5678};
    view.name = "w1";
    view.connected = true;
    view.heard = core::steady_time{core::duration{100}};
    view.since = at(50);
    view.facts = {{"pool", "threads"}};
    peyk::wire::v1::WorkerMetrics did;
    did.add_tasks()->set_runs(9);
    view.metrics = did.SerializeAsString();
    view.labels = {"gpu=a100"};
    view.consumers = {{{3}, {"mail"}, {"send"}, 8, 2}};
    view.leased = 2;
    view.started = 1;
    view.delivered = 30;
    view.settled = 28;
    view.delivered_at = core::steady_time{core::duration{90}};
    auto const list =
        told(session_page{{&view, 1}, true, core::steady_time{core::duration{107}}})
            .control()
            .sessions();
    EXPECT_TRUE(list.more());
    ASSERT_EQ(list.sessions_size(), 1);
    auto const& seen = list.sessions(0);
    EXPECT_EQ(seen.id(), public_id(view.id));
    EXPECT_EQ(seen.id().size(), 12u);
    EXPECT_NE(public_id(view.id), public_id({0x1234, 0x5679}));
    EXPECT_EQ(seen.heard_ms(), 7u);
    EXPECT_EQ(seen.since_ms(), 50);
    EXPECT_EQ(seen.facts(0).value(), "threads");
    EXPECT_EQ(seen.metrics().tasks(0).runs(), 9u);
    EXPECT_THAT(seen.labels(), ElementsAre("gpu=a100"));
    EXPECT_EQ(seen.consumers(0).consumer(), 3u);
    EXPECT_THAT(seen.consumers(0).queues(), ElementsAre("mail"));
    EXPECT_EQ(seen.consumers(0).credit(), 8u);
    EXPECT_EQ(seen.delivered(), 30u);
    EXPECT_EQ(seen.settled(), 28u);
    EXPECT_EQ(seen.since_delivery_ms(), 17u);
}

TEST(OperatorAnswers, Limits) {
    core::limit_stats limit;
    limit.names = {"t", "q", "k"};
    limit.settings = {{500, 60}, 3, 4, true};
    limit.configured = true;
    limit.running = 2;
    limit.waiting = 9;
    core::share_stats const share{"tenant=42", 3, false};
    core::limiter_stats const limiter{{"t", "q", "k1"}, 1, 5, 6, at(77)};
    auto const list =
        told(limit_page{{&limit, 1}, {&share, 1}, {&limiter, 1}}).control().limits();
    ASSERT_EQ(list.limits_size(), 1);
    EXPECT_EQ(list.limits(0).names().key(), "k");
    EXPECT_EQ(list.limits(0).rate().thousandths(), 500u);
    EXPECT_EQ(list.limits(0).rate().seconds(), 60u);
    EXPECT_EQ(list.limits(0).burst(), 3u);
    EXPECT_EQ(list.limits(0).concurrency(), 4u);
    EXPECT_TRUE(list.limits(0).per_worker());
    EXPECT_TRUE(list.limits(0).configured());
    EXPECT_EQ(list.limits(0).waiting(), 9u);
    EXPECT_EQ(list.shares(0).weight(), 3u);
    EXPECT_EQ(list.limiters(0).names().key(), "k1");
    EXPECT_EQ(list.limiters(0).passed(), 5u);
    EXPECT_EQ(list.limiters(0).next_ms(), 77);
}

TEST(OperatorAnswers, Statistics) {
    series one{"mail", {}, {{at(60'000), {}}}};
    one.sum.published = 3;
    one.sum.waited.add(core::duration{100});
    one.samples[0].sample.failed = 2;
    auto const found = told(std::span<series const>{&one, 1}).control().statistics();
    ASSERT_EQ(found.series_size(), 1);
    EXPECT_EQ(found.series(0).name(), "mail");
    EXPECT_EQ(found.series(0).sum().published(), 3u);
    EXPECT_EQ(found.series(0).sum().waited().count(), 1u);
    EXPECT_NEAR(found.series(0).sum().waited().p50_ms(), 100, 12);
    EXPECT_EQ(found.series(0).samples(0).at_ms(), 60'000);
    EXPECT_EQ(found.series(0).samples(0).failed(), 2u);
}

TEST(OperatorAnswers, Obstacles) {
    core::obstacle held;
    held.kind = core::obstacle_kind::queue_held;
    held.name = "mail";
    held.until = core::never;
    core::obstacle turn;
    turn.kind = core::obstacle_kind::ordering_key;
    turn.by = {1, 2};
    turn.limited = {"t", "", ""};
    std::vector<core::obstacle> const both{held, turn};
    auto const list =
        told(std::span<core::obstacle const>{both}, at(5)).control().obstacles();
    ASSERT_EQ(list.obstacles_size(), 2);
    EXPECT_EQ(list.obstacles(0).kind(), pb::OBSTACLE_QUEUE_HELD);
    EXPECT_EQ(list.obstacles(0).name(), "mail");
    EXPECT_EQ(list.obstacles(0).until_ms(), -1);
    EXPECT_THAT(list.obstacles(0).text(), HasSubstr("mail"));
    EXPECT_FALSE(list.obstacles(0).has_by());
    EXPECT_EQ(list.obstacles(1).by().low(), 2u);
    EXPECT_EQ(list.obstacles(1).until_ms(), 0);
    EXPECT_EQ(list.obstacles(1).limited().task(), "t");
}

} // namespace
} // namespace peyk::net
