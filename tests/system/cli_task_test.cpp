// `peyk task` and `peyk result`.

#include "tests/system/cli_fixture.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

#include <boost/asio/use_future.hpp>

#include <future>

namespace peyk::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using CliTask = Cli;
using CliResult = Cli;

TEST_F(CliTask, ListsGoPageByPage) {
    for (int n = 0; n < 5; ++n)
        published({"call", "list.me", "--queue", "paged"});
    published({"call", "other", "--queue", "paged"});
    std::vector<std::string> const all{"task", "ls", "--queue", "paged", "--task", "list.*"};
    auto words = all;
    words.insert(words.end(), {"--limit", "3"});
    auto const first = peyk_json(words);
    EXPECT_EQ(first.at("messages").as_array().size(), 3u);
    ASSERT_FALSE(first.at("next").is_null());
    words.insert(words.end(), {"--from", std::to_string(first.at("next").to_number<int>())});
    auto const second = peyk_json(words);
    EXPECT_EQ(second.at("messages").as_array().size(), 2u);
    EXPECT_NE(second.at("messages").at(0).at("id"), first.at("messages").at(0).at("id"));
    auto const table = peyk({"task", "ls", "--queue", "paged", "--limit", "1"});
    EXPECT_THAT(table.out, HasSubstr("peyk task ls --from"));
    EXPECT_TRUE(peyk_json({"task", "ls", "--queue", "paged", "--before", "-1h"})
                    .at("messages")
                    .as_array()
                    .empty());
    EXPECT_EQ(peyk({"task", "ls", "--state", "lost"}).code, 2);
}

TEST_F(CliTask, ShowAndHistoryTellOfFailedRuns) {
    auto const id =
        published({"call", "t", "--queue", "history", "--delay", "1h", "--max-retries", "2"});
    settle_next("history", verdict::failure{.error = {"FirstError", "line one\ntwo", "trace"}});
    auto const shown = peyk_json({"task", "show", id});
    EXPECT_EQ(shown.at("state"), "RETRY");
    ASSERT_EQ(shown.at("history").as_array().size(), 1u);
    EXPECT_EQ(shown.at("history").at(0).at("error").at("type"), "FirstError");
    EXPECT_EQ(peyk_json({"task", "history", id}).as_array().size(), 1u);
    EXPECT_THAT(peyk({"task", "history", id}).out, HasSubstr("FirstError: line one\n"));
    EXPECT_THAT(peyk({"task", "show", id}).out, HasSubstr("FirstError: line one\n"));
    EXPECT_EQ(peyk({"task", "show", nobody}).code, 5);
    EXPECT_EQ(peyk({"task", "history", nobody}).code, 5);
}

TEST_F(CliTask, HistorySaysOfALostRunWhatHappened) {
    EXPECT_EQ(peyk({"policy", "set", "crashing", "--max-crashes", "1"}).code, 0);
    auto const id = published({"call", "t", "--queue", "crashing"});
    verdict::crashed const how{.text = "its process was killed by signal 11"};
    settle_next("crashing", how);
    auto const lost = peyk({"task", "history", id}).out;
    EXPECT_THAT(lost, testing::EndsWith("  yes    its worker or process was lost\n"));
    settle_next("crashing", how);
    auto const dead = peyk({"task", "history", id}).out;
    EXPECT_THAT(dead, HasSubstr("  yes    its worker or process was lost\n"));
    EXPECT_THAT(dead, testing::EndsWith("  yes    crash_limit: " + how.text + ", too often\n"));
}

TEST_F(CliTask, ShowTellsTheContentWhenAsked) {
    auto const task = published({"call", "t", "1", "name=ann", "--queue", "content"});
    EXPECT_FALSE(peyk_json({"task", "show", task}).as_object().contains("args"));
    auto const shown = peyk_json({"task", "show", task, "--args"});
    EXPECT_EQ(shown.at("state"), "PENDING");
    EXPECT_EQ(shown.at("args").at(0).to_number<int>(), 1);
    EXPECT_EQ(shown.at("kwargs").at("name"), "ann");
    EXPECT_THAT(peyk({"task", "show", task, "--args"}).out, HasSubstr(R"(  {"name":"ann"})"));

    std::string const large = "\033[2J" + std::string(5'000, 'x');
    auto const plain = published({"publish", "content", large});
    EXPECT_EQ(peyk_json({"task", "show", plain, "--args"}).at("body").as_string(), large);
    auto const text = peyk({"task", "show", plain, "--args"}).out;
    EXPECT_THAT(text, HasSubstr("\\x1b[2Jxxx"));
    EXPECT_THAT(text, HasSubstr("(5004 bytes; -o json has them all)"));
    EXPECT_LT(text.size(), 5'000u);

    EXPECT_EQ(peyk({"task", "cancel", task}).code, 0);
    EXPECT_EQ(peyk_json({"task", "show", task, "--args"}).at("content"), "gone");
    EXPECT_EQ(peyk({"task", "show", nobody, "--args"}).code, 5);
}

TEST_F(CliTask, CancelByIdSaysWhatItCouldNot) {
    auto const id = published({"call", "t", "--queue", "cancelled"});
    auto const done = peyk_json({"task", "cancel", id, "--reason", "typo"}).as_array();
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0].at("cancelled"), true);
    auto const waited = peyk({"result", "wait", id});
    EXPECT_EQ(waited.code, 1);
    EXPECT_THAT(waited.err, HasSubstr("typo"));
    EXPECT_EQ(peyk({"task", "cancel", id}).code, 1);
    auto const mixed = peyk_json({"task", "cancel", id, nobody}, 5).as_array();
    EXPECT_EQ(mixed[1].at("cancelled"), false);
    EXPECT_FALSE(mixed[1].at("reason").as_string().empty());
    EXPECT_EQ(peyk({"task", "cancel", nobody, "--terminate"}).code, 5);
    EXPECT_EQ(peyk({"task", "cancel", id, "--queue", "cancelled"}).code, 2);
    EXPECT_EQ(peyk({"task", "cancel"}).code, 2);
}

TEST_F(CliTask, CancelBySelectorAsksFirst) {
    for (int n = 0; n < 3; ++n)
        published({"call", "sweep.me", "--queue", "swept"});
    published({"call", "other", "--queue", "swept"});
    std::vector<std::string> const words{"task", "cancel", "--queue", "swept", "--task", "sweep.*"};
    auto const with = [&](std::string const& flag) {
        auto more = words;
        more.push_back(flag);
        return more;
    };
    auto const asked = peyk(words);
    EXPECT_EQ(asked.code, 2);
    EXPECT_THAT(asked.err, HasSubstr("cancel 3 messages"));
    EXPECT_EQ(peyk(with("--dry-run")).out, "would cancel 3 messages\n");
    EXPECT_EQ(count("swept", "ready"), 4);
    auto const swept = peyk_json(with("--yes"));
    EXPECT_EQ(swept.at("matched").to_number<int>(), 3);
    EXPECT_EQ(swept.at("changed").to_number<int>(), 3);
    EXPECT_EQ(count("swept", "ready"), 1);
}

TEST_F(CliTask, RescheduleAndRunNowChangeWhenItIsDue) {
    auto const id = published({"call", "t", "--queue", "timed"});
    auto const changed = peyk_json({"task", "reschedule", id, "--at", "2040-01-02T03:04:05Z"});
    EXPECT_EQ(changed.at(0).at("rescheduled"), true);
    EXPECT_EQ(count("timed", "scheduled"), 1);
    EXPECT_EQ(peyk({"task", "reschedule", "--queue", "timed", "--at", "now"}).out,
              "1 message rescheduled\n");
    EXPECT_EQ(count("timed", "ready"), 1);
    EXPECT_EQ(peyk({"task", "reschedule", id, "--in", "2h"}).code, 0);
    EXPECT_EQ(count("timed", "scheduled"), 1);
    EXPECT_EQ(peyk_json({"task", "run-now", id}).at(0).at("made_ready"), true);
    EXPECT_EQ(count("timed", "ready"), 1);
    EXPECT_EQ(peyk({"task", "run-now", "--queue", "timed"}).code, 0);
    EXPECT_EQ(peyk({"task", "run-now", nobody}).code, 5);
    EXPECT_EQ(peyk({"task", "reschedule", nobody, "--in", "1m"}).code, 5);
    EXPECT_EQ(peyk({"task", "reschedule", id}).code, 2);
}

TEST_F(CliTask, ForgetDropsWhatEndedAndOnlyThat) {
    auto const id = published({"call", "t", "--queue", "forgotten"});
    EXPECT_EQ(peyk({"task", "forget", id}).code, 1);
    EXPECT_EQ(peyk({"task", "cancel", id}).code, 0);
    EXPECT_EQ(peyk({"task", "forget", "--queue", "forgotten"}).code, 2);
    EXPECT_EQ(peyk({"task", "forget", "--queue", "forgotten", "--yes"}).out,
              "1 message forgotten\n");
    EXPECT_EQ(peyk({"task", "show", id}).code, 5);
}

TEST_F(CliTask, MovePutsWhatWaitsElsewhere) {
    auto const id = published({"call", "t", "--queue", "here"});
    EXPECT_EQ(peyk({"task", "move", "--queue", "here", "--to", "there", "--dry-run"}).out,
              "would move 1 message\n");
    EXPECT_EQ(peyk({"task", "move", "--queue", "here", "--to", "there"}).out, "1 message moved\n");
    EXPECT_EQ(peyk_json({"task", "show", id}).at("queue"), "there");
    EXPECT_EQ(peyk({"task", "move", "--to", "there"}).code, 2);
    auto const nowhere = peyk({"task", "move", "--queue", "here", "--to", "no queue"});
    EXPECT_EQ(nowhere.code, 6);
    EXPECT_EQ(nowhere.err,
              "peyk: the broker refused: a queue name has 1 to 200 of: letters, digits and . _ - : "
              "/\n"); // its words, without the number of the code
}

TEST_F(CliTask, PauseHoldsATaskInEveryQueue) {
    EXPECT_EQ(peyk({"task", "pause", "mail.send", "--for", "1h", "--reason", "down"}).code, 0);
    auto const holds = peyk_json({"hold", "ls"}).as_array();
    ASSERT_EQ(holds.size(), 1u);
    EXPECT_EQ(holds[0].at("scope"), "task");
    EXPECT_EQ(holds[0].at("name"), "mail.send");
    EXPECT_EQ(holds[0].at("reason"), "down");
    EXPECT_FALSE(holds[0].at("until").is_null());
    EXPECT_EQ(peyk({"task", "resume", "mail.send"}).out, "mail.send goes on\n");
    auto const again = peyk({"task", "resume", "mail.send"});
    EXPECT_EQ(again.code, 5);
    EXPECT_THAT(again.err, HasSubstr("not paused"));
}

TEST_F(CliTask, TailFollowsLogAndProgressToTheEnd) {
    auto const id = published({"call", "t", "--queue", "tailed"});
    auto tailing = std::async(std::launch::async, [&] {
        return peyk({"task", "tail", id, "-o", "json"});
    });
    client connected{broker_->url()};
    consumer from{connected, {.queues = {"tailed"}}};
    auto const got = from.receive(20s);
    from.async_report(got.token,
                      {.progress = progress{1, 2, "half"}, .checkpoint = {}, .log = "hello\n"},
                      asio::use_future)
        .get();
    from.async_settle(got.token, verdict::success{.result = "1"}, asio::use_future).get();
    auto const said = tailing.get();
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr(R"({"state":"SUCCESS")"));
    EXPECT_EQ(peyk({"task", "tail", nobody}).code, 5);
    // Afterwards the log is part of what is shown.
    EXPECT_EQ(peyk_json({"task", "show", id}).at("log_bytes").to_number<int>(), 6);
}

TEST_F(CliResult, SeveralAreWaitedForTogether) {
    auto const first = published({"call", "t", "1", "--queue", "several"});
    auto const second = published({"call", "t", "2", "--queue", "several"});
    settle_next("several", verdict::success{.result = "10"});
    EXPECT_EQ(peyk_json({"result", "wait", "--any", first, second}).at(0).at("id").as_string(),
              first);
    EXPECT_EQ(peyk({"result", "wait", first, second, "--timeout", "300ms"}).code, 4);
    settle_next("several", verdict::failure{.error = {"Bad", "no luck", ""}, .permanent = true});
    auto const both = peyk_json({"result", "wait", first, second}, 1).as_array();
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0].at("result").to_number<int>(), 10);
    EXPECT_EQ(both[1].at("error").at("type"), "Bad");
    EXPECT_THAT(peyk({"result", "wait", first, second}).out, HasSubstr("no luck"));
}

TEST_F(CliResult, ForgetDropsIt) {
    auto const id = published({"call", "t", "--queue", "dropped"});
    EXPECT_EQ(peyk({"result", "forget", id}).code, 1);
    settle_next("dropped", verdict::success{.result = "1"});
    EXPECT_EQ(peyk_json({"result", "forget", id}).at(0).at("forgotten"), true);
    EXPECT_EQ(peyk({"result", "get", id}).code, 5);
    EXPECT_EQ(peyk({"result", "forget", id}).code, 5);
}

} // namespace
} // namespace peyk::test
