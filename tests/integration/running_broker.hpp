#pragma once
// A broker process for one test, and a way to see that it serves somebody else meanwhile.

#include "tests/support/broker_process.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peyk::test {

class RunningBroker : public testing::Test {
protected:
    explicit RunningBroker(std::vector<std::string> arguments = {"--sync", "never"},
                           std::vector<broker_process::variable> variables = {})
        : broker(std::move(arguments), std::move(variables)) {
        broker.start();
    }

    // A publish is confirmed and delivered to a client of good manners.
    void expect_it_serves() {
        wire_client other{broker.port()};
        (void)other.hello();
        EXPECT_EQ(other.publish("others", "hello").refused_size(), 0);
        other.subscribe("others", 1);
        auto const deliver = other.expect(pb::ServerFrame::kDeliver).deliver();
        ASSERT_EQ(deliver.deliveries_size(), 1);
        EXPECT_EQ(deliver.deliveries(0).content(), "hello");
        pb::ClientFrame settle;
        auto& settlement = *settle.mutable_settle()->add_settlements();
        settlement.set_epoch(deliver.deliveries(0).epoch());
        settlement.set_number(deliver.deliveries(0).number());
        settlement.mutable_drop();
        EXPECT_EQ(other.ask(settle).settled().refused_size(), 0);
    }

    // The connection ends with this fatal error.
    static void expect_closed(wire_client& client, pb::ErrorCode code) {
        auto const error = client.expect(pb::ServerFrame::kError).error();
        EXPECT_EQ(error.code(), code) << error.ShortDebugString();
        EXPECT_TRUE(error.fatal());
        EXPECT_FALSE(error.message().empty());
        EXPECT_FALSE(client.receive());
    }

    broker_process broker;
};

} // namespace peyk::test
