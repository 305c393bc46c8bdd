// `peyk help`: topics, and the manual page.

#include "tests/system/cli_fixture.hpp"
#include <peyk/filter.hpp>

#include <sstream>

namespace peyk::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string help(std::vector<std::string> words) {
    words.insert(words.begin(), {PEYK_CLI_BINARY, "help"});
    auto const said = run_program(std::move(words));
    EXPECT_EQ(said.code, 0) << said.err;
    return said.out;
}

TEST(CliHelp, TopicsTellWhatTheyPromise) {
    EXPECT_THAT(help({"exit-codes"}), HasSubstr("130"));
    EXPECT_THAT(help({"contexts"}), HasSubstr("--context, PEYK_URL, PEYK_CONTEXT"));
    EXPECT_THAT(help({"times"}), HasSubstr("-1h"));
    EXPECT_THAT(help({"output"}), HasSubstr("jsonl"));
    EXPECT_THAT(help({"environment"}), HasSubstr("XDG_CONFIG_HOME"));
    EXPECT_THAT(help({"values"}), HasSubstr("FILTER"));
}

TEST(CliHelp, TheLimitsAreThoseTheBrokerPrints) {
    auto const text = help({"limits-of-the-broker"});
    EXPECT_THAT(text, StartsWith("Limits of the broker:"));
    EXPECT_THAT(text, HasSubstr("limits:\n"));
    EXPECT_THAT(text, HasSubstr("frame_bytes_max: "));
}

TEST(CliHelp, FiltersAreToldWithAllTheirKeys) {
    auto const text = help({"filters"});
    try {
        (void)parse_filter("word", {});
        FAIL();
    } catch (filter_error const& wrong) {
        std::istringstream words{wrong.what()};
        int keys = 0;
        for (std::string word; words >> word;) {
            if (word.ends_with(','))
                word.pop_back();
            if (!word.ends_with(':'))
                continue;
            EXPECT_THAT(text, HasSubstr("  " + word));
            ++keys;
        }
        EXPECT_GE(keys, 8);
    }
}

// Not as CLI11 writes them: UINT:UINT in [1 - 10000], FLOAT in [0 - 1.79769e+308].
TEST(CliHelp, RangesAreReadable) {
    auto const page = help({"--man"});
    EXPECT_THAT(page, Not(HasSubstr(" in [")));
    EXPECT_THAT(page, Not(HasSubstr("e+")));
    EXPECT_THAT(page, Not(HasSubstr(":POSITIVE")));
    auto const told = [](std::vector<std::string> words) {
        words.insert(words.begin(), PEYK_CLI_BINARY);
        words.emplace_back("--help");
        return run_program(std::move(words)).out;
    };
    EXPECT_THAT(told({"bench", "cycle"}), HasSubstr("--window 1-1000000=1000"));
    EXPECT_THAT(told({"control", "autoscale"}), HasSubstr("max 1-10000 REQUIRED"));
    EXPECT_THAT(told({"limit", "share"}), HasSubstr("weight 1-1000 REQUIRED"));
    auto const wrong = run_program({PEYK_CLI_BINARY, "call", "t", "--cost", "-1"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("'-1'; it is a whole number from 1 to 4294967295"));
}

TEST(CliHelp, TheManualPageHasCommandsAndTopics) {
    auto const page = help({"--man"});
    EXPECT_THAT(page, StartsWith(".TH PEYK 1"));
    for (auto const* part : {"\n.SH OPTIONS\n",
                             "\n.SS peyk task ls [OPTIONS] [term]\n",
                             "\n.SH EXIT CODES\n",
                             "\n.SH FILTERS\n",
                             "\\fB\\-\\-queue\\fR",
                             "peyk help limits\\-of\\-the\\-broker"})
        EXPECT_THAT(page, HasSubstr(part));
    // A line that begins so would be a request to roff, and no text has one.
    EXPECT_THAT(page, Not(HasSubstr("\n'")));
}

TEST(CliHelp, RoffFindsNothingWrongWithIt) {
    auto const groff = [](std::string const& input) {
        return run_program({"/usr/bin/env", "groff", "-man", "-Tutf8", "-ww", "-z"}, input);
    };
    if (groff(".TH X 1\n").code != 0)
        GTEST_SKIP() << "no groff here";
    auto const said = groff(help({"--man"}));
    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(said.err, "");
    EXPECT_NE(groff(".TH X 1\n.undefined_request\n").err, "");
}

} // namespace
} // namespace peyk::test
