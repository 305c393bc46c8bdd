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
    EXPECT_EQ(parse_time("2030-01-01T01:00:00+01:00"), noon);
    EXPECT_EQ(parse_time("2029-12-31T20:30:00-0330"), noon);
    EXPECT_EQ(parse_time("2030-01-01T00:00:00.250Z"), noon + 250ms);
    EXPECT_EQ(format_time(noon + 250ms), "2030-01-01T00:00:00.250Z");
    EXPECT_EQ(format_time(time_point{-1ms}), "1969-12-31T23:59:59.999Z");
    for (auto const* wrong : {"",
                              "tomorrow",
                              "2030-01-01",
                              "2030-13-01T00:00:00Z",
                              "2030-01-01T00:00:00+1",
                              "2030-01-01T00:00:00 UTC"})
        EXPECT_EQ(code_of([&] { (void)parse_time(wrong); }), exit_code::usage) << wrong;
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
    EXPECT_EQ(of(errc::disk_full), exit_code::refused);
    EXPECT_EQ(of(errc::message_too_large), exit_code::refused);
    EXPECT_EQ(of(errc::version_unsupported), exit_code::refused);
    EXPECT_EQ(of(errc::protocol_error), exit_code::internal);
    EXPECT_EQ(exit_code_of(make_error_code(boost::system::errc::io_error)), exit_code::internal);
}

} // namespace
} // namespace peyk::cli
