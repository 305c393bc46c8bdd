// `peyk dead` and `peyk sweep`.

#include "tests/system/cli_fixture.hpp"

#include <chrono>
#include <fstream>
#include <future>
#include <sstream>

namespace peyk::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

using CliDead = Cli;

TEST_F(CliDead, GroupsCountWhatWentWrong) {
    dead_letter("grouped", "send", "SmtpError");
    auto const last = dead_letter("grouped", "send", "SmtpError");
    auto const other = dead_letter("grouped", "render", "DiskError");
    auto const groups = peyk_json({"dead", "groups", "--queue", "grouped"}).as_array();
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[0].at("count").to_number<int>(), 2);
    EXPECT_EQ(groups[0].at("error_type"), "SmtpError");
    EXPECT_EQ(groups[0].at("death"), "permanent_failure");
    EXPECT_EQ(groups[0].at("last_id").as_string(), last);
    EXPECT_THAT(peyk({"dead", "groups"}).out, HasSubstr("DiskError"));

    auto const listed = peyk_json({"dead", "ls", "--queue", "grouped", "--task", "render"});
    ASSERT_EQ(listed.at("messages").as_array().size(), 1u);
    EXPECT_EQ(listed.at("messages").at(0).at("id").as_string(), other);
    EXPECT_THAT(peyk({"dead", "ls", "--error", "Smtp*"}).out, HasSubstr("SmtpError: no luck"));
}

TEST_F(CliDead, ShowIsForDeadLettersOnly) {
    auto const id = dead_letter("shown", "t", "SomeError");
    auto const shown = peyk_json({"dead", "show", id});
    EXPECT_EQ(shown.at("detail"), "dead");
    EXPECT_EQ(shown.at("history").as_array().size(), 1u);
    auto const alive = published({"call", "t", "--queue", "shown"});
    EXPECT_EQ(peyk({"dead", "show", alive}).code, 1);
    EXPECT_EQ(peyk({"dead", "show", nobody}).code, 5);
}

TEST_F(CliDead, RedriveMakesThemReadyAgain) {
    auto const one = dead_letter("again", "t", "SomeError");
    dead_letter("again", "t", "SomeError");
    EXPECT_EQ(peyk_json({"dead", "redrive", one, "--reset-counters"}).at(0).at("redriven"), true);
    EXPECT_EQ(peyk_json({"task", "show", one}).at("attempts").to_number<int>(), 0);
    EXPECT_EQ(peyk({"dead", "redrive", one}).code, 1); // it is none any more
    EXPECT_EQ(peyk({"dead", "redrive", "--queue", "again", "--dry-run"}).out,
              "would redrive 1 message\n");
    auto const swept =
        peyk_json({"dead", "redrive", "--queue", "again", "--to", "elsewhere", "--rate", "100/s"});
    EXPECT_EQ(swept.at("changed").to_number<int>(), 1);
    EXPECT_EQ(count("elsewhere", "ready"), 1);
    EXPECT_EQ(peyk({"dead", "redrive"}).code, 2);
    EXPECT_EQ(peyk({"dead", "redrive", "--all", "--rate", "fast"}).code, 2);
    EXPECT_EQ(peyk({"dead", "redrive", nobody}).code, 5);
}

TEST_F(CliDead, DeleteDropsOnlyDeadLetters) {
    auto const one = dead_letter("deleted", "t", "SomeError");
    dead_letter("deleted", "t", "SomeError");
    auto const ended = published({"call", "t", "--queue", "deleted"});
    EXPECT_EQ(peyk({"task", "cancel", ended}).code, 0);
    auto const answers = peyk_json({"dead", "delete", ended, one}, 1).as_array();
    EXPECT_EQ(answers[0].at("deleted"), false);
    EXPECT_EQ(answers[1].at("deleted"), true);
    EXPECT_EQ(peyk({"dead", "delete", "--queue", "deleted"}).code, 2);
    EXPECT_EQ(peyk({"dead", "delete", "--queue", "deleted", "--yes"}).out, "1 message deleted\n");
    EXPECT_EQ(peyk({"task", "show", ended}).code, 0);
    EXPECT_EQ(count("deleted", "dead"), 0);
}

TEST_F(CliDead, ExportWritesALineForEach) {
    auto const one = dead_letter("exported", "t", "SomeError");
    auto const two = dead_letter("exported", "t", "SomeError");
    std::istringstream lines{peyk({"dead", "export", "--queue", "exported"}).out};
    std::vector<std::string> ids;
    for (std::string line; std::getline(lines, line);) {
        auto const letter = json::parse(line);
        ids.emplace_back(letter.at("id").as_string());
        EXPECT_EQ(letter.at("history").as_array().size(), 1u);
    }
    EXPECT_THAT(ids, testing::UnorderedElementsAre(one, two));
    auto const file = broker_->data().parent_path() / "dead.jsonl";
    EXPECT_EQ(peyk({"dead", "export", "--queue", "exported", "--file", file.string()}).code, 0);
    std::ifstream written{file};
    std::string line;
    EXPECT_TRUE(std::getline(written, line));
    EXPECT_EQ(peyk({"dead", "export", "--file", "/nowhere/dead.jsonl"}).code, 7);
}

TEST_F(CliDead, ExportHasWhatWasPublished) {
    auto const id = published({"call",
                               "t",
                               "two",
                               "1",
                               "b=3",
                               "--queue",
                               "carried",
                               "--header",
                               "from=ann",
                               "--unique",
                               "key",
                               "--max-retries",
                               "2"});
    settle_next("carried", verdict::failure{.error = {"E", "no luck", ""}, .permanent = true});
    auto const line = peyk_json({"dead", "export", "--queue", "carried"});
    EXPECT_EQ(line.at("id").as_string(), id);
    EXPECT_EQ(line.at("queue"), "carried");
    EXPECT_EQ(line.at("task"), "t");
    EXPECT_EQ(line.at("death"), "permanent_failure");
    EXPECT_EQ(line.at("content"), "whole");
    EXPECT_EQ(json::serialize(line.at("args")), R"(["two",1])");
    EXPECT_EQ(json::serialize(line.at("kwargs")), R"({"b":3})");
    EXPECT_EQ(line.at("headers").at("from"), "ann");
    EXPECT_EQ(line.at("options").at("retry").at("max_retries").to_number<int>(), 2);
    EXPECT_EQ(line.at("options").at("unique").at("key"), "key");
    EXPECT_TRUE(line.at("body").is_null());
}

TEST_F(CliDead, ExportReadsMoreThanOneAnswerHolds) {
    std::string const large(3 << 20, 'x');
    for (int n = 0; n < 3; ++n) {
        EXPECT_EQ(peyk({"publish", "large", "-"}, large).code, 0);
        settle_next("large", verdict::dead{});
    }
    std::istringstream lines{peyk({"dead", "export", "--queue", "large"}).out};
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        EXPECT_EQ(json::parse(line).at("body").as_string().size(), large.size());
    EXPECT_EQ(count, 3);
}

TEST_F(CliDead, ASweepIsListedAndStopped) {
    std::string lines;
    for (int n = 0; n < 100; ++n)
        lines += "x\n";
    EXPECT_EQ(peyk({"publish", "slow", "--lines", "-"}, lines).code, 0);
    auto moving = std::async(std::launch::async, [] {
        return peyk({"queue", "move", "slow", "to", "--rate", "1/s"});
    });
    auto under_way = peyk_json({"sweep", "ls"}).as_array();
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (under_way.empty() && std::chrono::steady_clock::now() < end)
        under_way = peyk_json({"sweep", "ls"}).as_array();
    ASSERT_EQ(under_way.size(), 1u);
    EXPECT_EQ(under_way[0].at("action"), "move");
    EXPECT_EQ(under_way[0].at("which").at("queue"), "slow");
    EXPECT_EQ(under_way[0].at("rate_per_s").to_number<int>(), 1);
    auto const id = std::to_string(under_way[0].at("id").to_number<int>());
    EXPECT_TRUE(peyk_json({"sweep", "stop", id}).at("stopped").as_bool());
    EXPECT_EQ(moving.get().code, 0);
    EXPECT_GT(count("slow", "ready"), 0);
}

TEST_F(CliDead, SweepsAreListedAndUnknownOnesRefused) {
    EXPECT_TRUE(peyk_json({"sweep", "ls"}).as_array().empty());
    EXPECT_THAT(peyk({"sweep", "ls"}).out, HasSubstr("ACTION"));
    auto const said = peyk({"sweep", "stop", "4711"});
    EXPECT_EQ(said.code, 5);
    EXPECT_THAT(said.err, HasSubstr("peyk sweep ls"));
    EXPECT_EQ(peyk({"sweep", "stop", "one"}).code, 2);
}

} // namespace
} // namespace peyk::test
