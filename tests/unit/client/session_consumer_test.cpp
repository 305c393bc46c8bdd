// Consuming and settling against a scripted broker: what is held, what is said again, what is lost.
#include "tests/unit/client/session_script.hpp"
#include <peyk/consumer.hpp>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <future>

namespace peyk::test {
namespace {

// A client with one consumer that the peer has subscribed.
struct fixture {
    explicit fixture(consumer_options options = {.queues = {"q"}, .credit = 8})
        : owner(options_for(peer)), receiver(owner, std::move(options)) {
        peer.welcome();
        subscribed();
    }
    Frame subscribed() {
        auto const frame = peer.expect(Frame::kSubscribe);
        number = frame.subscribe().consumer();
        answer(peer, frame, [](pb::ServerFrame& reply) { reply.mutable_subscribed(); });
        return frame;
    }

    scripted_peer peer;
    client owner;
    consumer receiver;
    std::uint32_t number = 0;
};

TEST(SessionConsumer, ReceivesInOrderAndInBulk) {
    fixture f;
    auto first = f.receiver.async_receive(use_future);
    for (std::uint64_t number = 1; number <= 4; ++number)
        f.peer.deliver(f.number, number);
    EXPECT_EQ(first.get().token.number, 1u);
    std::vector<delivery> rest;
    while (rest.size() < 3)
        for (auto& each : f.receiver.receive_some(10, 3s))
            rest.push_back(std::move(each));
    EXPECT_EQ(rest[0].token.number, 2u);
    EXPECT_EQ(rest[2].token.number, 4u);
}

TEST(SessionConsumer, ABlockingReceiveTimesOutAndLosesNothing) {
    fixture f;
    EXPECT_THROW(f.receiver.receive(20ms), timeout_error);
    f.peer.deliver(f.number, 1);
    EXPECT_EQ(f.receiver.receive(3s).token.number, 1u);
}

TEST(SessionConsumer, SettlesInBatchesAndCompletesWhenTheBrokerAnswers) {
    fixture f;
    for (std::uint64_t number = 1; number <= 3; ++number)
        f.peer.deliver(f.number, number);
    std::vector<settlement> batch;
    while (batch.size() < 3)
        for (auto const& each : f.receiver.receive_some(3, 3s))
            batch.push_back({each.token, verdict::success{"1", {}}});
    f.receiver.started(batch[0].token);
    auto result = f.receiver.async_settle(batch, use_future);
    auto frame = f.peer.receive();
    if (frame.has_started())
        frame = f.peer.receive();
    ASSERT_TRUE(frame.has_settle());
    ASSERT_EQ(frame.settle().settlements_size(), 3);
    EXPECT_EQ(frame.settle().settlements(0).success().result(), "1");
    pb::ServerFrame reply;
    reply.set_request(frame.request());
    auto& refusal = *reply.mutable_settled()->add_refused();
    refusal.set_index(2);
    refusal.set_code(pb::UNKNOWN_DELIVERY);
    f.peer.send(reply);
    auto const errors = result.get();
    EXPECT_FALSE(errors[0]);
    EXPECT_FALSE(errors[1]);
    EXPECT_EQ(errors[2], errc::unknown_delivery);
    EXPECT_EQ(f.receiver.unconfirmed(), 0u);
}

TEST(SessionConsumer, NamesWhatItHoldsAfterAReconnectAndSettlesAgain) {
    fixture f;
    f.peer.deliver(f.number, 1);
    f.peer.deliver(f.number, 2);
    auto const one = f.receiver.receive(3s);
    auto const two = f.receiver.receive(3s);
    f.receiver.started(one.token);
    f.peer.expect(Frame::kStarted);
    auto settled = f.receiver.async_settle(two.token, verdict::drop{}, use_future);
    f.peer.expect(Frame::kSettle);
    f.peer.drop(); // before the answer

    auto const hello = f.peer.welcome();
    ASSERT_EQ(hello.held_size(), 2);
    for (auto const& held : hello.held())
        EXPECT_EQ(held.started(), held.number() == 1);
    auto const again = f.peer.expect(Frame::kSettle);
    EXPECT_EQ(again.settle().settlements(0).number(), 2u);
    EXPECT_TRUE(again.settle().settlements(0).has_drop());
    EXPECT_EQ(f.subscribed().subscribe().credit(), 8u);
    accept_settle(f.peer, again);
    settled.get();
}

TEST(SessionConsumer, WhatBeginsBetweenHelloAndWelcomeIsTold) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const one = f.receiver.receive(3s);
    f.peer.drop();
    f.peer.accept();
    auto const hello = f.peer.expect(Frame::kHello);
    ASSERT_EQ(hello.hello().held_size(), 1);
    EXPECT_FALSE(hello.hello().held(0).started());
    f.receiver.started(one.token);
    f.owner.introduce({{"busy", "1"}}, worker_metrics{.failed = 2, .tasks = {{"add", 3, 1500us}}});
    asio::post(f.owner.get_executor(), use_future).get(); // the client has taken both
    answer(f.peer, hello, [](pb::ServerFrame& reply) {
        *reply.mutable_welcome() = scripted_peer::make_welcome();
    });
    EXPECT_EQ(f.peer.expect(Frame::kStarted).started().tokens(0).number(), 1u);
    auto const introduced = f.peer.expect(Frame::kIntroduce).introduce();
    EXPECT_EQ(introduced.facts(0).value(), "1");
    EXPECT_EQ(introduced.metrics().failed(), 2u);
    ASSERT_EQ(introduced.metrics().tasks_size(), 1);
    EXPECT_EQ(introduced.metrics().tasks(0).task(), "add");
    EXPECT_EQ(introduced.metrics().tasks(0).ran_us(), 1500u);
    EXPECT_FALSE(introduced.metrics().has_others());
    f.peer.drop();
    f.peer.accept();
    auto const again = f.peer.expect(Frame::kHello);
    EXPECT_EQ(again.hello().metrics().failed(), 2u) << "said again";
}

TEST(SessionConsumer, ReportsWhatWasLostWhileTheConnectionWasAway) {
    std::promise<delivery_token> recalled;
    fixture f{{.queues = {"q"}, .credit = 8, .on_recalled = [&](recall const& what) {
                   recalled.set_value(what.token);
               }}};
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    f.peer.drop();
    auto welcome = scripted_peer::make_welcome();
    auto& lost = *welcome.add_lost();
    lost.set_epoch(held.token.epoch);
    lost.set_number(held.token.number);
    f.peer.welcome(welcome);
    EXPECT_EQ(recalled.get_future().get(), held.token);
    auto late = f.receiver.async_settle(held.token, verdict::drop{}, outcome);
    EXPECT_EQ(error_of(late), errc::unknown_delivery);
}

TEST(SessionConsumer, ALostDeliveryWhoseSettleIsOnItsWayIsDecidedByTheAnswer) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    auto settled = f.receiver.async_settle(held.token, verdict::drop{}, use_future);
    f.peer.expect(Frame::kSettle);
    f.peer.drop();
    auto welcome = scripted_peer::make_welcome();
    auto& lost = *welcome.add_lost(); // it is settled: the broker holds it for nobody
    lost.set_epoch(held.token.epoch);
    lost.set_number(held.token.number);
    f.peer.welcome(welcome);
    accept_settle(f.peer, f.peer.expect(Frame::kSettle));
    settled.get();
}

TEST(SessionConsumer, ARefusedSettleWithoutAHandlerGoesToTheCallback) {
    std::promise<error_code> refused;
    fixture f{{.queues = {"q"}, .credit = 8, .on_refused = [&](delivery_token, error_code error) {
                   refused.set_value(error);
               }}};
    f.peer.deliver(f.number, 1);
    f.receiver.settle(f.receiver.receive(3s).token, verdict::drop{});
    pb::ServerFrame reply;
    reply.set_request(f.peer.expect(Frame::kSettle).request());
    reply.mutable_settled()->add_refused()->set_code(pb::UNKNOWN_DELIVERY);
    f.peer.send(reply);
    EXPECT_EQ(refused.get_future().get(), errc::unknown_delivery);
}

TEST(SessionConsumer, ATooLargeResultMayBeSettledAsAFailure) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    auto first = f.receiver.async_settle(held.token, verdict::success{"huge", {}}, outcome);
    pb::ServerFrame reply;
    reply.set_request(f.peer.expect(Frame::kSettle).request());
    reply.mutable_settled()->add_refused()->set_code(pb::RESULT_TOO_LARGE);
    f.peer.send(reply);
    EXPECT_EQ(error_of(first), errc::result_too_large);
    auto second = f.receiver.async_settle(held.token, verdict::failure{{"e", "m", ""}}, use_future);
    auto const frame = f.peer.expect(Frame::kSettle);
    EXPECT_EQ(frame.settle().settlements(0).failure().error().type(), "e");
    accept_settle(f.peer, frame);
    second.get();
}

TEST(SessionConsumer, CloseHandsBackWhatNobodyReceived) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const mine = f.receiver.receive(3s);
    f.peer.deliver(f.number, 2);
    // Once this is answered delivery 2 is known to have arrived.
    auto ping = f.owner.async_status({mine.id}, use_future);
    answer(f.peer, f.peer.expect(Frame::kGet), [](pb::ServerFrame& r) { r.mutable_statuses(); });
    ping.get();
    auto waiting_for_close = f.receiver.async_close(use_future);
    auto const release = f.peer.expect(Frame::kSettle);
    ASSERT_EQ(release.settle().settlements_size(), 1);
    EXPECT_EQ(release.settle().settlements(0).number(), 2u);
    EXPECT_TRUE(release.settle().settlements(0).has_release());
    auto const unsubscribe = f.peer.expect(Frame::kUnsubscribe);
    EXPECT_EQ(waiting_for_close.wait_for(0ms), std::future_status::timeout);
    accept_settle(f.peer, release);
    answer(f.peer, unsubscribe, [](pb::ServerFrame& r) { r.mutable_unsubscribed(); });
    waiting_for_close.get();
    auto late = f.receiver.async_receive(outcome);
    EXPECT_EQ(error_of(late), errc::closed);
    // What was received can still be settled.
    auto settled = f.receiver.async_settle(mine.token, verdict::drop{}, use_future);
    accept_settle(f.peer, f.peer.expect(Frame::kSettle));
    settled.get();
}

TEST(SessionConsumer, ARefusedSubscriptionEndsTheReceives) {
    scripted_peer peer;
    client owner{options_for(peer)};
    consumer receiver{owner, {.queues = {"bad name"}}};
    auto waiting = receiver.async_receive(outcome);
    peer.welcome();
    answer(peer, peer.expect(Frame::kSubscribe), [](pb::ServerFrame& reply) {
        reply.mutable_error()->set_code(pb::INVALID_QUEUE_NAME);
    });
    EXPECT_EQ(error_of(waiting), errc::invalid_queue_name);
}

TEST(SessionConsumer, ASubscriptionThatWasLostOutlivesTheTimeOfRequests) {
    scripted_peer peer;
    auto options = options_for(peer);
    options.request_timeout = 50ms;
    client owner{options};
    consumer receiver{owner, {.queues = {"q"}}};
    auto waiting = receiver.async_receive(use_future);
    peer.welcome();
    peer.expect(Frame::kSubscribe);
    peer.drop();
    auto later = owner.async_ping(outcome); // its time is over after that of the subscription
    EXPECT_EQ(error_of(later), errc::unreachable);
    peer.welcome();
    auto const again = peer.expect(Frame::kSubscribe);
    answer(peer, again, [](pb::ServerFrame& reply) { reply.mutable_subscribed(); });
    peer.deliver(again.subscribe().consumer(), 1);
    EXPECT_EQ(waiting.get().token.number, 1u);
}

TEST(SessionConsumer, CreditFollowsPauseAndResume) {
    fixture f;
    f.receiver.pause();
    EXPECT_EQ(f.peer.expect(Frame::kCredit).credit().credit(), 0u);
    f.receiver.resume();
    EXPECT_EQ(f.peer.expect(Frame::kCredit).credit().credit(), 8u);
}

TEST(SessionConsumer, ARecalledDeliveryThatNobodyReceivedIsForgotten) {
    fixture f;
    f.peer.deliver(f.number, 1);
    f.peer.deliver(f.number, 2);
    pb::ServerFrame recall;
    auto& token = *recall.mutable_recall()->add_tokens();
    token.set_epoch(1);
    token.set_number(1);
    f.peer.send(recall);
    auto ping = f.owner.async_status({message_id::make()}, use_future);
    answer(f.peer, f.peer.expect(Frame::kGet), [](pb::ServerFrame& r) { r.mutable_statuses(); });
    ping.get();
    EXPECT_EQ(f.receiver.receive(3s).token.number, 2u);
}

TEST(SessionConsumer, ARecallSaysWhetherToTerminate) {
    std::promise<bool> terminate;
    fixture f{{.queues = {"q"}, .credit = 8, .on_recalled = [&](recall const& what) {
                   EXPECT_EQ(what.reason, "cancelled");
                   terminate.set_value(what.terminate);
               }}};
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    pb::ServerFrame frame;
    auto& token = *frame.mutable_recall()->add_tokens();
    token.set_epoch(held.token.epoch);
    token.set_number(held.token.number);
    frame.mutable_recall()->set_reason("cancelled");
    frame.mutable_recall()->set_terminate(true);
    f.peer.send(frame);
    EXPECT_TRUE(terminate.get_future().get());
    // It is over: nothing more is said of it.
    auto report = f.receiver.async_report(held.token, {.log = "late\n"}, outcome);
    EXPECT_EQ(error_of(report), errc::unknown_delivery);
}

TEST(SessionConsumer, ReportsGoBeforeTheSettlementAlsoAfterAReconnect) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    auto reported = f.receiver.async_report(
        held.token,
        {.progress = progress{1, 2, "half"}, .checkpoint = "here", .log = "a line\xff\n"},
        use_future);
    auto settled = f.receiver.async_settle(held.token, verdict::drop{}, use_future);
    f.peer.expect(Frame::kReport);
    f.peer.expect(Frame::kSettle);
    f.peer.drop();
    f.peer.welcome();
    auto const again = f.peer.expect(Frame::kReport);
    EXPECT_EQ(again.report().number(), held.token.number);
    EXPECT_EQ(again.report().progress().text(), "half");
    EXPECT_EQ(again.report().checkpoint(), "here");
    EXPECT_EQ(again.report().log(), "a line\xef\xbf\xbd\n"); // text of the wire is UTF-8
    auto const settle = f.peer.expect(Frame::kSettle);
    f.subscribed();
    answer(f.peer, again, [](pb::ServerFrame& reply) { reply.mutable_reported(); });
    accept_settle(f.peer, settle);
    reported.get();
    settled.get();
}

TEST(SessionConsumer, AnEarlyAcknowledgementIsSentUntilItIsAnswered) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    auto acknowledged = f.receiver.async_acknowledge(held.token, use_future);
    EXPECT_TRUE(f.peer.expect(Frame::kStarted).started().acknowledge());
    f.peer.drop();
    f.peer.welcome();
    auto const again = f.peer.expect(Frame::kStarted);
    ASSERT_EQ(again.started().tokens_size(), 1);
    EXPECT_EQ(again.started().tokens(0).number(), held.token.number);
    f.subscribed();
    answer(f.peer, again, [](pb::ServerFrame& reply) { reply.mutable_acknowledged(); });
    acknowledged.get();
}

TEST(SessionConsumer, AnEarlyAcknowledgementOfALostDeliveryIsRefused) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    auto refused = f.receiver.async_acknowledge(held.token, outcome);
    auto const frame = f.peer.expect(Frame::kStarted);
    answer(f.peer, frame, [](pb::ServerFrame& reply) {
        reply.mutable_acknowledged()->add_refused()->set_code(pb::UNKNOWN_DELIVERY);
    });
    EXPECT_EQ(error_of(refused), errc::unknown_delivery);
    auto const unheard = delivery_token{held.token.epoch, held.token.number + 1};
    auto unknown = f.receiver.async_acknowledge(unheard, outcome);
    EXPECT_EQ(error_of(unknown), errc::unknown_delivery);
}

TEST(SessionConsumer, ADeliveryBringsCheckpointAndLineage) {
    fixture f;
    pb::ServerFrame frame;
    auto& one = *frame.mutable_deliver()->add_deliveries();
    one.set_consumer(f.number);
    one.set_number(9);
    one.set_checkpoint("from before");
    one.set_root_low(1);
    one.set_parent_low(2);
    f.peer.send(frame);
    auto const got = f.receiver.receive(3s);
    EXPECT_EQ(got.checkpoint, "from before");
    EXPECT_EQ(got.root, (message_id{0, 1}));
    EXPECT_EQ(got.parent, (message_id{0, 2}));
}

TEST(SessionConsumer, AResultNoFrameCanHoldIsRefusedHere) {
    fixture f;
    f.peer.deliver(f.number, 1);
    auto const held = f.receiver.receive(3s);
    // Sent, it would end the connection, and be sent again on the next one for ever.
    std::string const huge(2u << 20, 'x');
    auto first = f.receiver.async_settle(held.token, verdict::success{huge, {}}, outcome);
    EXPECT_EQ(error_of(first), errc::result_too_large);
    auto second = f.receiver.async_settle(held.token, verdict::failure{{"e", "m", ""}}, use_future);
    accept_settle(f.peer, f.peer.expect(Frame::kSettle));
    second.get();
}

} // namespace
} // namespace peyk::test
