#include "client/cli/exit_code.hpp"
#include "client/cli/value.hpp"

#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;

exit_code code_of(auto const& call) {
    try {
        call();
    } catch (failure const& ended) {
        return ended.code();
    }
    return exit_code::ok;
}

TEST(CliValue, JsonStaysJsonAndOtherWordsBecomeStrings) {
    EXPECT_EQ(json_argument("2"), "2");
    EXPECT_EQ(json_argument("-2.5"), "-2.5");
    EXPECT_EQ(json_argument("true"), "true");
    EXPECT_EQ(json_argument("[1,2]"), "[1,2]");
    EXPECT_EQ(json_argument("\"2\""), "\"2\"");
    EXPECT_EQ(json_argument("two"), "\"two\"");
    EXPECT_EQ(json_argument("say \"hi\""), R"("say \"hi\"")");
    EXPECT_EQ(json_argument(""), "\"\"");
}

TEST(CliValue, WhatIsNoNumberInJsonIsRefused) {
    for (auto const* wrong : {"1e999", "-1e999", R"({"x":[1,1e999]})"})
        EXPECT_THROW((void)json_argument(wrong), failure) << wrong;
    EXPECT_EQ(json_argument("\"1e999\""), "\"1e999\"");
    EXPECT_EQ(json_argument("1e300"), "1e300");
}

TEST(CliValue, NamesBeforeAnEqualsSignMakeNamedArguments) {
    auto const parsed = parse_arguments({"1", "a=2", "to=ann@example.org", "\"a=b\"", "9=9", "=x"});
    EXPECT_EQ(parsed.positional, (std::vector<std::string>{"1", "\"a=b\"", "\"9=9\"", "\"=x\""}));
    EXPECT_EQ(parsed.named.at("a"), "2");
    EXPECT_EQ(parsed.named.at("to"), "\"ann@example.org\"");
    EXPECT_EQ(code_of([] { (void)parse_arguments({"a=1", "a=2"}); }), exit_code::usage);
}

TEST(CliValue, DurationsHaveUnits) {
    EXPECT_EQ(parse_duration("10"), 10s);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("2h"), 2h);
    EXPECT_EQ(parse_duration("1d"), 24h);
    for (auto const* wrong : {"", "-1", "ten", "1 s", "1w", "nan", "inf", "1e300", "5mm"})
        EXPECT_EQ(code_of([&] { (void)parse_duration(wrong); }), exit_code::usage) << wrong;
}

TEST(CliValue, TimesAreReadAsTheyAreWritten) {
    auto const noon = std::chrono::system_clock::from_time_t(1'893'456'000); // 2030-01-01T00:00:00Z
    EXPECT_EQ(parse_time("2030-01-01T00:00:00Z"), noon);
    EXPECT_EQ(parse_time("2030-01-01 00:00:00"), noon);
    EXPECT_EQ(parse_time("2030-01-01T00:00"), noon);
    EXPECT_EQ(parse_time("2030-01-01T01:00+01:00"), noon);
    EXPECT_EQ(parse_time("2030-01-01T01:00:00+01:00"), noon);
    EXPECT_EQ(parse_time("2029-12-31T20:30:00-0330"), noon);
    EXPECT_EQ(parse_time("2030-01-01T00:00:00.250Z"), noon + 250ms);
    EXPECT_EQ(format_time(noon + 250ms), "2030-01-01T00:00:00.250Z");
    EXPECT_EQ(format_time(time_point{-1ms}), "1969-12-31T23:59:59.999Z");
    for (auto const* wrong : {"",
                              "tomorrow",
                              "2030-01-01",
                              "2030-13-01T00:00:00Z",
                              "2030-02-30T00:00:00Z",
                              "+203-01-01T00:00:00Z",
                              "2262-06-01T00:00:00Z", // beyond what a time_point holds
                              "1500-01-01T00:00:00Z",
                              "2030-01-01T00:00:00+1",
                              "2030-01-01T00:00:00 UTC"})
        EXPECT_EQ(code_of([&] { (void)parse_time(wrong); }), exit_code::usage) << wrong;
}

TEST(CliValue, DurationsAreWrittenShort) {
    EXPECT_EQ(format_duration(0ms), "0s");
    EXPECT_EQ(format_duration(1500ms), "1500ms");
    EXPECT_EQ(format_duration(90s), "90s");
    EXPECT_EQ(format_duration(10min), "10m");
    EXPECT_EQ(format_duration(36h), "36h");
    EXPECT_EQ(format_duration(48h), "2d");
    for (auto const length : {0ms, 1ms, 1500ms, 90'000ms, 86'400'000ms})
        EXPECT_EQ(parse_duration(format_duration(length)), length);
}

TEST(CliValue, ListsOfDurationsHaveCommas) {
    using durations = std::vector<std::chrono::milliseconds>;
    EXPECT_EQ(parse_durations("--delays", "1s,5s,1m", 1min), (durations{1s, 5s, 1min}));
    EXPECT_EQ(parse_durations("--delays", "250ms", 1min), (durations{250ms}));
    for (auto const* wrong : {"", "1s,", ",1s", "1s;5s", "1s,61s"}) {
        EXPECT_EQ(code_of([&] { (void)parse_durations("--delays", wrong, 1min); }),
                  exit_code::usage)
            << wrong;
    }
}

TEST(CliValue, ADurationOutOfItsRangeIsSaidWithOptionAndRange) {
    EXPECT_EQ(parse_duration("--lease", "1ms", 1ms, 48h), 1ms);
    for (auto const* wrong : {"0", "49h"}) {
        try {
            (void)parse_duration("--lease", wrong, 1ms, 48h);
            ADD_FAILURE() << wrong;
        } catch (failure const& refused) {
            EXPECT_EQ(refused.code(), exit_code::usage);
            EXPECT_EQ(std::string{refused.what()},
                      "--lease cannot be '" + std::string{wrong} + "'; it is from 1ms to 2d");
        }
    }
}

TEST(CliValue, SizesAreBytesInStepsOf1024) {
    EXPECT_EQ(parse_size("1000"), 1'000u);
    EXPECT_EQ(parse_size("64k"), 65'536u);
    EXPECT_EQ(parse_size("10M"), 10u << 20);
    EXPECT_EQ(parse_size("2G"), 2ull << 30);
    EXPECT_EQ(parse_size("3T"), 3ull << 40);
    for (auto const* wrong : {"", "k", "-1", "1.5M", "1m", "1kk", "1 k", "18446744073709551615k"})
        EXPECT_EQ(code_of([&] { (void)parse_size(wrong); }), exit_code::usage) << wrong;
}

TEST(CliValue, RatesAreMessagesEachSecond) {
    EXPECT_EQ(parse_rate("50/s"), 50u);
    EXPECT_EQ(parse_rate("50"), 50u);
    for (auto const* wrong : {"", "0", "/s", "50/m", "-1/s", "1.5/s"})
        EXPECT_EQ(code_of([&] { (void)parse_rate(wrong); }), exit_code::usage) << wrong;
}

TEST(CliValue, MomentsMayBeCountedFromNow) {
    auto const now = parse_time("2030-01-01T12:00:00Z");
    EXPECT_EQ(parse_moment("now", now), now);
    EXPECT_EQ(parse_moment("in 10m", now), now + 10min);
    EXPECT_EQ(parse_moment("+10m", now), now + 10min);
    EXPECT_EQ(parse_moment("-1h", now), now - 1h);
    EXPECT_EQ(parse_moment("1h ago", now), now - 1h);
    EXPECT_EQ(parse_moment("2029-01-01T00:00:00Z", now), parse_time("2029-01-01T00:00:00Z"));
    for (auto const* wrong : {"", "in", "in soon", "-", "10m", "ago", "yesterday"})
        EXPECT_EQ(code_of([&] { (void)parse_moment(wrong, now); }), exit_code::usage) << wrong;
}

TEST(CliValue, AChoiceNamesWhatItCouldBe) {
    constexpr choice<int> numbers[] = {{"one", 1}, {"two", 2}};
    EXPECT_EQ(choose(numbers, "two", "--number"), 2);
    try {
        (void)choose(numbers, "three", "--number");
        FAIL();
    } catch (failure const& refused) {
        EXPECT_EQ(refused.code(), exit_code::usage);
        EXPECT_STREQ(refused.what(), "--number cannot be 'three'; it is one of one, two");
    }
}

TEST(CliValue, HeadersAndIdsAreChecked) {
    EXPECT_EQ(parse_pair("a=b=c"), (std::pair<std::string, std::string>{"a", "b=c"}));
    EXPECT_EQ(code_of([] { (void)parse_pair("=b"); }), exit_code::usage);
    EXPECT_EQ(code_of([] { (void)parse_pair("a"); }), exit_code::usage);
    EXPECT_EQ(code_of([] { (void)parse_id("42"); }), exit_code::usage);
    EXPECT_FALSE(parse_id("0190a5f3-7c1e-7b3a-8f00-0123456789ab").is_nil());
}

TEST(CliExitCode, EveryErrorOfTheLibraryHasOne) {
    auto const of = [](errc code) {
        return exit_code_of(make_error_code(code));
    };
    EXPECT_EQ(of(errc::ok), exit_code::ok);
    EXPECT_EQ(exit_code_of(error_code{}), exit_code::ok);
    EXPECT_EQ(of(errc::task_failed), exit_code::negative);
    EXPECT_EQ(of(errc::already_final), exit_code::negative);
    EXPECT_EQ(of(errc::invalid_url), exit_code::usage);
    EXPECT_EQ(of(errc::unreachable), exit_code::unreachable);
    EXPECT_EQ(of(errc::timeout), exit_code::timeout);
    EXPECT_EQ(of(errc::unknown_message), exit_code::unknown);
    EXPECT_EQ(of(errc::unknown_queue), exit_code::unknown);
    for (auto const each :
         {errc::unknown_schedule, errc::unknown_policy, errc::unknown_hold, errc::unknown_sweep})
        EXPECT_EQ(of(each), exit_code::unknown);
    for (auto const each : {errc::message_leased, errc::not_final, errc::not_dead})
        EXPECT_EQ(of(each), exit_code::negative);
    EXPECT_EQ(of(errc::unique_conflict), exit_code::conflict);
    EXPECT_EQ(of(errc::queue_full), exit_code::refused);
    EXPECT_EQ(of(errc::queue_not_empty), exit_code::refused);
    EXPECT_EQ(of(errc::disk_full), exit_code::refused);
    EXPECT_EQ(of(errc::message_too_large), exit_code::refused);
    EXPECT_EQ(of(errc::version_unsupported), exit_code::refused);
    EXPECT_EQ(of(errc::protocol_error), exit_code::internal);
    EXPECT_EQ(exit_code_of(make_error_code(boost::system::errc::io_error)), exit_code::internal);
}

TEST(CliExitCode, ARefusalSaysWhatToDo) {
    auto const unknown = make_error_code(errc::unknown_queue);
    // The broker's words without the text of the code behind them.
    EXPECT_EQ(advice(error{unknown, "no queue q"}, "peyk://x"), "no queue q");
    EXPECT_FALSE(advice(error{unknown, ""}, "peyk://x").starts_with(":"));
    auto const text = advice(error{make_error_code(errc::queue_draining)}, "peyk://x");
    EXPECT_TRUE(text.starts_with("the broker refused: ")) << text;
    EXPECT_TRUE(text.ends_with("; `peyk queue open QUEUE` lets publishers in again")) << text;
}

} // namespace
} // namespace peyk::cli
