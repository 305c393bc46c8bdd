// A schedule of the configuration, on a real clock, in a broker that is killed.

#include "tests/support/broker_process.hpp"
#include "tests/support/wire_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <utility>

#include <unistd.h>

namespace peyk::test {
namespace {

class ScheduleRestart : public testing::Test {
protected:
    ScheduleRestart() {
        file = std::filesystem::temp_directory_path() /
               ("peyk-schedules-" + std::to_string(::getpid()) + ".yaml");
    }
    ~ScheduleRestart() override { std::filesystem::remove(file); }

    std::filesystem::path file;
};

TEST_F(ScheduleRestart, FiresEachSlotOnceAcrossKills) {
    std::ofstream{file} << "schedules:\n"
                           "  - {name: tick, cron: \"* * * * * *\", task: tick, queue: ticks,\n"
                           "     args: [1], misfire: run_all}\n";
    broker_process broker{{"--config", file.string()}, {{"PEYK_SESSIONS_SETTLING_MS", "0"}}};
    std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
    std::set<std::uint64_t> seconds;
    std::size_t fires = 0;
    for (int life = 0; life < 4; ++life) {
        broker.start();
        wire_client client{broker.port()};
        (void)client.hello();
        client.subscribe("ticks", 100);
        for (std::size_t until = fires + 2; fires < until;) {
            auto const deliver = client.expect(pb::ServerFrame::kDeliver).deliver();
            pb::ClientFrame settle;
            for (auto const& each : deliver.deliveries()) {
                EXPECT_EQ(each.task(), "tick");
                auto& one = *settle.mutable_settle()->add_settlements();
                one.set_epoch(each.epoch());
                one.set_number(each.number());
                one.mutable_drop();
                // The first 48 bits of the id are the slot.
                auto const [id, fresh] = ids.insert({each.id_high(), each.id_low()});
                if (fresh)
                    ++fires;
                seconds.insert((each.id_high() >> 16) / 1'000);
            }
            (void)client.ask(settle);
        }
        broker.kill();
    }
    EXPECT_EQ(seconds.size(), ids.size()) << "a slot had two messages";
    EXPECT_EQ(*seconds.rbegin() - *seconds.begin() + 1, seconds.size()) << "a slot is missing";
}

TEST_F(ScheduleRestart, AMistakeIsNamedWithFileAndLine) {
    std::ofstream{file} << "schedules:\n  - {name: ok, every: 1h, task: t}\n"
                           "  - {name: bad, cron: \"61 * * * *\", task: t}\n";
    broker_process broker{{"--config", file.string()}};
    EXPECT_THROW(broker.start(), std::runtime_error);
    EXPECT_THAT(broker.log(),
                testing::HasSubstr(file.string() + ":3: schedules[1]: minutes: 61 is not within"));
}

TEST_F(ScheduleRestart, KnowsTimeZones) {
    std::ofstream{file} << "schedules:\n"
                           "  - {name: nightly, cron: \"30 2 * * *\", zone: Europe/Berlin,"
                           " task: t}\n";
    broker_process broker{{"--config", file.string()}};
    broker.start();
    wire_client client{broker.port()};
    (void)client.hello();
    pb::ClientFrame question;
    question.mutable_control()->mutable_list_schedules()->set_name("nightly");
    auto const answer = client.ask(question).control().schedules();
    ASSERT_EQ(answer.schedules_size(), 1);
    EXPECT_TRUE(answer.schedules(0).configured());
    EXPECT_EQ(answer.schedules(0).next_ms_size(), 10);
    auto const in_day = answer.schedules(0).next_ms(0) / 60'000 % (24 * 60);
    EXPECT_TRUE(in_day == 30 || in_day == 90) << "half past two in Berlin is not " << in_day;
}

} // namespace
} // namespace peyk::test
