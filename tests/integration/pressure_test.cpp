// A broker whose memory runs full, and clients that do not read.

#include "tests/integration/running_broker.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <set>

namespace peyk::test {
namespace {

class LittleMemory : public RunningBroker {
protected:
    LittleMemory()
        : RunningBroker({"--sync", "never"}, {{"PEYK_LIMITS_MEMORY_BYTES_MAX", "4MiB"}}) {}

    pb::Pressure pressure() {
        wire_client client{broker.port()};
        (void)client.hello();
        pb::ClientFrame question;
        question.mutable_control()->mutable_show_broker();
        return client.ask(question).control().broker().pressure();
    }
};

TEST_F(LittleMemory, PublishersAreSlowedThenRefusedAndItHeals) {
    EXPECT_EQ(pressure(), pb::PRESSURE_NONE);
    wire_client publisher{broker.port()};
    (void)publisher.hello();
    std::string const content(50'000, 'x');
    std::set<pb::Pressure> seen;
    pb::Published answer;
    std::uint32_t accepted = 0;
    while (accepted < 1'000 && (answer = publisher.publish("mail", content)).refused_size() == 0) {
        ++accepted;
        seen.insert(pressure());
    }
    ASSERT_EQ(answer.refused_size(), 1) << "it never became full";
    auto const& refusal = answer.refused(0);
    EXPECT_EQ(refusal.code(), pb::MEMORY_FULL);
    EXPECT_THAT(refusal.message() + refusal.limit(), testing::HasSubstr("mail"));
    EXPECT_THAT(refusal.message() + refusal.limit(), testing::HasSubstr("memory_bytes_max"));
    EXPECT_TRUE(seen.contains(pb::PRESSURE_SLOWED));
    EXPECT_GT(accepted, 50u);

    // Who takes messages away goes on, and makes room.
    wire_client worker{broker.port()};
    (void)worker.hello();
    worker.subscribe("mail", 10);
    for (std::uint32_t settled = 0; settled < accepted;) {
        auto const deliver = worker.expect(pb::ServerFrame::kDeliver).deliver();
        pb::ClientFrame settle;
        for (auto const& each : deliver.deliveries()) {
            auto& one = *settle.mutable_settle()->add_settlements();
            one.set_epoch(each.epoch());
            one.set_number(each.number());
            one.mutable_drop();
            ++settled;
        }
        worker.send(settle);
    }
    // Every answer comes after a commit, and after each commit it is measured.
    EXPECT_EQ(publisher.publish("mail", content).refused_size(), 0);
    EXPECT_EQ(pressure(), pb::PRESSURE_NONE);
}

class SlowReaders : public RunningBroker {};

TEST_F(SlowReaders, CostOnlyThemselves) {
    wire_client slow{broker.port(), 4'096};
    (void)slow.hello();
    slow.subscribe("q", 60'000);
    wire_client publisher{broker.port()};
    (void)publisher.hello();
    // More than a session may have unsent before it is given up.
    constexpr int count = 100;
    std::string const content(1u << 20, 'x');
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(publisher.publish("q", content).refused_size(), 0) << i;
    expect_it_serves();

    pb::ClientFrame question;
    question.mutable_control()->mutable_list_queues()->set_name("q");
    auto const queue = publisher.ask(question).control().queues().queues(0);
    EXPECT_GT(queue.ready(), 50u) << "what it does not read is not delivered to it";

    std::size_t got = 0;
    while (got < count) {
        auto const frame = slow.expect(pb::ServerFrame::kDeliver);
        got += static_cast<std::size_t>(frame.deliver().deliveries_size());
    }
    EXPECT_THAT(broker.log(), testing::Not(testing::HasSubstr("slow_reader")));
}

} // namespace
} // namespace peyk::test
