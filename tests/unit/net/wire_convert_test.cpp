#include "broker/net/wire_convert_items.hpp"
#include "tests/unit/net/decode_fixture.hpp"

#include <gmock/gmock.h>

namespace peyk::net {
namespace {

namespace pb = test::pb;
using test::session;

class Decode : public test::decoding {};

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
    m.mutable_retry()->set_backoff(pb::BACKOFF_LIST);
    m.mutable_retry()->add_delays_ms(0);
    m.mutable_retry()->add_delays_ms(0xffff'ffff);
    m.mutable_retry()->set_max_age_s(3600);
    m.mutable_unique()->set_key("order 17");
    m.mutable_unique()->set_until(pb::UNTIL_TTL);
    m.mutable_unique()->set_on_conflict(pb::CONFLICT_KEEP_LAST);
    m.mutable_unique()->set_ttl_s(30);
    m.set_root_high(21);
    m.set_root_low(22);
    m.set_parent_high(23);
    m.set_parent_low(24);
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
    EXPECT_EQ(out.retry,
              (core::retry_policy{3, 150, 10, 99, core::jitter::full, core::backoff::list}));
    EXPECT_THAT(out.retry_delays_ms, testing::ElementsAre(0, 0xffff'ffff));
    EXPECT_EQ(out.max_age_s, 3600u);
    EXPECT_EQ(out.unique.key, "order 17");
    EXPECT_EQ(out.unique.until, core::unique_until::ttl);
    EXPECT_EQ(out.unique.conflict, core::on_conflict::keep_last);
    EXPECT_EQ(out.unique.ttl_s, 30u);
    EXPECT_EQ(out.root, (core::message_id{21, 22}));
    EXPECT_EQ(out.parent, (core::message_id{23, 24}));
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
    EXPECT_EQ(out.max_crashes, 0); // as its queue says
    EXPECT_TRUE(out.unique.key.empty());
    EXPECT_TRUE(out.root.empty());
    EXPECT_TRUE(out.retry_delays_ms.empty());
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
    m.mutable_retry()->set_backoff(static_cast<pb::Backoff>(5));
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("retry.backoff"));
    m = message();
    m.mutable_unique()->set_key("k");
    m.mutable_unique()->set_until(static_cast<pb::UniqueUntil>(3));
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("unique.until"));
    m.mutable_unique()->set_until(pb::UNTIL_START);
    m.mutable_unique()->set_on_conflict(static_cast<pb::OnConflict>(4));
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("unique.on_conflict"));
    m = message();
    m.set_max_crashes(65'536);
    EXPECT_THAT(refusal(publish(m)), testing::HasSubstr("max_crashes"));
    EXPECT_THAT(refusal(publish({})), testing::HasSubstr("message 0: id"));
}

TEST_F(Decode, TooManyTokensNameTheirOwnLimit) {
    pb::ClientFrame frame;
    frame.set_request(8);
    for (int i = 0; i <= 65'536; ++i)
        frame.mutable_extend()->add_tokens()->set_number(1);
    auto const what = decode(frame).what;
    auto const& why = std::get<net::problem>(what);
    EXPECT_EQ(why.request, core::errc::batch_too_large);
    EXPECT_EQ(why.limit, "tokens_max");
}

// Each message has its own delays, and the next frame has none of them. Encoders may write a
// repeated number packed or one by one.
TEST_F(Decode, DelaysOfEachMessage) {
    auto frame = publish(message());
    auto* const publishing = frame.mutable_publish();
    for (std::uint32_t i = 1; i <= 3; ++i) {
        auto& m = *publishing->add_messages();
        m = message();
        for (std::uint32_t n = 0; n < 100 * i; ++n)
            m.mutable_retry()->add_delays_ms(i);
    }
    auto const c = command<core::publish>(frame);
    ASSERT_EQ(c.messages.size(), 4u);
    EXPECT_TRUE(c.messages[0].retry_delays_ms.empty());
    for (std::uint32_t i = 1; i <= 3; ++i) {
        EXPECT_EQ(c.messages[i].retry_delays_ms.size(), 100 * i);
        EXPECT_THAT(c.messages[i].retry_delays_ms, testing::Each(i));
    }
    core::message one_by_one;
    message_lists lists;
    std::string const encoded{"\x09\x01\0\0\0\0\0\0\0\x42\x05\x38\x07\x38\x88\x01", 16};
    ASSERT_FALSE(read_message(encoded, one_by_one, lists).found());
    EXPECT_THAT(one_by_one.retry_delays_ms, testing::ElementsAre(7, 136));
    std::string const cut{"\x09\x01\0\0\0\0\0\0\0\x42\x03\x3a\x01\x88", 14};
    EXPECT_TRUE(read_message(cut, one_by_one, lists).malformed);
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
    auto* limited = add().mutable_rate_limited();
    limited->set_until_ms(99);
    limited->set_scope(pb::HOLD_TASK);
    add().mutable_rate_limited();
    add().mutable_crashed()->set_text("signal 11");
    auto const c = command<core::settle>(frame);
    ASSERT_EQ(c.settlements.size(), 10u);
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
    auto const& held = std::get<core::verdict::rate_limited>(verdict(7));
    EXPECT_EQ(held.until.time_since_epoch().count(), 99);
    EXPECT_EQ(held.scope, core::hold_scope::task);
    EXPECT_EQ(std::get<core::verdict::rate_limited>(verdict(8)).scope, core::hold_scope::queue);
    EXPECT_EQ(std::get<core::verdict::crashed>(verdict(9)).text, "signal 11");
    limited->set_scope(pb::HOLD_PUBLISHING);
    EXPECT_THAT(refusal(frame), testing::HasSubstr("settlement 7: rate_limited.scope"));
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

TEST_F(Decode, WorkIsStartedAndMayBeAcknowledged) {
    pb::ClientFrame frame;
    frame.set_request(9);
    frame.mutable_started()->add_tokens()->set_number(3);
    EXPECT_FALSE(command<core::start>(frame).acknowledge);
    frame.mutable_started()->set_acknowledge(true);
    auto const c = command<core::start>(frame);
    EXPECT_TRUE(c.acknowledge);
    EXPECT_EQ(c.request.value, 9u);
    EXPECT_EQ(c.tokens.size(), 1u);
    frame.mutable_started()->set_acknowledge(false);
    EXPECT_FALSE(command<core::start>(frame).acknowledge);
}

} // namespace
} // namespace peyk::net
