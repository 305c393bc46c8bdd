// The built `peyk`: publishing, asking and how it ends. The commands of a noun are in
// cli_NOUN_test.cpp.

#include "tests/system/cli_fixture.hpp"

#include <fstream>

namespace peyk::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(Cli, CallPublishesATaskWhoseResultCanBeWaitedFor) {
    auto const id = published({"call",
                               "tasks.add",
                               "2",
                               "two",
                               "c=[3]",
                               "--queue",
                               "sums",
                               "--priority",
                               "7",
                               "--max-retries",
                               "1",
                               "--header",
                               "a=b"});
    auto const waiting = peyk_json({"task", "show", id}).as_object();
    EXPECT_EQ(waiting.at("state"), "PENDING");
    EXPECT_EQ(waiting.at("detail"), "ready");
    EXPECT_EQ(waiting.at("queue"), "sums");
    EXPECT_EQ(waiting.at("task"), "tasks.add");
    EXPECT_EQ(waiting.at("priority").to_number<int>(), 7);
    EXPECT_TRUE(waiting.at("result").is_null());

    auto const early = peyk({"result", "get", id});
    EXPECT_EQ(early.code, 1);
    EXPECT_EQ(early.out, "");
    EXPECT_THAT(early.err, HasSubstr("result wait"));

    auto const got = settle_next("sums", verdict::success{.result = "{\"sum\":4}"});
    auto const content = got.decode();
    ASSERT_TRUE(content);
    EXPECT_EQ(content->args, (std::vector<std::string>{"2", "\"two\""}));
    EXPECT_EQ(content->kwargs.at("c"), "[3]");
    EXPECT_EQ(content->headers.at("a"), "b");
    EXPECT_EQ(got.max_retries, 1u);

    EXPECT_EQ(peyk({"result", "wait", id, "--timeout", "20"}).out, "{\"sum\":4}\n");
    EXPECT_THAT(peyk({"task", "show", id}).out, HasSubstr("  {\"sum\":4}\n"));
    auto const result = peyk_json({"result", "get", id}).as_object();
    EXPECT_EQ(result.at("state"), "SUCCESS");
    EXPECT_EQ(result.at("result").at("sum").to_number<int>(), 4);
    EXPECT_FALSE(result.at("finished_at").is_null());
}

TEST_F(Cli, AFailedTaskEndsWithOne) {
    auto const id = published({"call", "tasks.fail", "--queue", "failing", "--max-retries", "0"});
    settle_next(
        "failing",
        verdict::failure{.error = {"std::runtime_error", "no luck", ""}, .permanent = true});
    auto const said = peyk({"result", "wait", id});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("no luck"));
    EXPECT_EQ(peyk_json({"result", "get", id}, 1).at("error").at("type"), "std::runtime_error");
}

TEST_F(Cli, CallCanWaitForTheEnd) {
    auto const late =
        peyk({"call", "tasks.slow", "-5", "--queue", "slow", "--wait", "--timeout", "300ms"});
    EXPECT_EQ(late.code, 4);
    EXPECT_THAT(late.err, HasSubstr("peyk result wait"));
    auto const expired = peyk({"call",
                               "tasks.slow",
                               "--queue",
                               "slow",
                               "--expires",
                               "100ms",
                               "--wait",
                               "--timeout",
                               "20"});
    EXPECT_EQ(expired.code, 1);
    EXPECT_THAT(expired.err, HasSubstr("expired"));
}

TEST_F(Cli, TimesAreHandedOver) {
    auto const id = published({"call",
                               "t",
                               "--queue",
                               "timed",
                               "--eta",
                               "2040-01-02T03:04:05Z",
                               "--expires",
                               "2041-01-01T00:00:00Z"});
    auto const shown = peyk_json({"task", "show", id}).as_object();
    EXPECT_EQ(shown.at("eta"), "2040-01-02T03:04:05.000Z");
    EXPECT_EQ(shown.at("expires_at"), "2041-01-01T00:00:00.000Z");
    EXPECT_EQ(shown.at("detail"), "scheduled");
    auto const table = peyk({"task", "show", id});
    EXPECT_THAT(table.out, HasSubstr("2040-01-02T03:04:05.000Z"));
    published({"call", "t", "--queue", "timed", "--countdown", "1h"});
    EXPECT_EQ(peyk_json({"queue", "show", "timed"}).at("scheduled").to_number<int>(), 2);
}

TEST_F(Cli, AUniqueKeyIsTakenOnce) {
    std::vector<std::string> const words{"call", "t", "--queue", "unique", "--unique", "the key"};
    auto const first = published(words);
    auto const refused = peyk(words);
    EXPECT_EQ(refused.code, 8);
    EXPECT_EQ(refused.out, first + "\n");
    EXPECT_THAT(refused.err, HasSubstr("the key"));
    auto const conflict = peyk_json(words, 8);
    EXPECT_EQ(conflict.at("id").as_string(), first);
    EXPECT_TRUE(conflict.at("conflict").as_bool());

    auto joining = words;
    joining.insert(joining.end(), {"--on-conflict", "return"});
    EXPECT_EQ(published(joining), first);
    EXPECT_TRUE(peyk_json(joining).at("joined").as_bool());
    EXPECT_EQ(count("unique", "ready"), 1);
    settle_next("unique", verdict::success{.result = "1"});
    EXPECT_NE(published(words), first); // until it has ended

    EXPECT_EQ(peyk({"publish", "unique", "x", "--unique", "the key"}).code, 8);
}

TEST_F(Cli, RetriesAndDebounceAreHandedOver) {
    published({"call", "t", "--queue", "retried", "--delays", "1h", "--max-retries", "1"});
    settle_next("retried", verdict::failure{.error = {"Bad", "", ""}});
    EXPECT_EQ(count("retried", "scheduled"), 1);
    std::vector<std::string> const words{
        "call", "t", "--queue", "calm", "--unique", "calm", "--debounce", "1h"};
    auto const first = published(words);
    auto const second = published(words);
    EXPECT_EQ(peyk_json({"task", "show", first}).at("state"), "REVOKED");
    EXPECT_EQ(peyk_json({"task", "show", second}).at("detail"), "scheduled");
}

TEST_F(Cli, PublishTakesBodiesFromEverywhere) {
    published({"publish", "bodies", "hello", "--content-type", "text/plain"});
    EXPECT_EQ(settle_next("bodies", verdict::drop{}).decode()->body, "hello");
    auto const piped = peyk({"publish", "bodies", "-"}, "from\nstdin\n");
    EXPECT_EQ(piped.code, 0) << piped.err;
    EXPECT_EQ(settle_next("bodies", verdict::drop{}).decode()->body, "from\nstdin\n");

    auto const file = broker_->data().parent_path() / "lines.txt";
    {
        std::ofstream lines{file};
        for (int n = 0; n < 2'345; ++n)
            lines << "line " << n << '\n';
    }
    auto const many = peyk_json({"publish", "lines", "--lines", "--file", file.string()});
    EXPECT_EQ(many.at("published").to_number<int>(), 2'345);
    EXPECT_EQ(many.at("refused").to_number<int>(), 0);
    EXPECT_EQ(peyk_json({"queue", "show", "lines"}).at("ready").to_number<int>(), 2'345);
    EXPECT_EQ(settle_next("lines", verdict::drop{}).decode()->body, "line 0");
    EXPECT_EQ(peyk({"publish", "lines", "--lines", "-"}, "a\nb").out,
              "2 messages published to lines\n");
    EXPECT_EQ(peyk({"publish", "bodies", "--file", "/nowhere"}).code, 7);
}

TEST_F(Cli, TheBrokerAnswers) {
    EXPECT_EQ(peyk_json({"ping", "--count", "3"}).at("round_trips_us").as_array().size(), 3u);
    EXPECT_THAT(peyk({"ping"}).out, HasSubstr("answer from"));
    auto const broker = peyk_json({"broker"}).as_object();
    EXPECT_EQ(broker.at("pid").to_number<int>(), broker_->pid());
    EXPECT_FALSE(broker.at("version").as_string().empty());
    EXPECT_THAT(peyk({"status"}).out, HasSubstr("journal_bytes"));
}

TEST_F(Cli, UnknownThingsEndWithFive) {
    EXPECT_EQ(peyk_json({"result", "get", nobody}, 5).at("state"), "UNKNOWN");
    EXPECT_EQ(peyk({"result", "wait", nobody}).code, 5);
    EXPECT_EQ(peyk({"task", "show", nobody}).code, 5);
}

TEST_F(Cli, WrongCommandLinesEndWithTwo) {
    for (auto const& words : std::vector<std::vector<std::string>>{
             {},
             {"nonsense"},
             {"call"},
             {"call", "t", "--nonsense"},
             {"call", ""},
             {"call", "t", "a=1", "a=2"},
             {"call", "t", "--countdown", "soon"},
             {"call", "t", "--priority", "256"},
             {"call", "t", "--backoff", "sometimes"},
             {"call", "t", "--on-conflict", "reject"},
             {"call", "t", "--queue", "mail\xff"},
             {"queue", "show", "mail\xff"},
             {"publish", "q"},
             {"publish", "q", "body", "--file", "f"},
             {"result", "get", "42"},
             {"ping", "--timeout", "never"},
             {"ping", "--timeout", "0"},
             {"ping", "-o", "xml"},
             {"bench", "cycle", "--sync", "sometimes"},
             {"bench", "backlog"}, // --url names a broker that must not be restarted
             {"help", "nonsense"}}) {
        auto const said = peyk(words);
        EXPECT_EQ(said.code, 2) << testing::PrintToString(words) << said.out;
        EXPECT_EQ(std::ranges::count(said.err, '\n'), 1) << said.err;
    }
}

TEST_F(Cli, AWrongCommandLineIsToldWhoseHelpToRead) {
    EXPECT_THAT(peyk({"call"}).err, HasSubstr("`peyk call --help`"));
    EXPECT_THAT(peyk({"result", "get"}).err, HasSubstr("`peyk result get --help`"));
    EXPECT_THAT(peyk({"ping", "--nonsense"}).err, HasSubstr("`peyk ping --help`"));
}

TEST_F(Cli, TheVersionIsToldEitherWay) {
    EXPECT_THAT(peyk({"version"}).out, testing::StartsWith("peyk "));
    EXPECT_EQ(peyk({"--version"}).out, peyk({"version"}).out);
}

TEST_F(Cli, ABrokerThatIsNotThereEndsWithThree) {
    for (auto const& words : std::vector<std::vector<std::string>>{
             {"ping"}, {"call", "t"}, {"queue", "ls"}, {"bench", "confirm", "--count", "1"}}) {
        std::vector<std::string> all{
            PEYK_CLI_BINARY, "--url", "peyk://127.0.0.1:1", "--timeout", "300ms"};
        all.insert(all.end(), words.begin(), words.end());
        auto const said = run_program(all);
        EXPECT_EQ(said.code, 3) << said.err;
        EXPECT_THAT(said.err, HasSubstr("no broker answers"));
    }
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "ping", "--url", "http://x"}).code, 2);
}

TEST_F(Cli, ARefusalEndsWithSix) {
    auto const said = peyk({"publish", "not a queue name", "x"});
    EXPECT_EQ(said.code, 6);
    EXPECT_THAT(said.err, HasSubstr("refused"));
}

TEST_F(Cli, HelpIsPrinted) {
    EXPECT_THAT(peyk({"--help"}).out, HasSubstr("Queues and schedules:"));
    EXPECT_THAT(peyk({"limit", "pause", "--help"}).out, HasSubstr("Examples:"));
    EXPECT_FALSE(peyk_json({"version"}).at("commit").as_string().empty());
}

TEST(CliJournal, VerifiesWhatABrokerLeft) {
    broker_process broker;
    broker.start();
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "publish", "q", "x", "--url", broker.url()}).code, 0);
    EXPECT_EQ(broker.terminate(), 0);
    auto const said = run_program({PEYK_CLI_BINARY, "journal", "verify", broker.data().string()});
    EXPECT_EQ(said.code, 0) << said.err << said.out;
    auto const structured =
        run_program({PEYK_CLI_BINARY, "journal", "verify", broker.data().string(), "-o", "json"});
    EXPECT_EQ(structured.code, 0) << structured.err;
    EXPECT_TRUE(json::parse(structured.out).is_object());
    EXPECT_NE(run_program({PEYK_CLI_BINARY, "journal", "verify", "/nowhere"}).code, 0);
    auto const repaired = run_program(
        {PEYK_CLI_BINARY, "journal", "repair", broker.data().string(), "--accept-loss"});
    EXPECT_EQ(repaired.code, 0) << repaired.err;
    EXPECT_THAT(repaired.out, HasSubstr("nothing was changed"));
    auto const wrong = run_program(
        {PEYK_CLI_BINARY, "journal", "verify", broker.data().string(), "--accept-loss"});
    EXPECT_EQ(wrong.code, 2) << wrong.out;
}

} // namespace
} // namespace peyk::test
