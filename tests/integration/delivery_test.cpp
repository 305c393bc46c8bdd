// Delivering through real sockets, journal and threads.

#include "tests/integration/running_broker.hpp"

#include <set>

namespace peyk::test {
namespace {

class Delivery : public RunningBroker {};

TEST_F(Delivery, AResultReachesWhoeverWatches) {
    wire_client publisher{broker.port()};
    (void)publisher.hello();
    auto message = make_message("q", "2 + 2");
    message.set_task("add");
    pb::ClientFrame publish;
    *publish.mutable_publish()->add_messages() = message;
    EXPECT_EQ(publisher.ask(publish).published().refused_size(), 0);

    pb::ClientFrame watch;
    watch.set_request(77);
    auto& id = *watch.mutable_watch()->add_ids();
    id.set_high(message.id_high());
    id.set_low(message.id_low());
    watch.mutable_watch()->set_until_final(true);
    publisher.send(watch);

    wire_client worker{broker.port()};
    (void)worker.hello();
    worker.subscribe("q", 1);
    auto const delivery = worker.expect(pb::ServerFrame::kDeliver).deliver().deliveries(0);
    EXPECT_EQ(delivery.task(), "add");
    EXPECT_EQ(delivery.attempt(), 1u);
    pb::ClientFrame settle;
    auto& settlement = *settle.mutable_settle()->add_settlements();
    settlement.set_epoch(delivery.epoch());
    settlement.set_number(delivery.number());
    settlement.mutable_success()->set_result("4");
    EXPECT_EQ(worker.ask(settle).settled().refused_size(), 0);

    for (;;) {
        auto const update = publisher.expect(pb::ServerFrame::kUpdate);
        EXPECT_EQ(update.request(), 77u);
        if (!update.update().last())
            continue;
        EXPECT_EQ(update.update().status().state(), pb::SUCCESS);
        EXPECT_EQ(update.update().status().result(), "4");
        break;
    }
}

// A Hello that was held up on its way comes behind the one of the next connection.
TEST_F(Delivery, AConnectionThatIsOvertakenTakesNothingOver) {
    auto const session = wire_client::make_hello();
    auto const nth = [&](std::uint64_t number) {
        auto hello = session;
        hello.set_connection(number);
        hello.set_resume(number > 1);
        return hello;
    };
    wire_client second{broker.port()};
    (void)second.hello(nth(2));
    second.publish("q", "once");
    second.subscribe("q", 1);
    auto const delivery = second.expect(pb::ServerFrame::kDeliver).deliver().deliveries(0);

    wire_client first{broker.port()};
    pb::ClientFrame late;
    *late.mutable_hello() = nth(1);
    first.send(late);
    EXPECT_EQ(first.expect(pb::ServerFrame::kError).error().code(), pb::SESSION_SUPERSEDED);

    pb::ClientFrame settle; // it is still its own
    auto& settlement = *settle.mutable_settle()->add_settlements();
    settlement.set_epoch(delivery.epoch());
    settlement.set_number(delivery.number());
    settlement.mutable_drop();
    EXPECT_EQ(second.ask(settle).settled().refused_size(), 0);

    wire_client third{broker.port()};
    (void)third.hello(nth(3));
    EXPECT_EQ(second.expect(pb::ServerFrame::kError).error().code(), pb::SESSION_SUPERSEDED);
}

class DeliveryFromDisk : public RunningBroker {
protected:
    DeliveryFromDisk()
        : RunningBroker({"--sync", "never"}, {{"PEYK_LIMITS_CONTENT_MEMORY_BYTES", "64KiB"}}) {}
};

TEST_F(DeliveryFromDisk, BodiesThatHaveLeftMemoryAreReadBack) {
    wire_client client{broker.port()};
    (void)client.hello();
    constexpr int count = 300;
    auto const content = [](int i) {
        return std::string(1000 + static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    };
    for (int i = 0; i < count; ++i)
        EXPECT_EQ(client.publish("q", content(i)).refused_size(), 0);
    client.subscribe("q", count);
    std::set<std::string> got;
    while (got.size() < count) {
        auto const frame = client.expect(pb::ServerFrame::kDeliver);
        for (auto const& delivery : frame.deliver().deliveries())
            got.insert(delivery.content());
    }
    for (int i = 0; i < count; ++i)
        EXPECT_TRUE(got.contains(content(i))) << i;
}

} // namespace
} // namespace peyk::test
