// `peyk cron`.

#include "tests/system/cli_fixture.hpp"

namespace peyk::test {
namespace {

using testing::HasSubstr;

using CliCron = Cli;

TEST_F(CliCron, ASchedulesWholeLife) {
    auto const made = peyk_json({"cron",
                                 "set",
                                 "nightly",
                                 "--cron",
                                 "0 3 * * *",
                                 "--zone",
                                 "Europe/Berlin",
                                 "--task",
                                 "report.build",
                                 "--args",
                                 "2030",
                                 "full=true",
                                 "--queue",
                                 "reports",
                                 "--overlap",
                                 "skip",
                                 "--max-retries",
                                 "1"});
    EXPECT_EQ(made.at("when"), "0 3 * * * Europe/Berlin");
    EXPECT_EQ(made.at("task"), "report.build");
    EXPECT_EQ(made.at("overlap"), "skip");
    EXPECT_EQ(made.at("args").at(0), "2030");
    EXPECT_EQ(made.at("kwargs").at("full"), "true");
    EXPECT_EQ(made.at("next").as_array().size(), 10u);

    auto const all = peyk_json({"cron", "ls"}).as_array();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].at("name"), "nightly");
    EXPECT_THAT(peyk({"cron", "ls"}).out, HasSubstr("nightly"));
    EXPECT_EQ(peyk_json({"cron", "show", "nightly"}).at("queue"), "reports");
    EXPECT_EQ(peyk_json({"cron", "next", "nightly"}).at("next").as_array().size(), 10u);
    EXPECT_THAT(peyk({"cron", "next", "nightly"}).out, HasSubstr(":00:00.000Z\n"));

    EXPECT_THAT(peyk({"cron", "pause", "nightly"}).out, HasSubstr("nightly is paused"));
    EXPECT_EQ(peyk({"cron", "pause", "nightly"}).out, "nightly was paused already\n");
    EXPECT_TRUE(peyk_json({"cron", "show", "nightly"}).at("paused").as_bool());
    EXPECT_THAT(peyk({"cron", "resume", "nightly"}).out,
                HasSubstr("nightly goes on; its next slot is at 2"));
    auto const again = peyk_json({"cron", "resume", "nightly"});
    EXPECT_FALSE(again.at("changed").as_bool());
    EXPECT_EQ(again.at("next_at"), peyk_json({"cron", "show", "nightly"}).at("next_at"));
    EXPECT_FALSE(peyk_json({"cron", "show", "nightly"}).at("paused").as_bool());
    EXPECT_THAT(peyk({"cron", "ls"}).out, Not(HasSubstr("LAST"))); // nothing has fired

    auto const id = published({"cron", "trigger", "nightly"});
    EXPECT_EQ(peyk_json({"task", "show", id}).at("task"), "report.build");
    auto const content = settle_next("reports", verdict::drop{}).decode();
    ASSERT_TRUE(content);
    EXPECT_EQ(content->args, (std::vector<std::string>{"2030"}));
    EXPECT_EQ(content->kwargs.at("full"), "true");

    EXPECT_EQ(peyk({"cron", "rm", "nightly"}).out, "nightly is gone\n");
    EXPECT_TRUE(peyk_json({"cron", "ls"}).as_array().empty());
}

TEST_F(CliCron, AnIntervalFires) {
    EXPECT_EQ(
        peyk({"cron", "set", "often", "--every", "1s", "--task", "poll", "--queue", "polls"}).code,
        0);
    EXPECT_EQ(settle_next("polls", verdict::drop{}).task, "poll");
    EXPECT_GE(peyk_json({"cron", "show", "often"}).at("fired").to_number<int>(), 1);
    EXPECT_EQ(peyk({"cron", "set", "never", "--cron", "@yearly", "--task", "poll"}).code, 0);
    auto const table = peyk({"cron", "ls"}).out;
    EXPECT_THAT(table, HasSubstr("LAST")); // one of them has fired
    EXPECT_THAT(table, testing::ContainsRegex("never .*:00.000Z +0\n"));
    EXPECT_EQ(peyk({"cron", "rm", "often"}).code, 0);
    EXPECT_EQ(peyk({"cron", "rm", "never"}).code, 0);
}

TEST_F(CliCron, WhatDoesNotExistOrMakesNoSense) {
    for (auto const* verb : {"show", "rm", "pause", "resume", "trigger", "next"}) {
        auto const said = peyk({"cron", verb, "nobody"});
        EXPECT_EQ(said.code, 5) << verb;
        EXPECT_THAT(said.err, HasSubstr("peyk cron ls"));
    }
    EXPECT_EQ(peyk({"cron", "set", "x", "--task", "t"}).code, 2);
    EXPECT_EQ(peyk({"cron", "set", "x", "--task", "t", "--every", "1m", "--cron", "@daily"}).code,
              2);
    EXPECT_EQ(peyk({"cron", "set", "x", "--task", "t", "--every", "1m", "--overlap", "no"}).code,
              2);
    EXPECT_EQ(peyk({"cron", "set", "x", "--every", "1m"}).code, 2);
    EXPECT_EQ(peyk({"cron", "set", "x", "--task", "t", "--every", "100ms"}).code, 2); // too often
    auto const refused = peyk({"cron", "set", "x", "--task", "t", "--cron", "61 * * * *"});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr("refused"));
    EXPECT_EQ(
        peyk({"cron", "set", "x", "--task", "t", "--cron", "@daily", "--zone", "Mars/One"}).code,
        6);
}

} // namespace
} // namespace peyk::test
