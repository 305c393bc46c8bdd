// `peyk events`, `queue watch`, `stats` and `top`.

#include "tests/system/cli_fixture.hpp"
#include <peyk/client.hpp>

#include <algorithm>
#include <csignal>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class CliLive : public Cli {
protected:
    // Each line is one value.
    static std::vector<boost::json::value> lines_of(std::string const& out) {
        std::vector<boost::json::value> values;
        std::istringstream lines{out};
        for (std::string line; std::getline(lines, line);)
            values.push_back(boost::json::parse(line));
        return values;
    }
    // The sequence of an event that has happened; what follows is kept for who asks.
    static std::string seen(std::string const& queue) {
        client connected{broker_->url()};
        auto listener = connected.listen({.queue = queue});
        // Listening begins when the broker has the request, which nobody is told.
        std::optional<event> first;
        while (!first) {
            connected.publish({.queue = queue, .task = "first"});
            try {
                first = listener.next(50ms);
            } catch (timeout_error const&) {
            }
        }
        return std::to_string(first->sequence);
    }
    // Starts the program and sends it a signal when it has said something.
    static ended interrupted(std::vector<std::string> words, int signal) {
        words.insert(words.begin(), {PEYK_CLI_BINARY, "--url", broker_->url()});
        int out[2];
        EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        auto const pid = ::fork();
        if (pid == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(out[1]);
        ended answer;
        char buffer[4'096];
        bool is_sent = false;
        for (ssize_t count = 0; (count = ::read(out[0], buffer, sizeof buffer)) > 0;) {
            answer.out.append(buffer, static_cast<std::size_t>(count));
            if (!std::exchange(is_sent, true))
                ::kill(pid, signal);
        }
        ::close(out[0]);
        int status = 0;
        ::waitpid(pid, &status, 0);
        answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        return answer;
    }
};

TEST_F(CliLive, EventsAreToldInTheirOrder) {
    auto const after = seen("told");
    while (count("told", "ready") > 0)
        settle_next("told", verdict::drop{});
    auto const id = published({"call", "told.task", "--queue", "told"});
    settle_next("told", verdict::failure{.error = {"Broken", "no luck", ""}, .permanent = true});
    auto const said = peyk({"events",
                            "--task",
                            "told.*",
                            "--kind",
                            "task-sent,task-received,task-failed",
                            "--after",
                            after,
                            "--count",
                            "3",
                            "-o",
                            "json"});
    ASSERT_EQ(said.code, 0) << said.err;
    auto const events = lines_of(said.out);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].at("kind"), "task-sent");
    EXPECT_EQ(events[1].at("kind"), "task-received");
    EXPECT_EQ(events[2].at("kind"), "task-failed");
    EXPECT_EQ(events[2].at("error_type"), "Broken");
    EXPECT_TRUE(events[0].at("publisher").is_string());
    EXPECT_TRUE(events[0].at("worker").is_null());
    EXPECT_TRUE(events[1].at("publisher").is_null());
    EXPECT_TRUE(events[1].at("worker").is_string());
    for (auto const& each : events)
        EXPECT_EQ(each.at("id"), id.c_str());
    EXPECT_LT(events[0].at("sequence").to_number<std::uint64_t>(),
              events[1].at("sequence").to_number<std::uint64_t>());
    auto const text =
        peyk({"events", "--kind", "task-failed", "--queue", "told", "--after", after, "-n", "1"});
    EXPECT_EQ(text.code, 0);
    EXPECT_THAT(text.out, HasSubstr("task-failed"));
    EXPECT_THAT(text.out, HasSubstr(id.substr(24) + "  told.task  told"));
    EXPECT_THAT(text.out, HasSubstr("Broken: no luck"));
}

// Sequences of a broker begin above those of the one before, whose events nobody has any more.
TEST_F(CliLive, EventsThatWereMissedAreCounted) {
    auto const after = seen("missed");
    auto const text = peyk({"events", "--queue", "missed", "--after", "1", "-n", "1"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("events were missed here"));
    published({"publish", "missed", "x"});
    auto const none = peyk({"events", "--queue", "missed", "--after", after, "-n", "1"});
    EXPECT_THAT(none.out, testing::Not(HasSubstr("missed here")));
}

TEST_F(CliLive, EventsOfNoKindAreAWrongCommandLine) {
    auto const said = peyk({"events", "--kind", "task-failed,task-sneezed"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("task-sneezed"));
    EXPECT_THAT(said.err, HasSubstr("worker-offline"));
}

TEST_F(CliLive, CtrlCEndsWithItsCode) {
    auto const after = seen("ctrl-c");
    published({"publish", "ctrl-c", "x"});
    EXPECT_EQ(interrupted({"events", "--after", after}, SIGINT).code, 130);
    EXPECT_EQ(interrupted({"queue", "watch"}, SIGINT).code, 130);
}

TEST_F(CliLive, NobodyAnswers) {
    std::vector<std::vector<std::string>> const all{
        {"events"}, {"queue", "watch"}, {"top"}, {"task", "stats"}};
    for (auto const& each : all) {
        std::vector<std::string> words{
            PEYK_CLI_BINARY, "--url", "peyk://127.0.0.1:1", "--timeout", "300ms"};
        words.insert(words.end(), each.begin(), each.end());
        EXPECT_EQ(run_program(words).code, 3) << testing::PrintToString(each);
    }
}

TEST_F(CliLive, AWatchedQueueHasRatesFromTheSecondLookOn) {
    published({"publish", "watched.a", "x"});
    published({"publish", "watched.b", "x"});
    auto const text = peyk({"queue", "watch", "watched.a", "--count", "1"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(std::ranges::count(text.out, '\n'), 1);
    EXPECT_THAT(text.out, HasSubstr("watched.a: ready 1, running 0, scheduled 0, dead 0, in -/s"));
    auto const said =
        peyk({"queue", "watch", "watched.*", "--every", "100ms", "--count", "2", "-o", "json"});
    auto const looks = lines_of(said.out);
    ASSERT_EQ(looks.size(), 2u) << said.err;
    EXPECT_EQ(looks[0].at("queues").as_array().size(), 2u);
    EXPECT_TRUE(looks[0].at("queues").at(0).at("in_per_s").is_null());
    EXPECT_EQ(looks[1].at("queues").at(0).at("in_per_s").to_number<double>(), 0);
    EXPECT_EQ(looks[1].at("queues").at(0).at("why"), "nobody_reads");
    EXPECT_EQ(peyk({"queue", "watch", "nowhere"}).code, 5);
    EXPECT_EQ(peyk({"queue", "watch", "--every", "1ms"}).code, 2);
    EXPECT_EQ(peyk({"queue", "watch", "--count", "-1"}).code, 2);
    EXPECT_EQ(peyk({"events", "--count", "0"}).code, 2);
}

TEST_F(CliLive, StatisticsCountWhatWentThrough) {
    published({"call", "counted.task", "--queue", "counted"});
    settle_next("counted", verdict::drop{});
    dead_letter("counted", "counted.task", "Broken");
    auto const one = peyk_json({"task", "stats", "counted.task"});
    EXPECT_EQ(one.at("name"), "counted.task");
    EXPECT_EQ(one.at("published").to_number<int>(), 2);
    EXPECT_EQ(one.at("failed").to_number<int>(), 1);
    EXPECT_EQ(one.at("waited").at("count").to_number<int>(), 2);
    EXPECT_GT(one.at("published_per_s").to_number<double>(), 0);
    EXPECT_GE(one.at("samples").as_array().size(), 1u);
    auto const all = peyk_json({"queue", "stats", "--since", "10m"}).as_array();
    auto const found =
        std::ranges::find_if(all, [](auto const& each) { return each.at("name") == "counted"; });
    ASSERT_NE(found, all.end());
    EXPECT_EQ(found->at("delivered").to_number<int>(), 2);
    EXPECT_THAT(peyk({"queue", "stats", "counted"}).out, HasSubstr("WAIT 50/95/99"));
    EXPECT_EQ(peyk({"task", "stats", "nobody.ran.it"}).code, 5);
    EXPECT_EQ(peyk({"task", "stats", "--since", "1s"}).code, 2);
}

TEST_F(CliLive, TopWithoutATerminalIsOneLook) {
    published({"publish", "topped", "x"});
    dead_letter("topped.dead", "topped.task", "Broken");
    auto const value = peyk_json({"top", "--every", "200ms"});
    EXPECT_TRUE(value.at("broker").at("version").is_string());
    EXPECT_EQ(value.at("broker").at("pressure"), "none");
    auto const& queues = value.at("queues").as_array();
    auto const found =
        std::ranges::find_if(queues, [](auto const& each) { return each.at("name") == "topped"; });
    ASSERT_NE(found, queues.end());
    EXPECT_EQ(found->at("ready").to_number<int>(), 1);
    EXPECT_EQ(found->at("in_per_s").to_number<double>(), 0);
    EXPECT_THAT(std::string{found->at("why").as_string()}, HasSubstr("nobody_reads"));
    auto const text = peyk({"top", "--every", "200ms"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("QUEUES"));
    EXPECT_THAT(text.out, HasSubstr("topped.dead"));
    EXPECT_THAT(text.out, HasSubstr("WORKERS"));
    EXPECT_THAT(text.out, testing::Not(HasSubstr("\033")));
}

} // namespace
} // namespace peyk::test
