#include "broker/net/session_protocol.hpp"
#include "tests/unit/net/server_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::net {
namespace {

using namespace std::string_literals;
using test::pb::ClientFrame;
using test::pb::ServerFrame;

constexpr core::session_id our_session{7, 9};

// Remembers what was asked, by name.
struct recorder final : request_handler {
    std::vector<std::string> calls;

    void on_hello(core::connect const& what) override {
        calls.push_back("hello " + std::string{what.name});
    }
    void on_command(core::any_command const& what) override {
        calls.push_back("command " + std::to_string(what.index()));
    }
    void on_question(core::request_id, any_question const&) override {
        calls.push_back("question");
    }
    void on_goodbye(bool keep_session) override {
        calls.push_back(keep_session ? "goodbye, keep" : "goodbye");
    }
};

class SessionProtocol : public testing::Test {
protected:
    std::optional<problem> receive(ClientFrame const& frame) {
        return receive(frame.SerializeAsString());
    }
    std::optional<problem> receive(std::string const& bytes) {
        return protocol.receive(bytes, core::wall_time{core::duration{42}}, asked);
    }
    static ClientFrame hello() {
        ClientFrame frame;
        frame.set_request(1);
        auto& what = *frame.mutable_hello();
        what.set_version_min(1);
        what.set_version_max(1);
        what.set_session_high(our_session.high);
        what.set_session_low(our_session.low);
        what.set_name("me");
        return frame;
    }
    static ClientFrame ping() {
        ClientFrame frame;
        frame.set_request(5);
        frame.mutable_ping()->set_value(3);
        return frame;
    }
    void welcome() {
        welcome_facts facts;
        facts.limits = &limits;
        facts.broker = "peyk";
        facts.epoch.value = 4;
        protocol.welcome({our_session, true, core::duration{100}, core::duration{200}, {}}, facts);
    }
    void open() {
        ASSERT_FALSE(receive(hello()));
        welcome();
        (void)sent();
    }
    std::vector<ServerFrame> sent() {
        if (protocol.now() == session_protocol::state::open)
            protocol.seal_deliveries();
        auto frames = test::parse_frames(protocol.out().unsent());
        protocol.out().drop();
        return frames;
    }
    static core::delivery delivery(std::uint64_t number) {
        core::delivery d;
        d.session = our_session;
        d.token = {core::broker_epoch{4}, number};
        return d;
    }

    core::limits limits;
    request_decoder decoder;
    session_protocol protocol{decoder, {.high_bytes = 1000, .bytes_max = 2000}};
    recorder asked;
};

TEST_F(SessionProtocol, OpensWithHelloAndWelcome) {
    ASSERT_FALSE(receive(hello()));
    EXPECT_THAT(asked.calls, testing::ElementsAre("hello me"));
    EXPECT_EQ(protocol.session(), our_session);
    EXPECT_EQ(protocol.now(), session_protocol::state::opening);
    welcome();
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].request(), 1u);
    EXPECT_EQ(frames[0].welcome().version(), 1u);
    EXPECT_EQ(frames[0].welcome().epoch(), 4u);
    EXPECT_TRUE(frames[0].welcome().resumed());
    EXPECT_EQ(frames[0].welcome().limits().content_bytes_max(), limits.content_bytes_max);
}

TEST_F(SessionProtocol, RefusesAFrameBeforeHello) {
    auto const why = receive(ping());
    ASSERT_TRUE(why);
    EXPECT_EQ(why->session, errc::hello_expected);
    EXPECT_TRUE(asked.calls.empty());
}

TEST_F(SessionProtocol, RefusesASecondHello) {
    open();
    EXPECT_EQ(receive(hello())->session, errc::hello_repeated);
}

TEST_F(SessionProtocol, RefusesOtherVersions) {
    auto frame = hello();
    frame.mutable_hello()->set_version_min(2);
    frame.mutable_hello()->set_version_max(3);
    EXPECT_EQ(receive(frame)->session, errc::version_unsupported);
}

TEST_F(SessionProtocol, TakesAClientThatSpeaksNewerVersionsToo) {
    auto frame = hello();
    frame.mutable_hello()->set_version_max(9);
    EXPECT_FALSE(receive(frame));
}

TEST_F(SessionProtocol, RefusesAnEmptySessionId) {
    auto frame = hello();
    frame.mutable_hello()->clear_session_high();
    frame.mutable_hello()->clear_session_low();
    auto const why = receive(frame);
    ASSERT_TRUE(why);
    EXPECT_TRUE(why->fatal());
    EXPECT_EQ(why->request, core::errc::invalid_argument);
}

TEST_F(SessionProtocol, RefusesBytesThatMeanNothing) {
    for (auto const& bytes : {"\xff\xff\xff"s, ""s, "\x08\x01"s, "\x2a\x05xyz"s}) {
        session_protocol fresh{decoder, {}};
        auto const why = fresh.receive(bytes, core::unset, asked);
        ASSERT_TRUE(why);
        EXPECT_EQ(why->session, errc::malformed_frame);
    }
}

TEST_F(SessionProtocol, RefusesTwoRequestsInOneFrame) {
    open();
    auto const two = ping().SerializeAsString() + ping().SerializeAsString();
    EXPECT_EQ(receive(two)->session, errc::malformed_frame);
}

TEST_F(SessionProtocol, AnswersPing) {
    open();
    ASSERT_FALSE(receive(ping()));
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].request(), 5u);
    EXPECT_EQ(frames[0].pong().value(), 3u);
    EXPECT_EQ(frames[0].pong().now_ms(), 42);
}

TEST_F(SessionProtocol, RefusesABadRequestAndGoesOn) {
    open();
    ClientFrame frame;
    frame.set_request(6);
    frame.mutable_publish();
    ASSERT_FALSE(receive(frame));
    ASSERT_FALSE(receive(ping()));
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].request(), 6u);
    EXPECT_EQ(frames[0].error().code(), test::pb::INVALID_ARGUMENT);
    EXPECT_FALSE(frames[0].error().fatal());
    EXPECT_TRUE(frames[1].has_pong());
}

TEST_F(SessionProtocol, RefusesAnUnknownKindOfRequestAndGoesOn) {
    open();
    ASSERT_FALSE(receive("\x08\x09\xfa\x01\x00"s)); // request 9, field 31
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].request(), 9u);
    EXPECT_EQ(frames[0].error().code(), test::pb::UNSUPPORTED);
}

TEST_F(SessionProtocol, DeliveriesOfOneFlushShareAFrame) {
    open();
    protocol.deliver(delivery(1), "a");
    protocol.deliver(delivery(2), "b");
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 1u);
    ASSERT_EQ(frames[0].deliver().deliveries_size(), 2);
    EXPECT_EQ(frames[0].deliver().deliveries(1).number(), 2u);
    EXPECT_EQ(frames[0].deliver().deliveries(1).content(), "b");
}

TEST_F(SessionProtocol, DeliveriesAndEffectsKeepTheirOrder) {
    open();
    protocol.deliver(delivery(1), "a");
    protocol.send(core::effect::settled{our_session, core::request_id{3}, {}});
    protocol.deliver(delivery(2), "b");
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_TRUE(frames[0].has_deliver());
    EXPECT_TRUE(frames[1].has_settled());
    EXPECT_TRUE(frames[2].has_deliver());
}

TEST_F(SessionProtocol, LargeDeliveriesGetFramesOfTheirOwn) {
    open();
    std::string const content(60'000, 'x');
    protocol.deliver(delivery(1), content);
    protocol.deliver(delivery(2), content);
    EXPECT_EQ(sent().size(), 2u);
}

TEST_F(SessionProtocol, NothingLeavesBeforeTheWelcome) {
    ASSERT_FALSE(receive(hello()));
    protocol.send(core::effect::settled{our_session, core::request_id{3}, {}});
    protocol.deliver(delivery(1), "a");
    ASSERT_FALSE(receive(ping()));
    EXPECT_TRUE(sent().empty());
    welcome();
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 2u); // what was owed to the connection before is gone
    EXPECT_TRUE(frames[0].has_welcome());
    EXPECT_TRUE(frames[1].has_deliver());
}

TEST_F(SessionProtocol, TheReasonIsTheLastFrame) {
    open();
    protocol.deliver(delivery(1), "a");
    problem why;
    why.session = errc::session_superseded;
    protocol.close(why);
    protocol.send(core::effect::settled{our_session, core::request_id{3}, {}});
    protocol.deliver(delivery(2), "b");
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_TRUE(frames[0].has_deliver());
    EXPECT_EQ(frames[1].error().code(), test::pb::SESSION_SUPERSEDED);
    EXPECT_TRUE(frames[1].error().fatal());
    EXPECT_FALSE(frames[1].error().message().empty());
}

TEST_F(SessionProtocol, SaysGoodbyeWithAReason) {
    open();
    protocol.say_goodbye(errc::shutting_down, "maintenance");
    auto const frames = sent();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].goodbye().code(), test::pb::SHUTTING_DOWN);
    EXPECT_EQ(frames[0].goodbye().reason(), "maintenance");
}

TEST_F(SessionProtocol, PassesAGoodbyeOn) {
    open();
    ClientFrame frame;
    frame.mutable_goodbye()->set_keep_session(true);
    ASSERT_FALSE(receive(frame));
    EXPECT_EQ(asked.calls.back(), "goodbye, keep");
}

TEST_F(SessionProtocol, KnowsWhenTooMuchWaits) {
    open();
    protocol.deliver(delivery(1), std::string(1500, 'x'));
    protocol.seal_deliveries();
    EXPECT_TRUE(protocol.out().crowded());
    EXPECT_FALSE(protocol.overflowing());
    protocol.deliver(delivery(2), std::string(1500, 'x'));
    protocol.seal_deliveries();
    EXPECT_TRUE(protocol.overflowing());
}

} // namespace
} // namespace peyk::net
