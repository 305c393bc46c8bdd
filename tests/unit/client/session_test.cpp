// Opening, keeping and ending a session; asking, waiting and watching, against a scripted broker.
#include "tests/unit/client/session_script.hpp"
#include <peyk/async_result.hpp>
#include <peyk/client.hpp>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <string>

namespace peyk::test {
namespace {

void push_update(scripted_peer& peer,
                 Frame const& watch,
                 pb::State state,
                 bool last,
                 std::uint32_t attempts = 0) {
    pb::ServerFrame frame;
    frame.set_request(watch.request());
    auto& update = *frame.mutable_update();
    update.set_last(last);
    auto& status = *update.mutable_status();
    status.set_id_high(watch.watch().ids(0).high());
    status.set_id_low(watch.watch().ids(0).low());
    status.set_state(state);
    status.set_attempts(attempts);
    if (state == pb::SUCCESS)
        status.set_result("42");
    peer.send(frame);
}

pb::Welcome with_short_heartbeat() {
    auto welcome = scripted_peer::make_welcome();
    welcome.set_heartbeat_ms(20);
    return welcome;
}

TEST(Session, TellsTheBrokerWhoItIs) {
    scripted_peer peer;
    auto options = options_for(peer);
    options.name = "tester";
    options.tasks = {"a", "b"};
    options.labels = {{"zone", "eu"}};
    client client{options};
    auto const hello = make_ready(client, peer);
    EXPECT_TRUE(client.is_connected());
    EXPECT_EQ(hello.name(), "tester");
    EXPECT_EQ(hello.tasks_size(), 2);
    EXPECT_EQ(hello.labels().at("zone"), "eu");
    EXPECT_EQ(hello.version_max(), 1u);
}

TEST(Session, GivesUpForGoodWhenTheVersionDoesNotFit) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto ready = client.async_ready(outcome);
    peer.accept();
    pb::ServerFrame reply;
    reply.set_request(peer.expect(Frame::kHello).request());
    reply.mutable_error()->set_code(pb::VERSION_UNSUPPORTED);
    reply.mutable_error()->set_fatal(true);
    peer.send(reply);
    EXPECT_EQ(error_of(ready), errc::version_unsupported);
    auto later = client.async_ping(outcome);
    EXPECT_EQ(error_of(later), errc::version_unsupported);
}

// What could not be read would be sent again, and end each connection to come.
TEST(Session, EndsForGoodWhenTheBrokerCannotReadIt) {
    scripted_peer peer;
    client client{options_for(peer)};
    message what;
    what.content.body = "x";
    auto published = client.async_publish(what, outcome);
    peer.welcome();
    peer.expect(Frame::kPublish);
    pb::ServerFrame reply;
    reply.mutable_error()->set_code(pb::MALFORMED_FRAME);
    reply.mutable_error()->set_fatal(true);
    peer.send(reply);
    EXPECT_EQ(error_of(published), errc::malformed_frame);
    auto later = client.async_ping(outcome);
    EXPECT_EQ(error_of(later), errc::malformed_frame);
    EXPECT_FALSE(client.is_connected());
}

TEST(Session, FollowsARedirectWithTheSameSession) {
    scripted_peer first;
    scripted_peer second;
    client client{options_for(first)};
    auto ready = client.async_ready(use_future);
    first.accept();
    auto const hello = first.expect(Frame::kHello);
    pb::ServerFrame reply;
    reply.set_request(hello.request());
    reply.mutable_redirect()->set_url(second.url());
    first.send(reply);
    auto const again = second.welcome();
    ready.get();
    EXPECT_EQ(again.session_low(), hello.hello().session_low());
}

TEST(Session, TriesTheNextAddressWhenOneIsDead) {
    scripted_peer peer;
    auto options = options_for(peer);
    options.url = "127.0.0.1:1," + peer.url();
    client client{options};
    make_ready(client, peer);
}

TEST(Session, ReconnectsWhenTheBrokerFallsSilent) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer, with_short_heartbeat());
    // The peer answers no ping: after three heartbeats the client comes back by itself.
    EXPECT_TRUE(peer.welcome().resume());
}

// Frames that are not answered are no signs of life of the broker.
TEST(Session, PingsWhileItSpeaksWithoutAnAnswer) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer, with_short_heartbeat());
    for (int said = 0;; ++said) {
        client.introduce({{"said", std::to_string(said)}});
        auto const frame = peer.receive_any();
        if (frame.body_case() == Frame::kPing)
            break;
        ASSERT_EQ(frame.body_case(), Frame::kIntroduce);
    }
}

TEST(Session, TellsWhenTheBrokerComesAndGoes) {
    scripted_peer peer;
    client client{options_for(peer)};
    std::array<std::promise<error_code>, 3> told;
    client.on_connection(
        [&, at = 0U](error_code error) mutable { told.at(at++).set_value(error); });
    make_ready(client, peer);
    EXPECT_EQ(told[0].get_future().get(), error_code{});
    peer.drop();
    EXPECT_TRUE(told[1].get_future().get());
    peer.welcome();
    EXPECT_EQ(told[2].get_future().get(), error_code{});
}

TEST(Session, SaysGoodbyeWhenClosed) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer);
    auto waiting = client.async_wait(message_id::make(), std::nullopt, outcome);
    peer.expect(Frame::kWatch);
    auto closed = client.async_close(use_future);
    auto const goodbye = peer.expect(Frame::kGoodbye);
    EXPECT_FALSE(goodbye.goodbye().keep_session());
    peer.drop();
    closed.get();
    EXPECT_EQ(error_of(waiting), errc::closed);
    auto later = client.async_ping(outcome);
    EXPECT_EQ(error_of(later), errc::closed);
}

TEST(Session, RequestsAreAskedAgainAfterAReconnect) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const id = message_id::make();
    auto result = client.async_status({id}, use_future);
    peer.welcome();
    peer.expect(Frame::kGet);
    peer.drop();
    peer.welcome();
    pb::ServerFrame reply;
    reply.set_request(peer.expect(Frame::kGet).request());
    auto& status = *reply.mutable_statuses()->add_statuses();
    status.set_state(pb::STARTED);
    status.set_worker("w1");
    peer.send(reply);
    auto const found = result.get();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].state, state::started);
    EXPECT_EQ(found[0].worker, "w1");
}

TEST(Session, ARefusedRequestCompletesWithTheBrokersCode) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_queue("q", outcome);
    peer.welcome();
    pb::ServerFrame reply;
    reply.set_request(peer.expect(Frame::kControl).request());
    reply.mutable_error()->set_code(pb::UNKNOWN_QUEUE);
    peer.send(reply);
    EXPECT_EQ(error_of(result), errc::unknown_queue);
}

TEST(Session, QueuesAreListedOverAllPages) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_queues(use_future);
    peer.welcome();
    for (std::string const name : {"a", "b"}) {
        auto const ask = peer.expect(Frame::kControl);
        EXPECT_EQ(ask.control().list_queues().after(), name == "a" ? "" : "a");
        pb::ServerFrame reply;
        reply.set_request(ask.request());
        auto& queues = *reply.mutable_control()->mutable_queues();
        queues.add_queues()->set_name(name);
        queues.set_more(name == "a");
        peer.send(reply);
    }
    auto const found = result.get();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].name, "b");
}

TEST(Session, WaitsForOneMessageShareAWatchAndSurviveAReconnect) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const id = message_id::make();
    auto first = client.async_wait(id, std::nullopt, use_future);
    auto second = client.async_wait(id, std::nullopt, use_future);
    peer.welcome();
    auto const watch = peer.expect(Frame::kWatch);
    EXPECT_EQ(watch.watch().ids_size(), 1);
    EXPECT_TRUE(watch.watch().until_final());
    peer.drop();
    peer.welcome();
    auto const again = peer.expect(Frame::kWatch);
    push_update(peer, again, pb::RETRY, false); // not final: nobody is told
    push_update(peer, again, pb::SUCCESS, true);
    EXPECT_EQ(first.get().result, "42");
    EXPECT_EQ(second.get().state, state::success);
}

TEST(Session, AWaitThatTimesOutEndsItsWatch) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer); // so that the watch is sent in the turn that begins the wait
    auto result = client.async_wait(message_id::make(), 1ms, outcome);
    auto const watch = peer.expect(Frame::kWatch);
    EXPECT_EQ(error_of(result), errc::timeout);
    EXPECT_EQ(peer.expect(Frame::kUnwatch).unwatch().watch(), watch.request());
}

TEST(Session, AWatcherSeesEachChangeOnce) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto watcher = client.watch(message_id::make());
    peer.welcome();
    auto watch = peer.expect(Frame::kWatch);
    push_update(peer, watch, pb::PENDING, false);
    push_update(peer, watch, pb::STARTED, false);
    EXPECT_EQ(watcher.next(3s)->state, state::pending);
    EXPECT_EQ(watcher.next(3s)->state, state::started);
    peer.drop();
    peer.welcome();
    watch = peer.expect(Frame::kWatch);
    push_update(peer, watch, pb::STARTED, false); // known already
    push_update(peer, watch, pb::RETRY, false, 1);
    push_update(peer, watch, pb::SUCCESS, true, 1);
    EXPECT_EQ(watcher.next(3s)->state, state::retry);
    EXPECT_EQ(watcher.next(3s)->state, state::success);
    EXPECT_FALSE(watcher.next(3s));
}

// The Welcome's publish_batch_max of 100 holds for ids too.
TEST(Session, AWatcherOfManyMessagesAsksInSlices) {
    scripted_peer peer;
    client client{options_for(peer)};
    std::vector<message_id> ids;
    for (int i = 0; i < 250; ++i)
        ids.push_back(message_id::make());
    auto watcher = client.watch(ids);
    peer.welcome();
    for (auto const count : {100, 100, 50})
        EXPECT_EQ(peer.expect(Frame::kWatch).watch().ids_size(), count);
    peer.drop();
    peer.welcome();
    std::vector<Frame> watches;
    for (auto const count : {100, 100, 50}) { // each once, also on a new connection
        watches.push_back(peer.expect(Frame::kWatch));
        EXPECT_EQ(watches.back().watch().ids_size(), count);
    }
    push_update(peer, watches[2], pb::SUCCESS, false);
    EXPECT_EQ(watcher.next(3s)->id, ids[200]);
    watcher.close();
    for (auto const& watch : watches)
        EXPECT_EQ(peer.expect(Frame::kUnwatch).unwatch().watch(), watch.request());
}

TEST(Session, ARefusedSliceEndsTheWatcher) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto watcher = client.watch(std::vector<message_id>(101, message_id::make()));
    auto next = watcher.async_next(outcome);
    peer.welcome();
    auto const first = peer.expect(Frame::kWatch);
    auto const second = peer.expect(Frame::kWatch);
    refuse(peer, second, pb::TOO_MANY_WATCHES);
    EXPECT_EQ(error_of(next), errc::too_many_watches);
    EXPECT_EQ(peer.expect(Frame::kUnwatch).unwatch().watch(), first.request());
}

TEST(Session, ABlockingCallOnTheClientsThreadIsRefused) {
    scripted_peer peer;
    client client{options_for(peer)};
    std::promise<error_code> caught;
    client.async_ready([&](error_code) {
        try {
            client.ping();
        } catch (error const& e) {
            caught.set_value(e.code());
        }
    });
    peer.welcome();
    EXPECT_EQ(caught.get_future().get(), errc::would_deadlock);
}

TEST(Session, RunsOnTheExecutorOfItsCaller) {
    scripted_peer peer;
    asio::io_context context;
    client client{context.get_executor(), options_for(peer)};
    error_code result = errc::timeout;
    client.async_ready([&](error_code error) {
        result = error;
        context.stop();
    });
    auto broker = std::async(std::launch::async, [&] { peer.welcome(); });
    context.run_for(5s);
    broker.get();
    EXPECT_FALSE(result);
}

TEST(Session, UrlsThatMakeNoSenseAreRefusedAtOnce) {
    for (auto const* url : {"", "http://x", "peyk://", "peyk://x:0", "x:99999", "x:7420y", "[::1"})
        EXPECT_THROW(client{url}, error) << url;
}

} // namespace
} // namespace peyk::test
