// Starting, stopping and being killed.

#include "tests/integration/running_broker.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace peyk::test {
namespace {

class BrokerProcess : public RunningBroker {
protected:
    BrokerProcess() : RunningBroker({}) {}
};

TEST_F(BrokerProcess, ServesAndStopsCleanly) {
    expect_it_serves();
    EXPECT_EQ(broker.terminate(), 0);
    EXPECT_THAT(broker.log(), testing::HasSubstr("stopped cleanly"));
}

TEST_F(BrokerProcess, TellsItsClientsThatItStops) {
    wire_client client{broker.port()};
    (void)client.hello();
    broker.signal(SIGTERM);
    auto const goodbye = client.expect(pb::ServerFrame::kGoodbye).goodbye();
    EXPECT_EQ(goodbye.code(), pb::SHUTTING_DOWN);
    EXPECT_FALSE(client.receive());
    EXPECT_EQ(broker.wait(), 0);
}

TEST_F(BrokerProcess, ConfirmsWhatItHasAcceptedBeforeItStops) {
    wire_client client{broker.port()};
    (void)client.hello();
    std::string bytes;
    constexpr std::uint64_t count = 500;
    for (std::uint64_t i = 1; i <= count; ++i) {
        pb::ClientFrame frame;
        frame.set_request(1000 + i);
        *frame.mutable_publish()->add_messages() = make_message("q", "content");
        bytes += bytes_of(frame);
    }
    client.send_bytes(bytes);
    (void)client.answer(1001);
    broker.signal(SIGTERM);
    std::uint64_t confirmed = 1;
    while (auto const frame = client.receive())
        confirmed += frame->has_published() ? 1 : 0;
    EXPECT_EQ(broker.wait(), 0);
    broker.start();
    wire_client after{broker.port()};
    (void)after.hello();
    pb::ClientFrame question;
    question.mutable_control()->mutable_list_queues()->set_name("q");
    auto const queue = after.ask(question).control().queues().queues(0);
    EXPECT_EQ(queue.ready(), confirmed);
}

TEST_F(BrokerProcess, KeepsWhatItConfirmedWhenKilled) {
    {
        wire_client client{broker.port()};
        (void)client.hello();
        EXPECT_EQ(client.publish("q", "precious").refused_size(), 0);
    }
    auto const port = broker.port();
    broker.kill();
    broker.start();
    EXPECT_EQ(broker.port(), port);
    wire_client client{broker.port()};
    EXPECT_EQ(client.hello().epoch(), 2u);
    client.subscribe("q", 1);
    EXPECT_EQ(client.expect(pb::ServerFrame::kDeliver).deliver().deliveries(0).content(),
              "precious");
}

TEST_F(BrokerProcess, ASecondBrokerMayNotUseTheSameJournal) {
    broker_process second;
    std::filesystem::create_directory_symlink(broker.data(), second.data());
    EXPECT_THROW(second.start(), std::runtime_error);
    EXPECT_THAT(second.log(), testing::HasSubstr("in use by another process"));
    expect_it_serves();
}

TEST_F(BrokerProcess, TellsAboutItself) {
    wire_client client{broker.port()};
    auto const welcome = client.hello();
    EXPECT_EQ(welcome.version(), 1u);
    EXPECT_GT(welcome.now_ms(), 1'600'000'000'000);
    ASSERT_EQ(welcome.nodes_size(), 1);
    EXPECT_EQ(welcome.nodes(0).url(), broker.url());
    (void)client.publish("q", "x");
    pb::ClientFrame question;
    question.mutable_control()->mutable_show_broker();
    auto const info = client.ask(question).control().broker();
    EXPECT_EQ(info.pid(), static_cast<std::uint32_t>(broker.pid()));
    EXPECT_EQ(info.epoch(), welcome.epoch());
    EXPECT_EQ(info.messages(), 1u);
    EXPECT_EQ(info.sessions(), 1u);
    EXPECT_GE(info.commits(), 1u);
    EXPECT_GT(info.journal_bytes(), 0u);
}

} // namespace
} // namespace peyk::test
