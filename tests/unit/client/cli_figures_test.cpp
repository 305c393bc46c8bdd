#include "client/cli/figures.hpp"
#include "client/cli/present_live.hpp"
#include "client/cli/queue_rates.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;

look_time at(std::chrono::milliseconds since) {
    return {std::chrono::steady_clock::time_point{} + 100s + since,
            std::chrono::system_clock::from_time_t(1'893'456'000) + since};
}

TEST(CliFigures, AreShort) {
    EXPECT_EQ(short_count(999), "999");
    EXPECT_EQ(short_count(1'000), "1.0k");
    EXPECT_EQ(short_count(999'949), "1.0M");
    EXPECT_EQ(short_count(12'345'678), "12.3M");
    EXPECT_EQ(short_bytes(512), "512B");
    EXPECT_EQ(short_bytes(1'536), "1.5K");
    EXPECT_EQ(short_bytes(3ull << 30), "3.0G");
    EXPECT_EQ(short_rate(std::nullopt), "-");
    EXPECT_EQ(short_rate(0), "0");
    EXPECT_EQ(short_rate(0.25), "0.25");
    EXPECT_EQ(short_rate(42), "42.0");
    EXPECT_EQ(short_rate(999.4), "999");
    EXPECT_EQ(short_rate(12'345), "12.3k");
}

TEST(CliFigures, TimesAreInUnitsOfTheirSize) {
    EXPECT_EQ(short_time(45ms), "45ms");
    EXPECT_EQ(short_time(1'240ms), "1.2s");
    EXPECT_EQ(short_time(190s), "3m10s");
    EXPECT_EQ(short_time(2h), "2h");
    EXPECT_EQ(short_time(27h), "1d3h");
}

TEST(CliFigures, TextIsFittedByColumnsNotByBytes) {
    EXPECT_EQ(text_width("aé漢e\u0301"), 5u);
    EXPECT_EQ(fitted("ab", 4), "ab  ");
    EXPECT_EQ(fitted("12", 4, true), "  12");
    EXPECT_EQ(fitted("abcdef", 4), "abc…");
    EXPECT_EQ(fitted("漢字漢字", 6), "漢字… ");
    EXPECT_EQ(fitted("a\nb\033[2J", 12), "a b\\x1b[2J  ");
    EXPECT_EQ(fitted("x", 0), "");
    EXPECT_EQ(text_width(fitted("a\xff\xe6", 9)), 9u);
    EXPECT_EQ(fitted_end("Filter: abc", 4), " abc");
}

TEST(CliQueueRates, AreWhatChangedBetweenTwoLooks) {
    queue_rates rates;
    auto const first = rates.take({{.name = "mail", .published = 100, .settled = 50}}, at(0ms));
    EXPECT_FALSE(first[0].in_per_s);
    auto const second =
        rates.take({{.name = "mail", .published = 130, .settled = 90}, {.name = "new"}}, at(2s));
    EXPECT_DOUBLE_EQ(*second[0].in_per_s, 15);
    EXPECT_DOUBLE_EQ(*second[0].out_per_s, 20);
    EXPECT_FALSE(second[1].in_per_s);
    // The broker has started again: its counts are smaller.
    auto const third = rates.take({{.name = "mail", .published = 5, .settled = 100}}, at(3s));
    EXPECT_FALSE(third[0].in_per_s);
    EXPECT_DOUBLE_EQ(*third[0].out_per_s, 10);
}

TEST(CliQueueRates, SayHowOldAndWhyHeld) {
    queue_rates rates;
    auto const rows =
        rates.take({{.name = "a", .ready = 3, .consumers = 1, .oldest_ready = at(0ms).wall},
                    {.name = "b", .ready = 3},
                    {.name = "c", .held = true, .held_reason = "down"},
                    {.name = "d",
                     .ready = 9,
                     .consumers = 1,
                     .obstacles = {{obstacle_kind::behind_others, "", 5},
                                   {obstacle_kind::rate_limit, "tasks.add", 4}}},
                    {.name = "e", .oldest_ready = at(9s).wall}},
                   at(4s));
    EXPECT_EQ(rows[0].oldest, 4s);
    EXPECT_EQ(rows[0].why, "");
    EXPECT_EQ(rows[1].why, "nobody_reads");
    EXPECT_EQ(rows[2].why, "paused: down");
    EXPECT_EQ(rows[3].why, "rate_limit tasks.add");
    EXPECT_EQ(rows[4].oldest, 0ms); // clocks differ
    EXPECT_EQ(present(rows[0]).at("oldest_ready_ms").to_number<int>(), 4'000);
    EXPECT_TRUE(present(rows[0]).at("in_per_s").is_null());
}

TEST(CliEvents, AreOneLineEach) {
    event what{.sequence = 7,
               .kind = event_kind::task_failed,
               .at = at(0ms).wall,
               .id = *message_id::parse("0190a5f3-7c1e-7b3a-8f00-0123456789ab"),
               .queue = "mail",
               .task = "mail.send",
               .worker = "w1",
               .error_type = "Timeout",
               .error_text = "no answer\nat all",
               .attempt = 2,
               .ran = 1'500ms};
    EXPECT_EQ(event_line(what),
              "2030-01-01T00:00:00.000Z  task-failed       0123456789ab  mail.send  mail  w1  "
              "Timeout: no answer at all, ran 1.5s, attempt 2");
    auto const fields = present(what);
    EXPECT_EQ(fields.at("kind"), "task-failed");
    EXPECT_EQ(fields.at("worker"), "w1");
    EXPECT_TRUE(fields.at("publisher").is_null());
    EXPECT_EQ(fields.at("ran_ms").to_number<int>(), 1'500);
    EXPECT_EQ(fields.at("error_text"), "no answer\nat all");
    event const online{.kind = event_kind::worker_online, .at = at(0ms).wall, .worker = "w1"};
    EXPECT_THAT(event_line(online), testing::EndsWith("worker-online     -  -  -  w1"));
    EXPECT_TRUE(present(online).at("id").is_null());
    event const sent{.kind = event_kind::task_sent, .at = at(0ms).wall, .worker = "shop@web-1"};
    EXPECT_THAT(event_line(sent), testing::EndsWith("task-sent         -  -  -  by shop@web-1"));
    EXPECT_EQ(present(sent).at("publisher"), "shop@web-1");
    EXPECT_TRUE(present(sent).at("worker").is_null());
}

} // namespace
} // namespace peyk::cli
