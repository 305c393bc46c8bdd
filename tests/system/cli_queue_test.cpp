// `peyk queue` and `peyk policy`.

#include "tests/system/cli_fixture.hpp"

namespace peyk::test {
namespace {

using testing::HasSubstr;

using CliQueue = Cli;
using CliPolicy = Cli;

TEST_F(CliQueue, AreListedAndShown) {
    published({"publish", "listed", "x"});
    auto const all = peyk_json({"queue", "ls"}).as_array();
    auto const found =
        std::ranges::find_if(all, [](auto const& queue) { return queue.at("name") == "listed"; });
    ASSERT_NE(found, all.end());
    EXPECT_EQ(found->at("ready").to_number<int>(), 1);
    auto const table = peyk({"queue", "ls"});
    EXPECT_THAT(table.out, HasSubstr("READY"));
    EXPECT_THAT(table.out, HasSubstr("listed"));
    EXPECT_THAT(table.out, testing::Not(HasSubstr("\033["))); // no terminal, no colours
    auto const none = peyk({"queue", "show", "nowhere"});
    EXPECT_EQ(none.code, 5);
    EXPECT_THAT(none.err, HasSubstr("peyk queue ls"));
    EXPECT_EQ(std::ranges::count(none.err, '\n'), 1);
}

TEST_F(CliQueue, CreatedOnesStayUntilTheyAreDeleted) {
    EXPECT_EQ(peyk({"queue", "create", "made"}).code, 0);
    EXPECT_TRUE(peyk_json({"queue", "show", "made"}).at("created").as_bool());
    EXPECT_EQ(peyk({"queue", "create", "no name"}).code, 6);
    EXPECT_EQ(peyk({"queue", "delete", "made"}).code, 2); // asks, and there is nobody
    EXPECT_EQ(peyk({"queue", "delete", "made", "--yes"}).out, "made is deleted\n");
    EXPECT_EQ(peyk({"queue", "show", "made"}).code, 5);
    auto const unknown = peyk({"queue", "delete", "made", "--yes"});
    EXPECT_EQ(unknown.code, 5);
    EXPECT_THAT(unknown.err, testing::StartsWith("peyk: no queue 'made'"));
}

// Mostly a variable of a script that was not set: it must not mean every queue.
TEST_F(CliQueue, AnEmptyNameIsAWrongCommandLine) {
    published({"publish", "spared", "x"});
    EXPECT_EQ(peyk({"queue", "purge", "", "--yes"}).code, 2);
    EXPECT_EQ(peyk({"queue", "move", "", "--to", "elsewhere"}).code, 2);
    EXPECT_EQ(peyk({"task", "cancel", "--yes", "-q", "spared", "--task", ""}).code, 2);
    EXPECT_EQ(peyk_json({"queue", "show", "spared"}).at("ready").to_number<int>(), 1);
    EXPECT_EQ(peyk({"policy", "set", "spared", "--max-length", "-1"}).code, 2);
}

TEST_F(CliQueue, DeleteRefusesWhatIsNotEmpty) {
    published({"publish", "full", "x"});
    dead_letter("full.dead", "t", "SomeError");
    auto const refused = peyk({"queue", "delete", "full", "--yes"});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr("--purge"));
    EXPECT_EQ(peyk({"queue", "delete", "full", "--purge", "--yes"}).code, 0);
    EXPECT_EQ(peyk({"queue", "show", "full"}).code, 5);
    EXPECT_EQ(peyk({"queue", "delete", "full.dead", "--yes"}).code, 6);
    EXPECT_EQ(peyk({"queue", "delete", "full.dead", "--purge", "--yes"}).code, 0);
}

TEST_F(CliQueue, PauseAndResume) {
    published({"publish", "paused", "x"});
    auto const held = peyk_json({"queue", "pause", "paused", "--for", "10m", "--reason", "why"});
    EXPECT_EQ(held.at("scope"), "queue");
    auto const shown = peyk_json({"queue", "show", "paused"});
    EXPECT_TRUE(shown.at("paused").as_bool());
    EXPECT_EQ(shown.at("paused_reason"), "why");
    EXPECT_FALSE(shown.at("paused_until").is_null());
    EXPECT_THAT(peyk({"queue", "ls"}).out, HasSubstr("paused"));
    EXPECT_EQ(peyk({"queue", "resume", "paused"}).code, 0);
    EXPECT_FALSE(peyk_json({"queue", "show", "paused"}).at("paused").as_bool());
    EXPECT_EQ(peyk({"queue", "resume", "paused"}).code, 5);
    EXPECT_EQ(peyk({"queue", "pause", "paused", "--for", "ever"}).code, 2);
}

TEST_F(CliQueue, DrainRefusesPublishersUntilItIsOpened) {
    published({"publish", "drained", "x"});
    auto const waited = peyk({"queue", "drain", "drained", "--wait", "--timeout", "300ms"});
    EXPECT_EQ(waited.code, 4);
    EXPECT_THAT(waited.err, HasSubstr("1 messages"));
    auto const refused = peyk({"publish", "drained", "y"});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr("peyk queue open"));
    settle_next("drained", verdict::drop{});
    EXPECT_EQ(peyk({"queue", "create", "drained"}).code, 0);
    EXPECT_EQ(peyk({"queue", "drain", "drained", "--wait"}).code, 0);
    EXPECT_EQ(peyk({"queue", "open", "drained"}).code, 0);
    published({"publish", "drained", "y"});
    EXPECT_EQ(peyk({"queue", "open", "drained"}).code, 5);
    EXPECT_EQ(peyk({"queue", "drain", "nowhere"}).code, 5);
}

TEST_F(CliQueue, PurgeRevokesWhatWaits) {
    published({"call", "keep", "--queue", "purged"});
    auto const id = published({"call", "drop", "--queue", "purged", "--countdown", "1h"});
    EXPECT_EQ(peyk({"queue", "purge", "purged", "--task", "drop"}).code, 2);
    EXPECT_EQ(peyk({"queue", "purge", "purged", "--dry-run"}).out, "would purge 2 messages\n");
    EXPECT_EQ(peyk({"queue", "purge", "purged", "--task", "drop", "--yes"}).out,
              "1 message purged\n");
    EXPECT_EQ(peyk_json({"task", "show", id}).at("state"), "REVOKED");
    EXPECT_EQ(count("purged", "ready"), 1);
}

TEST_F(CliQueue, PurgeAndMoveSayThatThereIsNoSuchQueue) {
    for (auto const& words : {std::vector<std::string>{"queue", "purge", "nowhere", "--yes"},
                              std::vector<std::string>{"queue", "purge", "nowhere", "--dry-run"},
                              std::vector<std::string>{"queue", "move", "nowhere", "into"}}) {
        auto const said = peyk(words);
        EXPECT_EQ(said.code, 5) << words[1];
        EXPECT_THAT(said.err, testing::StartsWith("peyk: no queue 'nowhere'"));
    }
    EXPECT_EQ(peyk({"queue", "purge", "nowhere.*", "--yes"}).out, "0 messages purged\n");
}

TEST_F(CliQueue, MovePutsWhatWaitsIntoAnother) {
    published({"publish", "from", "x"});
    EXPECT_EQ(peyk_json({"queue", "move", "from", "into"}).at("changed").to_number<int>(), 1);
    EXPECT_EQ(count("into", "ready"), 1);
    EXPECT_EQ(peyk({"queue", "move", "from", "not a name"}).code, 6);
    EXPECT_EQ(peyk({"queue", "move", "from"}).code, 2);
}

TEST_F(CliPolicy, SettingsThatMeanNothingAreRefused) {
    for (auto const* option : {"--default-ttl", "--lease", "--dead-ttl"}) {
        for (auto const* value : {"0", ""}) {
            auto const said = peyk({"policy", "set", "nonsense", option, value});
            EXPECT_EQ(said.code, 2) << option;
            EXPECT_THAT(said.err, HasSubstr(option)) << value;
        }
    }
    EXPECT_THAT(peyk({"policy", "set", "nonsense", "--lease", "0"}).err,
                HasSubstr("--lease cannot be '0'; it is from 1ms to 49d"));
    auto const said = peyk({"call", "t", "--queue", "nonsense", "--factor", "nan"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("from 0.01 to 655"));
    EXPECT_EQ(peyk({"policy", "explain", "nonsense"}).code, 0);
}

TEST_F(CliPolicy, HoldForQueuesByTheirNames) {
    EXPECT_EQ(
        peyk({"policy", "set", "limited.*", "--max-length", "1", "--overflow", "reject"}).code, 0);
    EXPECT_EQ(
        peyk({"policy", "set", "*", "--priority", "-5", "--dead-ttl", "30d", "--max-bytes", "1G"})
            .code,
        0);
    published({"publish", "limited.a", "x"});
    auto const full = peyk({"publish", "limited.a", "y"});
    EXPECT_EQ(full.code, 6);
    EXPECT_THAT(full.err, HasSubstr("peyk policy explain"));
    EXPECT_EQ(peyk_json({"queue", "show", "limited.a"}).at("policy"), "limited.*");

    auto const all = peyk_json({"policy", "ls"}).as_array();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].at("settings").at("dead_ttl_s").to_number<int>(), 30 * 86'400);
    EXPECT_EQ(all[0].at("settings").at("max_bytes").to_number<int>(), 1 << 30);
    auto const why = peyk_json({"policy", "explain", "limited.b"});
    EXPECT_EQ(why.at("policy"), "limited.*");
    EXPECT_EQ(why.at("settings").at("max_length").to_number<int>(), 1);
    EXPECT_EQ(why.at("matching").as_array().size(), 2u);
    EXPECT_THAT(peyk({"policy", "ls"}).out, HasSubstr("max_length 1"));

    EXPECT_EQ(peyk({"policy", "rm", "limited.*"}).code, 0);
    EXPECT_EQ(peyk({"policy", "rm", "limited.*"}).code, 5);
    EXPECT_EQ(peyk({"policy", "rm", "*"}).code, 0);
    EXPECT_THAT(peyk({"policy", "explain", "limited.b"}).out, HasSubstr("defaults"));
    EXPECT_EQ(peyk({"policy", "set", "x"}).code, 2);
    EXPECT_EQ(peyk({"policy", "set", "x", "--overflow", "explode"}).code, 2);
}

} // namespace
} // namespace peyk::test
