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
