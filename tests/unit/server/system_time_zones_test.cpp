#include "broker/core/next_slot.hpp"
#include "broker/server/system_time_zones.hpp"

#include <gtest/gtest.h>

namespace peyk::server {
namespace {

using namespace std::chrono_literals;

core::wall_time utc(int year, int month, int day, int h, int m = 0) {
    auto const date = std::chrono::sys_days{std::chrono::year{year} / month / day};
    return core::wall_time{date.time_since_epoch() + std::chrono::hours{h} +
                           std::chrono::minutes{m}};
}

class SystemTimeZones : public testing::Test {
protected:
    // The clock change at this moment: from one distance to another.
    void expect_change(std::string_view zone,
                       core::wall_time at,
                       std::chrono::seconds before,
                       std::chrono::seconds after) {
        auto const earlier = zones.at(zone, at - 1ms);
        auto const later = zones.at(zone, at);
        EXPECT_EQ(earlier.end, at) << zone;
        EXPECT_EQ(earlier.offset, before) << zone;
        EXPECT_EQ(later.begin, at) << zone;
        EXPECT_EQ(later.offset, after) << zone;
    }

    system_time_zones zones;
};

TEST_F(SystemTimeZones, KnowsRealClockChanges) {
    expect_change("Europe/Berlin", utc(2026, 3, 29, 1), 1h, 2h);
    expect_change("Europe/Berlin", utc(2026, 10, 25, 1), 2h, 1h);
    expect_change("America/New_York", utc(2026, 3, 8, 7), -5h, -4h);
    expect_change("America/New_York", utc(2026, 11, 1, 6), -4h, -5h);
    expect_change("Australia/Lord_Howe", utc(2026, 4, 4, 15), 11h, 10h + 30min);
    // Iran has had no summer time since the autumn of 2022.
    expect_change("Asia/Tehran", utc(2022, 9, 21, 19, 30), 4h + 30min, 3h + 30min);
    EXPECT_EQ(zones.at("Asia/Tehran", utc(2026, 7, 1, 0)).offset, 3h + 30min);
    EXPECT_GT(zones.at("Asia/Tehran", utc(2026, 7, 1, 0)).end, utc(2500, 1, 1, 0));
}

TEST_F(SystemTimeZones, KnowsNamesOfTheDatabaseAlone) {
    EXPECT_TRUE(zones.known("Europe/Berlin"));
    EXPECT_TRUE(zones.known("Etc/UTC"));
    EXPECT_FALSE(zones.known("Berlin"));
    EXPECT_FALSE(zones.known(""));
    EXPECT_FALSE(zones.known("../../etc/passwd"));
}

TEST_F(SystemTimeZones, ServesCron) {
    std::string mistake;
    auto const nightly = core::cron_expression::parse("30 2 * * *", mistake);
    ASSERT_TRUE(nightly) << mistake;
    auto const next = [&](std::string_view zone, core::wall_time after) {
        return core::next_slot(*nightly, zone, &zones, after).value_or(core::never);
    };
    EXPECT_EQ(next("America/New_York", utc(2026, 3, 8, 0)), utc(2026, 3, 8, 7));
    EXPECT_EQ(next("America/New_York", utc(2026, 11, 1, 0)), utc(2026, 11, 1, 7, 30));
    EXPECT_EQ(next("America/New_York", utc(2026, 11, 1, 7, 30)), utc(2026, 11, 2, 7, 30));
    EXPECT_EQ(next("Asia/Tehran", utc(2026, 3, 21, 12)), utc(2026, 3, 21, 23));
    EXPECT_EQ(next("Pacific/Apia", utc(2011, 12, 29, 13)), utc(2011, 12, 30, 10))
        << "a whole day that never was";
}

} // namespace
} // namespace peyk::server
