// The forms of what `peyk` prints, and its colours.

#include "tests/system/cli_fixture.hpp"

#include <algorithm>
#include <sstream>

namespace peyk::test {
namespace {

namespace json = boost::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

using CliOutput = Cli;

std::vector<json::value> lines_of(std::string const& text) {
    std::vector<json::value> values;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        values.push_back(json::parse(line));
    return values;
}

TEST_F(CliOutput, JsonlIsOneLinePerRow) {
    for (int n = 0; n < 3; ++n)
        published({"call", "t", "--queue", "rows"});
    auto const all = peyk({"task", "ls", "queue:rows", "-o", "jsonl"});
    EXPECT_EQ(all.err, "");
    auto const rows = lines_of(all.out);
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].at("queue"), "rows");
    auto const page = peyk({"task", "ls", "queue:rows", "--limit", "2", "-o", "jsonl"});
    EXPECT_EQ(lines_of(page.out).size(), 2u);
    EXPECT_THAT(page.err, HasSubstr("peyk task ls --from"));
    EXPECT_EQ(lines_of(peyk({"queue", "show", "rows", "-o", "jsonl"}).out).size(), 1u);
    auto const queues = lines_of(peyk({"queue", "ls", "-o", "jsonl"}).out);
    EXPECT_EQ(queues.size(), peyk_json({"queue", "ls"}).as_array().size());
}

TEST_F(CliOutput, YamlTellsTheSame) {
    auto const id = published({"call", "t", "--queue", "yes", "--max-retries", "0"});
    auto const shown = peyk({"task", "show", id, "-o", "yaml"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("id: \"" + id + "\"\n"));
    EXPECT_THAT(shown.out, HasSubstr("queue: \"yes\"\n")); // no truth value
    EXPECT_THAT(shown.out, HasSubstr("state: PENDING\n"));
    EXPECT_THAT(shown.out, HasSubstr("attempts: 0\n"));
    EXPECT_THAT(shown.out, HasSubstr("result: ~\n"));
    EXPECT_THAT(shown.out, HasSubstr("history: []\n"));
    auto const listed = peyk({"task", "ls", "queue:yes", "-o", "yaml"});
    EXPECT_THAT(listed.out, HasSubstr("messages:\n  - id: "));
    EXPECT_THAT(listed.out, EndsWith("next: ~\n"));
    settle_next("yes", verdict::success{.result = "[1, \"a\\nb\"]"});
    auto const events = peyk({"task", "tail", id, "-o", "yaml"});
    EXPECT_THAT(events.out, HasSubstr("---\nstate: SUCCESS\n"));
    EXPECT_THAT(peyk({"task", "show", id, "-o", "yaml"}).out,
                HasSubstr("result:\n  - 1\n  - \"a\\nb\"\n"));
}

TEST_F(CliOutput, EveryFormIsForEveryCommand) {
    published({"call", "t", "--queue", "forms"});
    for (std::string const form : {"json", "yaml", "jsonl"}) {
        for (auto const& words : std::vector<std::vector<std::string>>{{"version"},
                                                                       {"broker"},
                                                                       {"ping"},
                                                                       {"queue", "show", "forms"},
                                                                       {"queue", "create", "made"},
                                                                       {"policy", "explain", "q"},
                                                                       {"dead", "groups"},
                                                                       {"call", "t"}}) {
            auto all = words;
            all.insert(all.end(), {"-o", form});
            auto const said = peyk(all);
            EXPECT_EQ(said.code, 0) << testing::PrintToString(all) << said.err;
            // Neither prose nor a table.
            EXPECT_THAT(said.out, Not(HasSubstr("  QUEUE"))) << testing::PrintToString(all);
            bool const begins =
                form == "yaml" || said.out.empty() || said.out[0] == '{' || said.out[0] == '[';
            EXPECT_TRUE(begins) << testing::PrintToString(all) << said.out;
        }
    }
    EXPECT_EQ(peyk({"ping", "-o", "xml"}).code, 2);
}

TEST_F(CliOutput, ColoursAreAskedForOrLeftOut) {
    auto const id = published({"call", "t", "--queue", "colours"});
    settle_next("colours", verdict::success{.result = "1"});
    EXPECT_THAT(peyk({"task", "show", id}).out, Not(HasSubstr("\033["))); // no terminal
    auto const shown = peyk({"task", "show", id, "--color", "always"});
    EXPECT_THAT(shown.out, HasSubstr("\033[32mSUCCESS\033[0m"));
    auto const listed = peyk({"task", "ls", "queue:colours", "--color", "always"});
    EXPECT_THAT(listed.out, HasSubstr("\033[32mSUCCESS\033[0m  "));
    auto const plain = peyk({"task", "ls", "queue:colours", "--color", "never"});
    EXPECT_EQ(std::ranges::count(plain.out, '\033'), 0);
    EXPECT_EQ(peyk({"ping", "--color", "sometimes"}).code, 2);
}

} // namespace
} // namespace peyk::test
