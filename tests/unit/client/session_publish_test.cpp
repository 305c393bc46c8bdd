// Publishing against a scripted broker: coalescing, refusals, timeouts, and what is sent again.
#include "tests/unit/client/session_script.hpp"
#include <peyk/client.hpp>

#include <gtest/gtest.h>

#include <future>

namespace peyk::test {
namespace {

message plain(std::string body) {
    message what;
    what.queue = "q";
    what.content.body = std::move(body);
    return what;
}

TEST(SessionPublish, IsConfirmedByTheBroker) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const what = plain("hello");
    auto result = client.async_publish(what, use_future);
    auto const hello = peer.welcome();
    EXPECT_FALSE(hello.resume());
    auto const frame = peer.expect(Frame::kPublish);
    ASSERT_EQ(frame.publish().messages_size(), 1);
    EXPECT_EQ(frame.publish().messages(0).queue(), "q");
    EXPECT_EQ(frame.publish().first_sequence(), 1u);
    EXPECT_EQ(frame.publish().answered_below(), 1u);
    EXPECT_EQ(result.wait_for(0ms), std::future_status::timeout);
    peer.confirm(frame);
    auto const id = result.get();
    EXPECT_EQ(id.high, frame.publish().messages(0).id_high());
    EXPECT_EQ(id.low, frame.publish().messages(0).id_low());
}

TEST(SessionPublish, CoalescesWhatCameBeforeTheConnectionUpToTheBatchLimit) {
    scripted_peer peer;
    client client{options_for(peer)};
    std::vector<std::future<message_id>> results;
    for (int i = 0; i < 150; ++i)
        results.push_back(client.async_publish(plain("x"), use_future));
    peer.welcome();
    auto const first = peer.expect(Frame::kPublish);
    auto const second = peer.expect(Frame::kPublish);
    EXPECT_EQ(first.publish().messages_size(), 100); // publish_batch_max of the Welcome
    EXPECT_EQ(second.publish().messages_size(), 50);
    EXPECT_EQ(second.publish().first_sequence(), 101u);
    peer.confirm(second); // answers may come in any order
    peer.confirm(first);
    for (auto& result : results)
        EXPECT_FALSE(result.get().is_nil());
}

TEST(SessionPublish, RefusalsNameTheirMessageAndLimit) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto results =
        client.async_publish(std::vector{plain("a"), plain("b"), plain("c")}, use_future);
    peer.welcome();
    auto const frame = peer.expect(Frame::kPublish);
    pb::ServerFrame reply;
    reply.set_request(frame.request());
    auto& refusal = *reply.mutable_published()->add_refused();
    refusal.set_index(1);
    refusal.set_code(pb::MEMORY_FULL);
    refusal.set_message("come back later");
    refusal.set_limit("memory_bytes_max");
    peer.send(reply);
    auto const answered = results.get();
    ASSERT_EQ(answered.size(), 3u);
    EXPECT_FALSE(answered[0].error);
    EXPECT_EQ(answered[1].error, errc::memory_full);
    EXPECT_EQ(answered[1].limit, "memory_bytes_max");
    EXPECT_EQ(answered[1].detail, "come back later");
    EXPECT_FALSE(answered[2].error);
}

TEST(SessionPublish, IsSentAgainWithItsSequenceAfterAReconnect) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto first = client.async_publish(plain("1"), use_future);
    auto const hello = peer.welcome();
    peer.confirm(peer.expect(Frame::kPublish));
    first.get();
    auto second = client.async_publish(plain("2"), use_future);
    auto const before = peer.expect(Frame::kPublish);
    auto third = client.async_publish(plain("3"), use_future);
    peer.expect(Frame::kPublish);
    peer.drop();

    auto const again = peer.welcome();
    EXPECT_TRUE(again.resume());
    EXPECT_EQ(again.session_high(), hello.session_high());
    EXPECT_EQ(again.session_low(), hello.session_low());
    auto const after = peer.expect(Frame::kPublish);
    ASSERT_EQ(after.publish().messages_size(), 2);
    EXPECT_EQ(after.publish().first_sequence(), 2u);
    EXPECT_EQ(after.publish().answered_below(), 2u);
    EXPECT_EQ(after.publish().messages(0).SerializeAsString(),
              before.publish().messages(0).SerializeAsString());
    peer.confirm(after);
    second.get();
    third.get();
}

// Where the connection can break between connecting and the confirm.
enum class step { accepted, greeted, welcomed, published, half_confirmed };

class SessionPublishBreaking : public testing::TestWithParam<step> {};

TEST_P(SessionPublishBreaking, EndsConfirmedAllTheSame) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_publish(plain("x"), use_future);
    auto const until = [&](step what) {
        return GetParam() == what;
    };
    peer.accept();
    if (!until(step::accepted)) {
        auto const hello = peer.expect(Frame::kHello);
        if (!until(step::greeted)) {
            pb::ServerFrame reply;
            reply.set_request(hello.request());
            *reply.mutable_welcome() = scripted_peer::make_welcome();
            peer.send(reply);
        }
        if (until(step::published) || until(step::half_confirmed)) {
            pb::ServerFrame confirm;
            confirm.set_request(peer.expect(Frame::kPublish).request());
            confirm.mutable_published();
            auto const bytes = bytes_of(confirm);
            if (until(step::half_confirmed))
                peer.send_bytes(std::string_view{bytes}.substr(0, bytes.size() - 1));
        }
    }
    peer.drop();
    peer.welcome();
    auto const frame = peer.expect(Frame::kPublish);
    EXPECT_EQ(frame.publish().first_sequence(), 1u);
    peer.confirm(frame);
    EXPECT_FALSE(result.get().is_nil());
}

INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         SessionPublishBreaking,
                         testing::Values(step::accepted,
                                         step::greeted,
                                         step::welcomed,
                                         step::published,
                                         step::half_confirmed));

TEST(SessionPublish, TimesOutWithoutAnAnswerAndIsUnreachableWithoutAConnection) {
    scripted_peer peer;
    auto options = options_for(peer);
    options.publish_timeout = 100ms;
    client connected{options};
    auto first = connected.async_publish(plain("x"), outcome);
    peer.welcome();
    EXPECT_EQ(error_of(first), errc::timeout);

    options.url = "127.0.0.1:1"; // nobody listens there
    client alone{options};
    auto second = alone.async_publish(plain("x"), outcome);
    EXPECT_EQ(error_of(second), errc::unreachable);
    EXPECT_THROW(alone.publish(plain("x")), error);
}

TEST(SessionPublish, IsRefusedOverTheInFlightLimit) {
    scripted_peer peer;
    auto options = options_for(peer);
    options.in_flight_max = 2;
    client client{options};
    auto first = client.async_publish(plain("1"), use_future);
    auto second = client.async_publish(plain("2"), use_future);
    auto third = client.async_publish(plain("3"), outcome);
    EXPECT_EQ(error_of(third), errc::in_flight_exceeded);
    // A blocking publish waits for room.
    auto fourth = std::async(std::launch::async, [&] { return client.publish(plain("4")); });
    peer.welcome();
    peer.confirm(peer.expect(Frame::kPublish));
    first.get();
    second.get();
    peer.confirm(peer.expect(Frame::kPublish));
    EXPECT_FALSE(fourth.get().is_nil());
}

TEST(SessionPublish, IsRefusedHereWhenNoFrameCouldHoldIt) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto large = client.async_publish(plain(std::string(2u << 20, 'x')), outcome);
    auto small = client.async_publish(plain("x"), use_future);
    peer.welcome();
    EXPECT_EQ(error_of(large), errc::message_too_large);
    peer.confirm(peer.expect(Frame::kPublish));
    EXPECT_FALSE(small.get().is_nil());
}

TEST(SessionPublish, OneFrameTooMalformedEndsAConnectionNotTheSession) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_publish(plain("x"), use_future);
    peer.welcome();
    peer.expect(Frame::kPublish);
    peer.send_bytes(std::string_view{"\xff\xff\xff\xff", 4});
    peer.welcome();
    peer.confirm(peer.expect(Frame::kPublish));
    EXPECT_FALSE(result.get().is_nil());
}

} // namespace
} // namespace peyk::test
