// Whatever one client sends, it is told what is wrong or its session ends, and others are served.

#include "tests/integration/running_broker.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>

namespace peyk::test {
namespace {

class BadInput : public RunningBroker {};

TEST_F(BadInput, RandomBytes) {
    std::mt19937 numbers{20'250'101};
    for (int round = 0; round < 50; ++round) {
        wire_client client{broker.port()};
        std::string bytes(1 + numbers() % 2000, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(numbers());
        client.send_bytes(bytes);
        client.end_sending();
        while (client.receive()) {
        }
    }
    expect_it_serves();
}

TEST_F(BadInput, RandomBytesInsideFramesOfAnOpenSession) {
    std::mt19937 numbers{20'250'102};
    for (int round = 0; round < 50; ++round) {
        wire_client client{broker.port()};
        (void)client.hello();
        std::string payload(1 + numbers() % 200, '\0');
        for (auto& byte : payload)
            byte = static_cast<char>(numbers());
        std::string bytes;
        peyk::wire::append_frame_header(bytes, payload.size());
        client.send_bytes(bytes + payload);
        client.end_sending();
        while (client.receive()) {
        }
    }
    expect_it_serves();
}

TEST_F(BadInput, TruncatedFrame) {
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame frame;
    *frame.mutable_publish()->add_messages() = make_message("q", "content");
    auto const bytes = bytes_of(frame);
    client.send_bytes(std::string_view{bytes}.substr(0, bytes.size() - 3));
    client.end_sending();
    EXPECT_FALSE(client.receive());
    expect_it_serves();
}

TEST_F(BadInput, LengthOfFourGigabytes) {
    wire_client client{broker.port()};
    client.send_bytes("\xff\xff\xff\xff and some");
    expect_closed(client, pb::FRAME_TOO_LARGE);
    expect_it_serves();
}

TEST_F(BadInput, EmptyFrame) {
    wire_client client{broker.port()};
    client.send_bytes(std::string_view{"\0\0\0\0", 4});
    expect_closed(client, pb::MALFORMED_FRAME);
    expect_it_serves();
}

TEST_F(BadInput, WrongVersion) {
    wire_client client{broker.port()};
    pb::ClientFrame frame;
    *frame.mutable_hello() = wire_client::make_hello();
    frame.mutable_hello()->set_version_min(2);
    frame.mutable_hello()->set_version_max(2);
    client.send(frame);
    expect_closed(client, pb::VERSION_UNSUPPORTED);
    expect_it_serves();
}

TEST_F(BadInput, FrameBeforeHello) {
    wire_client client{broker.port()};
    pb::ClientFrame frame;
    frame.mutable_ping();
    client.send(frame);
    expect_closed(client, pb::HELLO_EXPECTED);
    expect_it_serves();
}

TEST_F(BadInput, SecondHello) {
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame frame;
    *frame.mutable_hello() = wire_client::make_hello();
    client.send(frame);
    expect_closed(client, pb::HELLO_REPEATED);
    expect_it_serves();
}

TEST_F(BadInput, SessionWithoutAnId) {
    wire_client client{broker.port()};
    pb::ClientFrame frame;
    frame.mutable_hello()->set_version_min(1);
    frame.mutable_hello()->set_version_max(1);
    client.send(frame);
    expect_closed(client, pb::INVALID_ARGUMENT);
}

TEST_F(BadInput, SettleForTheLeaseOfAnother) {
    wire_client holder{broker.port()};
    (void)holder.hello();
    (void)holder.publish("q", "content");
    holder.subscribe("q", 1);
    auto const delivery = holder.expect(pb::ServerFrame::kDeliver).deliver().deliveries(0);

    pb::ClientFrame settle;
    auto& settlement = *settle.mutable_settle()->add_settlements();
    settlement.set_epoch(delivery.epoch());
    settlement.set_number(delivery.number());
    settlement.mutable_drop();
    wire_client thief{broker.port()};
    (void)thief.hello();
    auto const refused = thief.ask(settle).settled();
    ASSERT_EQ(refused.refused_size(), 1);
    EXPECT_EQ(refused.refused(0).code(), pb::UNKNOWN_DELIVERY);
    EXPECT_EQ(holder.ask(settle).settled().refused_size(), 0);
}

TEST_F(BadInput, OversizedContent) {
    wire_client client{broker.port()};
    (void)client.hello();
    auto const refused = client.publish("q", std::string((4u << 20) + 1, 'x'));
    ASSERT_EQ(refused.refused_size(), 1);
    EXPECT_EQ(refused.refused(0).code(), pb::MESSAGE_TOO_LARGE);
    EXPECT_EQ(refused.refused(0).limit(), "content_bytes_max");
    EXPECT_EQ(client.publish("q", std::string(4u << 20, 'x')).refused_size(), 0);
}

TEST_F(BadInput, UnknownConsumer) {
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame frame;
    frame.mutable_credit()->set_consumer(99);
    frame.mutable_credit()->set_credit(1);
    auto const answer = client.ask(frame);
    EXPECT_EQ(answer.error().code(), pb::UNKNOWN_CONSUMER);
    EXPECT_FALSE(answer.error().fatal());
    EXPECT_EQ(client.publish("q", "still here").refused_size(), 0);
}

TEST_F(BadInput, QueueNameThatIsNone) {
    wire_client client{broker.port()};
    (void)client.hello();
    auto const refused = client.publish("a queue!", "content");
    ASSERT_EQ(refused.refused_size(), 1);
    EXPECT_EQ(refused.refused(0).code(), pb::INVALID_QUEUE_NAME);
}

// Each is refused alone, whatever else is in its frame.
TEST_F(BadInput, UniqueKeysThatAreNone) {
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame frame;
    auto const add = [&](pb::UniqueUntil until, std::string const& key) {
        auto& m = *frame.mutable_publish()->add_messages();
        m.set_id_high(1);
        m.set_id_low(static_cast<std::uint64_t>(frame.publish().messages_size()));
        m.mutable_unique()->set_key(key);
        m.mutable_unique()->set_until(until);
    };
    add(pb::UNTIL_FINISH, "good");
    add(pb::UNTIL_FINISH, std::string(201, 'k'));
    add(pb::UNTIL_FINISH, "");
    add(pb::UNTIL_TTL, "without a ttl");
    add(pb::UNTIL_FINISH, std::string(200, 'k'));
    auto const answer = client.ask(frame);
    ASSERT_TRUE(answer.has_published()) << answer.ShortDebugString();
    auto const& refused = answer.published().refused();
    ASSERT_EQ(refused.size(), 3);
    char const* const fields[] = {"unique.key", "unique.key", "unique.ttl_s"};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(refused.Get(i).index(), static_cast<std::uint32_t>(i + 1));
        EXPECT_EQ(refused.Get(i).code(), pb::INVALID_ARGUMENT);
        EXPECT_THAT(refused.Get(i).message(), testing::HasSubstr(fields[i]));
    }
}

TEST_F(BadInput, UnknownQueueAndUnknownQuestion) {
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame frame;
    frame.mutable_control()->mutable_list_queues()->set_name("nowhere");
    EXPECT_EQ(client.ask(frame).error().code(), pb::UNKNOWN_QUEUE);
    frame.Clear();
    frame.mutable_control();
    EXPECT_EQ(client.ask(frame).error().code(), pb::UNSUPPORTED);
}

TEST_F(BadInput, SessionThatIsTakenOver) {
    auto const hello = wire_client::make_hello();
    wire_client first{broker.port()};
    (void)first.hello(hello);
    wire_client second{broker.port()};
    auto resumed = hello;
    resumed.set_resume(true);
    EXPECT_TRUE(second.hello(resumed).resumed());
    expect_closed(first, pb::SESSION_SUPERSEDED);
    EXPECT_EQ(second.publish("q", "mine now").refused_size(), 0);
}

class BadInputWithNarrowLimits : public RunningBroker {
protected:
    BadInputWithNarrowLimits() : RunningBroker({"--sync", "never"}, narrow()) {}

    static std::vector<broker_process::variable> narrow() {
        return {{"PEYK_LIMITS_CONNECTIONS_MAX", "3"},
                {"PEYK_SESSIONS_HANDSHAKE_MS", "200"},
                {"PEYK_SESSIONS_LINGER_MS", "200"},
                {"PEYK_SESSIONS_HEARTBEAT_MS", "100"}};
    }
};

TEST_F(BadInputWithNarrowLimits, TooManyConnections) {
    std::vector<std::unique_ptr<wire_client>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<wire_client>(broker.port()));
        (void)clients.back()->hello();
    }
    wire_client one_more{broker.port()};
    expect_closed(one_more, pb::TOO_MANY_CONNECTIONS);
    EXPECT_EQ(clients.front()->publish("q", "served").refused_size(), 0);
    clients.clear();
    expect_it_serves();
}

TEST_F(BadInputWithNarrowLimits, NoHello) {
    wire_client client{broker.port()};
    expect_closed(client, pb::HANDSHAKE_TIMEOUT);
    expect_it_serves();
}

TEST_F(BadInputWithNarrowLimits, HalfOpenClientThatMissesItsHeartbeats) {
    wire_client silent{broker.port()};
    EXPECT_EQ(silent.hello().heartbeat_ms(), 100u);
    expect_closed(silent, pb::HEARTBEAT_MISSED);
    expect_it_serves();
}

class BadInputWithASmallOutbox : public RunningBroker {
protected:
    BadInputWithASmallOutbox()
        : RunningBroker({"--sync", "never", "--log-level", "debug"},
                        {{"PEYK_SESSIONS_LINGER_MS", "200"},
                         {"PEYK_SESSIONS_GRACE_MS", "0"},
                         {"PEYK_SESSIONS_OUTBOX_HIGH_BYTES", "64KiB"},
                         {"PEYK_SESSIONS_OUTBOX_BYTES_MAX", "4MiB"}}) {}
};

TEST_F(BadInputWithASmallOutbox, SlowReader) {
    // Without reading, a client asks for more than the outbox and the sockets hold.
    wire_client slow{broker.port(), 4096};
    (void)slow.hello();
    slow.subscribe("large", 100);
    wire_client publisher{broker.port()};
    (void)publisher.hello();
    std::string const content(1u << 20, 'x');
    for (int i = 0; i < 16; ++i)
        EXPECT_EQ(publisher.publish("large", content).refused_size(), 0);
    // The session was given up: what it held goes to somebody else.
    publisher.subscribe("large", 16);
    int taken = 0;
    while (taken < 1)
        taken += publisher.expect(pb::ServerFrame::kDeliver).deliver().deliveries_size();
    EXPECT_THAT(broker.log(), testing::HasSubstr("slow_reader"));
    expect_it_serves();
}

} // namespace
} // namespace peyk::test
