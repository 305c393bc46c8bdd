// Schedules of the broker's configuration: named anew at each start, remembered for what they
// fired.

#include "tests/unit/core/schedule_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfiguredSchedules : public testing::Test {
protected:
    ConfiguredSchedules() {
        s.crash(0s);
        configure(schedule_desk::every(10s));
        s.d->wake();
    }

    std::string configure(schedule_spec const& spec) {
        std::string detail;
        (void)s.d->broker.configure(set_schedule{{}, {}, spec}, detail);
        return detail;
    }

    static constexpr wall_time t0{1'000s};
    schedule_desk s;
};

TEST_F(ConfiguredSchedules, Fire) {
    EXPECT_TRUE(s.state().spec.configured);
    EXPECT_THAT(slots_of(s.run(20s)), ElementsAre(t0 + 10s, t0 + 20s));
}

TEST_F(ConfiguredSchedules, RememberWhatTheyFired) {
    s.run(20s);
    s.crash(25s);
    configure(schedule_desk::every(10s));
    s.d->wake();
    EXPECT_EQ(s.state().fired, 2u);
    EXPECT_THAT(slots_of(s.run(5s)), ElementsAre(t0 + 40s, t0 + 50s)) << "misfire: run_once";
}

TEST_F(ConfiguredSchedules, GoWithTheConfiguration) {
    s.crash(0s);
    s.d->wake();
    EXPECT_THAT(s.d->broker.schedules({}, 10), IsEmpty());
    s.restart(0s);
    EXPECT_THAT(s.d->broker.schedules({}, 10), IsEmpty());
}

TEST_F(ConfiguredSchedules, ChangeWithTheConfiguration) {
    s.run(5s);
    s.crash(0s);
    configure(schedule_desk::every(30s));
    s.d->wake();
    EXPECT_THAT(slots_of(s.run(30s)), ElementsAre(t0 + 35s));
}

TEST_F(ConfiguredSchedules, AreNotRemovedByACommand) {
    s.d->apply(remove_schedule{desk::publisher, {7}, "s"});
    EXPECT_THAT(s.refusal(), HasSubstr("configuration"));
}

TEST_F(ConfiguredSchedules, GiveWayToACommandUntilThatIsRemoved) {
    ASSERT_EQ(s.set(schedule_desk::every(7s)), "");
    EXPECT_FALSE(s.state().spec.configured);
    s.crash(0s);
    configure(schedule_desk::every(10s));
    s.d->wake();
    EXPECT_THAT(slots_of(s.run(7s)), ElementsAre(t0 + 7s));
    s.d->apply(remove_schedule{desk::publisher, {7}, "s"});
    EXPECT_EQ(s.refusal(), "");
    EXPECT_TRUE(s.state().spec.configured);
    EXPECT_THAT(slots_of(s.run(10s)), ElementsAre(t0 + 17s));
}

TEST_F(ConfiguredSchedules, StayPausedAcrossARestart) {
    s.d->apply(pause_schedule{desk::publisher, {7}, "s", true});
    s.crash(0s);
    configure(schedule_desk::every(10s));
    s.d->wake();
    EXPECT_TRUE(s.state().spec.paused);
}

TEST_F(ConfiguredSchedules, AreChecked) {
    EXPECT_THAT(configure(schedule_desk::cron("* * *")), HasSubstr("3 fields"));
    EXPECT_THAT(configure(schedule_desk::cron("@daily", "Mars")), HasSubstr("Mars"));
}

} // namespace
} // namespace peyk::core
