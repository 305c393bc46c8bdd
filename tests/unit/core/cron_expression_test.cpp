#include "broker/core/cron_expression.hpp"
#include "broker/core/next_slot.hpp"
#include "tests/unit/core/fake_time_zones.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peyk::core {
namespace {

std::string mistake_in(std::string_view text) {
    std::string mistake = "none";
    (void)cron_expression::parse(text, mistake);
    return mistake;
}

// The next slots after `from`, as UTC.
std::vector<wall_time>
slots(std::string_view text, wall_time from, std::size_t count, std::string_view zone = {}) {
    static fake_time_zones const zones;
    std::string mistake;
    auto const parsed = cron_expression::parse(text, mistake);
    EXPECT_TRUE(parsed) << text << ": " << mistake;
    std::vector<wall_time> found;
    while (parsed && found.size() < count) {
        auto const slot = next_slot(*parsed, zone, &zones, from);
        if (!slot) {
            break;
        }
        found.push_back(*slot);
        from = *slot;
    }
    return found;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CronExpression, SaysWhatIsWrong) {
    struct {
        char const* text;
        char const* mistake;
    } const table[] = {
        {"", "0 fields"},
        {"* * *", "3 fields"},
        {"* * * * * * *", "7 fields"},
        {"60 * * * *", "minutes: 60 is not within 0 to 59"},
        {"* 24 * * *", "hours: 24 is not within 0 to 23"},
        {"* * 0 * *", "days of the month: 0 is not within 1 to 31"},
        {"* * * 13 *", "months: 13 is not within 1 to 12"},
        {"* * * * 8", "days of the week: 8 is not within 0 to 7"},
        {"61 * * * * *", "seconds: 61 is not within 0 to 59"},
        {"*/0 * * * *", "minutes: the step '0' is not within 1 to 59"},
        {"*/90 * * * *", "minutes: the step '90' is not within 1 to 59"},
        {"*/x * * * *", "minutes: the step 'x'"},
        {"5-1 * * * *", "minutes: 5-1 runs backwards"},
        {"1,,2 * * * *", "minutes: a value is missing"},
        {"-5 * * * *", "minutes: a value is missing"},
        {"? * * * *", "minutes: '?' is not known here"},
        {"* * L * *", "days of the month: 'l' is not known here"},
        {"* * * * mon#2", "days of the week: 'mon#2' is not known here"},
        {"* * * mon *", "months: 'mon' is not known here"},
        {"99999999999 * * * *", "minutes: '99999999999' is not known here"},
        {"@every 5m", "'@every 5m' is not known; there are @yearly"},
        {"@reboot", "'@reboot' is not known"},
    };
    for (auto const& each : table) {
        EXPECT_THAT(mistake_in(each.text), HasSubstr(each.mistake)) << each.text;
    }
    EXPECT_THAT(mistake_in(std::string(300, '*')), HasSubstr("longer than 256 bytes"));
    EXPECT_EQ(mistake_in("*/5 9-17 1,15 jan-mar MON-fri"), "none");
}

TEST(CronExpression, FindsTheNextSlots) {
    wall_time const from = utc(2026, 1, 1); // a Thursday
    EXPECT_THAT(slots("*/20 * * * *", from, 3),
                ElementsAre(utc(2026, 1, 1, 0, 20), utc(2026, 1, 1, 0, 40), utc(2026, 1, 1, 1)));
    EXPECT_THAT(slots("*/30 * * * * *", from, 2),
                ElementsAre(utc(2026, 1, 1, 0, 0, 30), utc(2026, 1, 1, 0, 1)));
    EXPECT_THAT(slots("10-50/20 9 * * *", from, 4),
                ElementsAre(utc(2026, 1, 1, 9, 10),
                            utc(2026, 1, 1, 9, 30),
                            utc(2026, 1, 1, 9, 50),
                            utc(2026, 1, 2, 9, 10)));
    EXPECT_THAT(slots("50/5 0 * * *", from, 2),
                ElementsAre(utc(2026, 1, 1, 0, 50), utc(2026, 1, 1, 0, 55)));
    EXPECT_THAT(slots("0 12 * * mon,Wed", from, 2),
                ElementsAre(utc(2026, 1, 5, 12), utc(2026, 1, 7, 12)));
    EXPECT_THAT(slots("0 0 * * fri-sun", from, 4),
                ElementsAre(utc(2026, 1, 2), utc(2026, 1, 3), utc(2026, 1, 4), utc(2026, 1, 9)));
    EXPECT_EQ(slots("0 0 * * 7", from, 3), slots("0 0 * * 0", from, 3));
    EXPECT_THAT(slots("0 0 ? feb ?", from, 1), ElementsAre(utc(2026, 2, 1)));
    EXPECT_THAT(slots("0 0 31 * *", from, 3),
                ElementsAre(utc(2026, 1, 31), utc(2026, 3, 31), utc(2026, 5, 31)));
    EXPECT_THAT(slots("0 0 29 2 *", from, 2), ElementsAre(utc(2028, 2, 29), utc(2032, 2, 29)));
    EXPECT_THAT(slots("0 0 29 2 */7", from, 1), ElementsAre(utc(2032, 2, 29)));
    EXPECT_THAT(slots("0 0 29 2 */7", utc(2088, 3, 1), 1), ElementsAre(utc(2128, 2, 29)))
        << "forty years, because 2100 has none";
    EXPECT_THAT(slots("0 0 30 2 *", from, 1), IsEmpty());
}

TEST(CronExpression, DaysAreMeantByEitherFieldUnlessOneIsAStar) {
    wall_time const from = utc(2026, 1, 1);
    EXPECT_THAT(slots("0 0 13 * fri", from, 3),
                ElementsAre(utc(2026, 1, 2), utc(2026, 1, 9), utc(2026, 1, 13)));
    EXPECT_THAT(slots("0 0 */12 * fri", from, 2), ElementsAre(utc(2026, 2, 13), utc(2026, 3, 13)))
        << "1, 13, 25 and Fridays at once";
}

TEST(CronExpression, KnowsTheShortNames) {
    wall_time const from = utc(2026, 1, 1);
    EXPECT_THAT(slots("@yearly", from, 1), ElementsAre(utc(2027, 1, 1)));
    EXPECT_THAT(slots("@Annually", from, 1), ElementsAre(utc(2027, 1, 1)));
    EXPECT_THAT(slots("@monthly", from, 1), ElementsAre(utc(2026, 2, 1)));
    EXPECT_THAT(slots("@weekly", from, 1), ElementsAre(utc(2026, 1, 4)));
    EXPECT_THAT(slots("@daily", from, 1), ElementsAre(utc(2026, 1, 2)));
    EXPECT_THAT(slots("@midnight", from, 1), ElementsAre(utc(2026, 1, 2)));
    EXPECT_THAT(slots("@hourly", from, 1), ElementsAre(utc(2026, 1, 1, 1)));
}

TEST(NextSlot, IsLaterThanAMomentWithinItsSecond) {
    EXPECT_THAT(slots("* * * * * *", utc(2026, 1, 1) + duration{1}, 1),
                ElementsAre(utc(2026, 1, 1, 0, 0, 1)));
    EXPECT_THAT(slots("* * * * * *", utc(2026, 1, 1) - duration{1}, 1),
                ElementsAre(utc(2026, 1, 1)));
    EXPECT_THAT(slots("0 12 * * *", utc(2026, 7, 1, 10) - duration{1}, 1, "Berlin"),
                ElementsAre(utc(2026, 7, 1, 10)));
}

// Berlin, March 29: after 01:59:59 (+1) comes 03:00 (+2), at 01:00 UTC.
TEST(NextSlot, ATimeThatDoesNotExistIsAfterTheGap) {
    wall_time const before = utc(2026, 3, 28, 12);
    EXPECT_THAT(slots("30 2 * * *", before, 3, "Berlin"),
                ElementsAre(utc(2026, 3, 29, 1), utc(2026, 3, 30, 0, 30), utc(2026, 3, 31, 0, 30)));
    EXPECT_THAT(slots("*/20 2 * * *", before, 2, "Berlin"),
                ElementsAre(utc(2026, 3, 29, 1), utc(2026, 3, 30, 0)))
        << "all times of the gap together";
    EXPECT_THAT(slots("0 2,3 * * *", before, 2, "Berlin"),
                ElementsAre(utc(2026, 3, 29, 1), utc(2026, 3, 30, 0)));
    EXPECT_THAT(slots("0 1,3 * * *", before, 2, "Berlin"),
                ElementsAre(utc(2026, 3, 29, 0), utc(2026, 3, 29, 1)));
}

// Berlin, October 25: after 02:59:59 (+2) comes 02:00 (+1), at 01:00 UTC.
TEST(NextSlot, ATimeThatExistsTwiceIsTheFirst) {
    wall_time const before = utc(2026, 10, 24, 12);
    EXPECT_THAT(slots("30 2 * * *", before, 2, "Berlin"),
                ElementsAre(utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)));
    EXPECT_THAT(slots("0,30 2-3 * * *", before, 4, "Berlin"),
                ElementsAre(utc(2026, 10, 25, 0),
                            utc(2026, 10, 25, 0, 30),
                            utc(2026, 10, 25, 2),
                            utc(2026, 10, 25, 2, 30)));
    EXPECT_THAT(slots("30 2 * * *", utc(2026, 10, 25, 1, 10), 1, "Berlin"),
                ElementsAre(utc(2026, 10, 26, 1, 30)))
        << "asked for in the second of the two hours";
}

TEST(NextSlot, EveryHourFollowsTheTimeThatPasses) {
    EXPECT_THAT(slots("0 * * * *", utc(2026, 3, 29, 0), 3, "Berlin"),
                ElementsAre(utc(2026, 3, 29, 1), utc(2026, 3, 29, 2), utc(2026, 3, 29, 3)));
    EXPECT_THAT(
        slots("30 * * * *", utc(2026, 10, 25, 0), 3, "Berlin"),
        ElementsAre(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 2, 30)));
    EXPECT_THAT(slots("0 */2 * * *", utc(2026, 10, 24, 23), 3, "Berlin"),
                ElementsAre(utc(2026, 10, 25, 0), utc(2026, 10, 25, 1), utc(2026, 10, 25, 3)))
        << "both times at which clocks show two";
}

// Lord Howe, April 5: after 01:59:59 (+11) comes 01:30 (+10:30), at 15:00 UTC of the day before;
// October 4: after 01:59:59 (+10:30) comes 02:30 (+11), at 15:30 UTC.
TEST(NextSlot, KnowsChangesOfHalfAnHour) {
    EXPECT_THAT(slots("45 1 * * *", utc(2026, 4, 3, 20), 2, "Lord_Howe"),
                ElementsAre(utc(2026, 4, 4, 14, 45), utc(2026, 4, 5, 15, 15)));
    EXPECT_THAT(slots("15 2 * * *", utc(2026, 10, 2, 20), 2, "Lord_Howe"),
                ElementsAre(utc(2026, 10, 3, 15, 30), utc(2026, 10, 4, 15, 15)));
    EXPECT_THAT(
        slots("*/30 * * * *", utc(2026, 10, 3, 15), 3, "Lord_Howe"),
        ElementsAre(utc(2026, 10, 3, 15, 30), utc(2026, 10, 3, 16), utc(2026, 10, 3, 16, 30)));
}

TEST(NextSlot, KnowsUtcWithoutHelp) {
    EXPECT_TRUE(zone_known("", nullptr));
    EXPECT_TRUE(zone_known("UTC", nullptr));
    EXPECT_FALSE(zone_known("Berlin", nullptr));
    fake_time_zones const zones;
    EXPECT_TRUE(zone_known("Berlin", &zones));
    EXPECT_FALSE(zone_known("Atlantis", &zones));
}

} // namespace
} // namespace peyk::core
