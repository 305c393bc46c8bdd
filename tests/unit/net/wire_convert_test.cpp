#include "broker/net/wire_convert.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace peyk::net {
namespace {

namespace pb = test::pb;

constexpr core::session_id session{1, 2};

class Decode : public testing::Test {
protected:
    // The frame is kept, because what is decoded borrows from it.
    request decode(pb::ClientFrame const& frame) {
        bytes = frame.SerializeAsString();
        return decoder.decode(bytes, session);
    }
    template <class Command>
    Command command(pb::ClientFrame const& frame) {
        return std::get<Command>(std::get<core::any_command>(decode(frame).what));
    }
    // The refusal of a request that is well formed.
    std::string refusal(pb::ClientFrame const& frame) {
        auto const what = decode(frame).what;
        auto const* p = std::get_if<problem>(&what);
        if (!p)
            return "accepted";
        EXPECT_FALSE(p->fatal());
        EXPECT_EQ(p->request, core::errc::invalid_argument);
        return p->text;
    }
    static pb::ClientFrame publish(pb::Message const& message) {
        pb::ClientFrame frame;
        frame.set_request(8);
        *frame.mutable_publish()->add_messages() = message;
        return frame;
    }
    static pb::Message message() {
        pb::Message m;
        m.set_id_high(11);
        m.set_id_low(12);
        return m;
    }

    request_decoder decoder;
    std::string bytes;
};

TEST_F(Decode, EveryFieldOfAMessage) {
    auto m = message();
    m.set_queue("mail");
    m.set_task("send");
    m.set_priority(9);
    m.set_eta_ms(1000);
    m.set_expires_ms(2000);
    m.mutable_retry()->set_max_retries(3);
    m.mutable_retry()->set_base_ms(10);
    m.mutable_retry()->set_factor_percent(150);
    m.mutable_retry()->set_max_ms(99);
    m.mutable_retry()->set_jitter(pb::JITTER_FULL);
    m.mutable_result()->set_ttl_s(60);
    m.mutable_result()->set_ignore(true);
    m.mutable_result()->set_track_started(true);
    m.set_max_crashes(7);
    m.set_content("body");
    auto frame = publish(m);
    frame.mutable_publish()->set_first_sequence(5);
    frame.mutable_publish()->set_answered_below(4);
    auto const c = command<core::publish>(frame);
    EXPECT_EQ(c.session, session);
    EXPECT_EQ(c.request.value, 8u);
    EXPECT_EQ(c.first.value, 5u);
    EXPECT_EQ(c.answered_below.value, 4u);
    ASSERT_EQ(c.messages.size(), 1u);
    auto const& out = c.messages[0];
    EXPECT_EQ(out.id, (core::message_id{11, 12}));
    EXPECT_EQ(out.queue, "mail");
    EXPECT_EQ(out.task, "send");
    EXPECT_EQ(out.priority, 9);
    EXPECT_EQ(out.eta.time_since_epoch().count(), 1000);
    EXPECT_EQ(out.expires.time_since_epoch().count(), 2000);
    EXPECT_EQ(out.retry, (core::retry_policy{3, 150, 10, 99, core::jitter::full}));
    EXPECT_EQ(out.result, (core::result_policy{60, false, true}));
    EXPECT_EQ(out.max_crashes, 7);
    EXPECT_EQ(out.content, "body");
}

TEST_F(Decode, DefaultsOfAPlainMessage) {
    auto const c = command<core::publish>(publish(message()));
    auto const& out = c.messages[0];
    EXPECT_EQ(out.queue, "default");
    EXPECT_EQ(out.priority, 4);
    EXPECT_EQ(out.eta, core::unset);
    EXPECT_EQ(out.retry, core::retry_policy{});
    EXPECT_FALSE(out.result.keep);
    EXPECT_EQ(out.max_crashes, 3);
}

TEST_F(Decode, ATaskKeepsItsResultUnlessToldOtherwise) {
    auto m = message();
    m.set_task("t");
    EXPECT_TRUE(command<core::publish>(publish(m)).messages[0].result.keep);
    m.mutable_result()->set_ignore(true);
    EXPECT_FALSE(command<core::publish>(publish(m)).messages[0].result.keep);
}

TEST_F(Decode, ARetryPolicyWithoutDelayRetriesAtOnce) {
    auto m = message();
    m.mutable_retry()->set_max_retries(2);
    auto const policy = command<core::publish>(publish(m)).messages[0].retry;
    EXPECT_EQ(policy.base_ms, 0u);
    EXPECT_EQ(policy.factor_percent, 200);
}

TEST_F(Decode, RefusalsNameItemAndField) {
    auto m = message();
    m.set_priority(256);
    EXPECT_EQ(refusal(publish(m)), "message 0: priority: allowed is 0 to 255");
    m = message();
    m.set_eta_ms(-1);
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("message 0: eta_ms"));
    m = message();
    m.set_expires_ms(300'000'000'000'000);
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("expires_ms"));
    m = message();
    m.mutable_retry()->set_max_retries(65'536);
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("retry.max_retries"));
    m = message();
    m.mutable_retry()->set_jitter(static_cast<pb::Jitter>(9));
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("retry.jitter"));
    m = message();
    m.set_max_crashes(65'536);
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("max_crashes"));
    EXPECT_THAT(refusal(publish({})), testing::HasSubstr("message 0: id"));
}

TEST_F(Decode, TextThatIsNotUtf8BreaksTheConversation) {
    auto frame = publish(message());
    frame.mutable_publish()->mutable_messages(0)->set_task("\xff\xfe");
    bytes = frame.SerializePartialAsString();
    auto const what = decoder.decode(bytes, session).what;
    EXPECT_EQ(std::get<problem>(what).session, errc::malformed_frame);
}

TEST_F(Decode, EveryVerdict) {
    pb::ClientFrame frame;
    frame.set_request(3);
    auto const add = [&]() -> pb::Settlement& {
        auto& s = *frame.mutable_settle()->add_settlements();
        s.set_epoch(1);
        s.set_number(static_cast<std::uint64_t>(frame.settle().settlements_size()));
        return s;
    };
    auto* success = add().mutable_success();
    success->set_result("42");
    success->set_content_type("text/plain");
    auto* failure = add().mutable_failure();
    failure->mutable_error()->set_type("T");
    failure->mutable_error()->set_message("M");
    failure->mutable_error()->set_trace("S");
    failure->set_permanent(true);
    auto* retry = add().mutable_retry();
    retry->set_at_ms(77);
    retry->mutable_error()->set_type("R");
    add().mutable_snooze()->set_at_ms(88);
    add().mutable_release();
    add().mutable_drop();
    add().mutable_dead()->mutable_error()->set_message("gone");
    auto const c = command<core::settle>(frame);
    ASSERT_EQ(c.settlements.size(), 7u);
    EXPECT_EQ(c.settlements[6].token, (core::delivery_token{core::broker_epoch{1}, 7}));
    auto const verdict = [&](std::size_t i) -> core::any_verdict const& {
        return c.settlements[i].verdict;
    };
    EXPECT_EQ(std::get<core::verdict::success>(verdict(0)).result, "42");
    EXPECT_EQ(std::get<core::verdict::success>(verdict(0)).content_type, "text/plain");
    EXPECT_EQ(std::get<core::verdict::failure>(verdict(1)).error.trace, "S");
    EXPECT_TRUE(std::get<core::verdict::failure>(verdict(1)).permanent);
    EXPECT_EQ(std::get<core::verdict::retry>(verdict(2)).at.time_since_epoch().count(), 77);
    EXPECT_EQ(std::get<core::verdict::snooze>(verdict(3)).at.time_since_epoch().count(), 88);
    EXPECT_TRUE(std::holds_alternative<core::verdict::release>(verdict(4)));
    EXPECT_TRUE(std::holds_alternative<core::verdict::drop>(verdict(5)));
    EXPECT_EQ(std::get<core::verdict::dead>(verdict(6)).error.text, "gone");
}

TEST_F(Decode, ASettlementNeedsAVerdict) {
    pb::ClientFrame frame;
    frame.mutable_settle()->add_settlements()->set_number(1);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("settlement 0: verdict"));
}

TEST_F(Decode, ReusedRoomKeepsNothingOfTheFrameBefore) {
    auto m = message();
    m.set_task("t");
    m.set_priority(200);
    m.set_content("long content");
    ASSERT_EQ(command<core::publish>(publish(m)).messages[0].priority, 200);
    auto const c = command<core::publish>(publish(message()));
    EXPECT_EQ(c.messages[0].priority, 4);
    EXPECT_TRUE(c.messages[0].task.empty());
    EXPECT_TRUE(c.messages[0].content.empty());
}

TEST_F(Decode, SubscribeWatchAndControl) {
    pb::ClientFrame frame;
    auto& subscribe = *frame.mutable_subscribe();
    subscribe.set_consumer(4);
    subscribe.add_queues("");
    subscribe.add_queues("b");
    subscribe.set_credit(10);
    subscribe.add_tasks("t");
    auto const c = command<core::subscribe>(frame);
    EXPECT_EQ(c.consumer.value, 4u);
    EXPECT_THAT(c.queues, testing::ElementsAre("default", "b"));
    EXPECT_THAT(c.tasks, testing::ElementsAre("t"));
    frame.mutable_watch()->add_ids()->set_low(5);
    frame.mutable_watch()->set_until_final(true);
    auto const w = command<core::watch>(frame);
    EXPECT_EQ(w.ids.size(), 1u);
    EXPECT_TRUE(w.until_final);
    frame.mutable_control()->mutable_list_queues()->set_after("m");
    auto const q = std::get<any_question>(decode(frame).what);
    EXPECT_EQ(std::get<list_queues>(q).after, "m");
}

TEST(Encode, EveryFieldOfADelivery) {
    core::delivery d;
    d.consumer.value = 3;
    d.token = {core::broker_epoch{2}, 300};
    d.message.id = {5, 6};
    d.message.queue = "q";
    d.message.task = "t";
    d.message.priority = 200;
    d.message.eta = core::wall_time{core::duration{1'700'000'000'000}};
    d.message.expires = core::wall_time{core::duration{1'800'000'000'000}};
    d.message.retry.max_retries = 9;
    d.message.result.track_started = true;
    d.counters = {1, 2, 3};
    d.published = core::wall_time{core::duration{1'600'000'000'000}};
    std::string const content(1000, 'c');
    std::string batch;
    append_delivery(batch, d, content);
    append_delivery(batch, core::delivery{}, "");
    std::string out;
    append_deliver_frame(out, batch);
    auto const frame = test::parse_frame(out);
    ASSERT_EQ(frame.deliver().deliveries_size(), 2);
    auto const& got = frame.deliver().deliveries(0);
    EXPECT_EQ(got.epoch(), 2u);
    EXPECT_EQ(got.number(), 300u);
    EXPECT_EQ(got.consumer(), 3u);
    EXPECT_EQ(got.id_high(), 5u);
    EXPECT_EQ(got.id_low(), 6u);
    EXPECT_EQ(got.queue(), "q");
    EXPECT_EQ(got.task(), "t");
    EXPECT_EQ(got.priority(), 200u);
    EXPECT_EQ(got.eta_ms(), 1'700'000'000'000);
    EXPECT_EQ(got.expires_ms(), 1'800'000'000'000);
    EXPECT_EQ(got.attempt(), 2u);
    EXPECT_EQ(got.crashes(), 2u);
    EXPECT_EQ(got.deliveries(), 3u);
    EXPECT_EQ(got.max_retries(), 9u);
    EXPECT_TRUE(got.track_started());
    EXPECT_EQ(got.content(), content);
    EXPECT_EQ(got.published_ms(), 1'600'000'000'000);
    EXPECT_TRUE(got.GetReflection()->GetUnknownFields(got).empty());
}

TEST(Encode, ConfirmsWithAndWithoutRefusals) {
    std::string out;
    append_effect(out, core::effect::published{session, core::request_id{300}, {}});
    append_effect(
        out,
        core::effect::settled{session, core::request_id{7}, {{2, core::errc::unknown_delivery}}});
    auto const frames = test::parse_frames(out);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].request(), 300u);
    EXPECT_TRUE(frames[0].has_published());
    ASSERT_EQ(frames[1].settled().refused_size(), 1);
    EXPECT_EQ(frames[1].settled().refused(0).index(), 2u);
    EXPECT_EQ(frames[1].settled().refused(0).code(), pb::UNKNOWN_DELIVERY);
}

TEST(Encode, ARequestThatWantsNoAnswerGetsNone) {
    std::string out;
    append_effect(out, core::effect::published{session, {}, {{0, core::errc::disk_full}}});
    append_effect(out, core::effect::refused{session, {}, core::errc::unknown_consumer});
    EXPECT_TRUE(out.empty());
}

TEST(Encode, AStatusCutInsideACharacterIsStillText) {
    core::status status;
    status.worker = "w\xe2\x82";
    status.error_text = "\xc3";
    status.state = core::visible_state::retry;
    std::string out;
    append_effect(out, core::effect::statuses{session, core::request_id{1}, {status}});
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.statuses().statuses(0).worker(), "w");
    EXPECT_EQ(frame.statuses().statuses(0).state(), pb::RETRY);
}

TEST(Encode, ResultsThatDoNotFitOneFrameAreRefused) {
    core::status status;
    status.result = core::content::make(std::string(6u << 20, 'r'));
    std::string out;
    append_effect(out,
                  core::effect::statuses{session, core::request_id{1}, {status, status, status}});
    auto const frame = test::parse_frame(out);
    EXPECT_EQ(frame.error().code(), pb::BATCH_TOO_LARGE);
    EXPECT_FALSE(frame.error().fatal());
}

TEST(Encode, EveryCodeHasAnExplanationAndAnEnumeratorOfItsOwn) {
    std::set<int> codes;
    for (int i = 1; i <= static_cast<int>(core::errc::heartbeat_missed); ++i) {
        problem p;
        p.request = static_cast<core::errc>(i);
        std::string out;
        append_problem(out, core::request_id{1}, p);
        auto const error = test::parse_frame(out).error();
        EXPECT_NE(error.message(), "unknown error") << i;
        EXPECT_TRUE(codes.insert(error.code()).second) << i;
    }
    codes.clear();
    for (int i = 1; i < static_cast<int>(errc::session_refused); ++i) {
        problem p;
        p.session = static_cast<errc>(i);
        std::string out;
        append_problem(out, {}, p);
        auto const error = test::parse_frame(out).error();
        EXPECT_TRUE(error.fatal());
        EXPECT_LT(error.code(), pb::INVALID_ARGUMENT);
        EXPECT_TRUE(codes.insert(error.code()).second) << i;
    }
}

} // namespace
} // namespace peyk::net
