// The built peyk-worker: commands and shared libraries as tasks, and what becomes of processes when
// tasks are stopped or the worker dies.

#include "tests/integration/worker_fixture.hpp"
#include "tests/integration/worker_process.hpp"
#include "tests/system/program.hpp"
#include <peyk/client.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace peyk::test {
namespace {

using testing::HasSubstr;

constexpr int patience_ms = 30'000;

std::filesystem::path make_directory() {
    auto name = (std::filesystem::temp_directory_path() / "peyk-program-XXXXXX").string();
    return ::mkdtemp(name.data());
}

// A process that is not our child, watched from now on.
class watched_process {
public:
    explicit watched_process(pid_t pid)
        : file_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    ~watched_process() { ::close(file_); }
    watched_process(watched_process const&) = delete;
    watched_process& operator=(watched_process const&) = delete;

    [[nodiscard]] bool ends() const {
        pollfd event{file_, POLLIN, 0};
        return file_ >= 0 && ::poll(&event, 1, patience_ms) == 1;
    }

private:
    int file_;
};

class Program : public testing::Test {
protected:
    Program() : directory_(make_directory()) {
        ::mkfifo(fifo().c_str(), 0600);
        broker_.start();
        client_options options;
        options.url = broker_.url();
        caller_.emplace(std::move(options));
    }
    ~Program() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string fifo() const { return (directory_ / "pids").string(); }
    [[nodiscard]] std::string script(std::string const& text) const {
        auto const path = directory_ / "script.sh";
        std::ofstream{path} << "#!/bin/sh\n" << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path.string();
    }
    void start(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--url", broker_.url(), "--loglevel=error"});
        worker_.emplace(arguments);
    }
    // 'test.run' is `sh -c` with this text; {0} is "$0" in there.
    void start_shell(std::string const& text, std::vector<std::string> more = {}) {
        more.insert(more.begin(), {"--exec", "test.run=sh -c '" + text + "' {0}"});
        start(std::move(more));
    }
    async_result<boost::json::value> call(std::string argument = "", task_options how = {}) {
        return task<boost::json::value(std::string)>{*caller_, "test.run", std::move(how)}.delay(
            std::move(argument));
    }
    status ended(async_result<boost::json::value> const& what) {
        return caller_->wait(what.id(), patience);
    }
    // What the script wrote to the FIFO it was given.
    [[nodiscard]] std::vector<pid_t> pids() const {
        std::ifstream from{fifo()};
        std::vector<pid_t> all;
        for (pid_t each = 0; from >> each;)
            all.push_back(each);
        return all;
    }

    broker_process broker_;
    std::optional<client> caller_;
    std::optional<worker_process> worker_;

private:
    std::filesystem::path directory_;
};

TEST_F(Program, ACommandGetsItsArgumentsAndGivesItsOutput) {
    auto const resize = script(R"sh(
printf '{"file":"%s","width":%s,"task":"%s","attempt":%s,' \
    "$1" "$2" "$PEYK_TASK_NAME" "$PEYK_ATTEMPT"
printf '"queue":"%s","id":"%s","input":%s}\n' "$PEYK_QUEUE" "$PEYK_TASK_ID" "$(cat)"
)sh");
    start({"--exec", "tasks.resize=" + resize + " {0} {width}"});
    task<boost::json::value(std::string, int)> const run{*caller_, "tasks.resize"};
    auto const result = run.delay("a b.png", kw("width", 20));
    auto const said = result.get(patience);
    EXPECT_EQ(said.at("file"), "a b.png");
    EXPECT_EQ(said.at("width"), 20);
    EXPECT_EQ(said.at("task"), "tasks.resize");
    EXPECT_EQ(said.at("attempt"), 1);
    EXPECT_EQ(said.at("queue"), "default");
    EXPECT_EQ(std::string{said.at("id").as_string()}, result.id().to_string());
    EXPECT_EQ(boost::json::serialize(said.at("input")),
              R"({"args":["a b.png"],"kwargs":{"width":20}})");
    auto const missing = run.delay("a b.png", 20);
    auto const refused = caller_->wait(missing.id(), patience);
    EXPECT_EQ(refused.error.type, "peyk::bad_arguments");
}

// It could not keep its promise that nothing outlives it.
TEST_F(Program, AWorkerWithoutItsKeeperHandsOnAndEnds) {
    start_shell(R"(for each in $(cat /proc/$PPID/task/$PPID/children); do
                       if [ $(cat /proc/$each/comm) = peyk-keeper ]; then
                           kill -9 $each
                           while [ -e /proc/$each/fd/0 ]; do :; done
                           echo killed
                       fi
                   done)");
    EXPECT_EQ(call().get(patience), "killed");
    auto const next = call();
    EXPECT_EQ(worker_->wait(), 1) << "a supervisor starts it again";
    EXPECT_EQ(next.state(), state::pending);
    EXPECT_EQ(next.status().attempts, 0U);
    start({"--exec", "test.run=echo done"});
    EXPECT_EQ(next.get(patience), "done");
}

TEST_F(Program, EveryCommandOfItTakesTheAddress) {
    auto const listed = run_program(
        {PEYK_CLI_BINARY, "--url", broker_.url(), "worker", "--exec", "test.run=true", "tasks"});
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_NE(listed.out.find("test.run"), std::string::npos) << listed.out;
}

TEST_F(Program, WhatIsNoJsonIsAString) {
    start_shell(R"(printf "%s" "$0")");
    EXPECT_EQ(call("not json\n").get(patience), "not json");
    EXPECT_EQ(call("[1, 2]").get(patience), (boost::json::array{1, 2}));
    EXPECT_EQ(call("").get(patience), "");
}

TEST_F(Program, AFailureTellsTheLastLinesOfStandardError) {
    start_shell(R"(echo one >&2; echo two >&2; exit "$0")");
    auto const failed = ended(call("3"));
    EXPECT_EQ(failed.state, state::failure);
    EXPECT_EQ(failed.error.type, "peyk::exit_status");
    EXPECT_EQ(failed.error.message, "exit code 3: one\ntwo");
    EXPECT_EQ(caller_->info(failed.id).log, "one\ntwo\n");
    auto const permanent = ended(call("65", {.max_retries = 3}));
    EXPECT_EQ(permanent.state, state::failure);
    EXPECT_EQ(permanent.error.type, "peyk::permanent_error");
    EXPECT_THAT(permanent.error.message, HasSubstr("exit code 65"));
    auto const later = call("75");
    auto seen = later.watch();
    while (seen.next(patience)->state != state::retry) {
    }
    EXPECT_EQ(later.status().error.type, "peyk::retry_later");
}

TEST_F(Program, ASignalAndTooMuchOutputAreFailures) {
    start_shell(R"(if [ "$0" ]; then kill -9 $$; fi; cat /dev/zero)");
    EXPECT_EQ(ended(call("now")).error.message, "ended by signal 9 (Killed)");
    EXPECT_EQ(ended(call()).error.type, "peyk::result_too_large");
}

TEST_F(Program, DescriptorThreeIsProgress) {
    start_shell(R"(echo "1 4" >&3; echo nonsense >&3; echo "2 4 half of it" >&3)");
    auto const done = ended(call());
    EXPECT_EQ(done.state, state::success);
    ASSERT_TRUE(done.progress);
    EXPECT_EQ(*done.progress, (progress{2, 4, "half of it"}));
}

// The shell and what it waits for; it ends when it is asked to.
constexpr auto sleeping = R"(sleep 1000 & echo $$ $! >"$0"; wait)";

TEST_F(Program, BeingCancelledEndsTheWholeGroup) {
    start_shell(sleeping);
    auto const running = call(fifo());
    auto const all = pids();
    ASSERT_EQ(all.size(), 2U);
    watched_process const shell{all[0]};
    watched_process const child{all[1]};
    caller_->cancel(running.id());
    EXPECT_TRUE(shell.ends());
    EXPECT_TRUE(child.ends());
    EXPECT_EQ(running.state(), state::revoked);
}

// Nobody in its group heeds being asked.
constexpr auto stubborn = R"(trap "" TERM; echo $$ >"$0"; sleep 1000)";

TEST_F(Program, TheTimeLimitKillsWhatDoesNotStopAtTheSoftLimit) {
    start_shell(stubborn);
    auto const running = call(fifo(), {.soft_time_limit = 50ms, .time_limit = 300ms});
    auto const all = pids();
    ASSERT_EQ(all.size(), 1U);
    watched_process const shell{all[0]};
    auto const over = ended(running);
    EXPECT_TRUE(shell.ends());
    EXPECT_EQ(over.error.type, "peyk::time_limit_exceeded");
}

TEST_F(Program, BeingTerminatedKills) {
    start_shell(stubborn);
    auto const running = call(fifo());
    auto const all = pids();
    ASSERT_EQ(all.size(), 1U);
    watched_process const shell{all[0]};
    caller_->cancel(running.id(), {.terminate = true});
    EXPECT_TRUE(shell.ends());
}

TEST_F(Program, ACommandThatEndsAtTheSoftLimitSaysSo) {
    start_shell(sleeping);
    auto const running = call(fifo(), {.soft_time_limit = 50ms});
    EXPECT_EQ(pids().size(), 2U);
    EXPECT_EQ(ended(running).error.type, "peyk::soft_time_limit_exceeded");
}

TEST_F(Program, NothingOutlivesAWorkerThatIsKilled) {
    for (auto const* pool : {"--pool=async", "--pool=threads"}) {
        start_shell(sleeping, {pool});
        auto const running = call(fifo());
        auto const all = pids();
        ASSERT_EQ(all.size(), 2U);
        watched_process const shell{all[0]};
        watched_process const child{all[1]};
        worker_->kill();
        EXPECT_TRUE(shell.ends()) << pool;
        EXPECT_TRUE(child.ends()) << pool;
        caller_->cancel(running.id());
    }
}

TEST_F(Program, AShutdownWaitsForWhatRuns) {
    start_shell(R"(echo $$ >"$0"; read line <"$0"; echo "$line")");
    auto const running = call(fifo());
    EXPECT_EQ(pids().size(), 1U);
    worker_->signal(SIGTERM);
    std::ofstream{fifo()} << "done\n";
    EXPECT_EQ(worker_->wait(), 0);
    EXPECT_EQ(running.get(patience), "done");
}

TEST_F(Program, ModulesAndCommandsAreMixed) {
    start({"-A", PEYK_MODULE, "--exec", "test.run=echo {0}", "--concurrency=2"});
    EXPECT_EQ((task<int(int, int)>{*caller_, "tasks.add"}.delay(2, kw("b", 3)).get(patience)), 5);
    EXPECT_EQ(task<std::string(int)>(*caller_, "tasks.nap").delay(1).get(patience), "rested");
    EXPECT_EQ(call("7").get(patience), 7);
    auto const refused = task<void()>{*caller_, "tasks.refuse"}.delay();
    auto const how = caller_->wait(refused.id(), patience);
    EXPECT_EQ(how.error.type, "peyk::permanent_error");
}

ended said_by(std::vector<std::string> words) {
    words.insert(words.begin(), PEYK_WORKER_PROGRAM);
    return run_program(std::move(words));
}

TEST(ProgramStart, WhatCannotBeRunIsRefused) {
    for (auto const& [option, value, why] :
         std::vector<std::tuple<std::string, std::string, std::string>>{
             {"--exec", "tasks.x=sh -c 'open", "tasks.x: a ' is not closed"},
             {"--exec", "tasks.x=no-such-program", "not in PATH"},
             {"-A", "./nowhere.so", "./nowhere.so: no such file"},
             {"-A", PEYK_WORKER_PROGRAM, "cannot be loaded"},
             {"-A", PEYK_MODULE_EMPTY, "PEYK_TASKS"},
             {"-A", PEYK_MODULE_OTHER, "it is made for peyk 9.9.9"}}) {
        auto const said = said_by({option, value});
        EXPECT_EQ(said.code, 2) << value;
        EXPECT_THAT(said.err, HasSubstr(why));
    }
    EXPECT_EQ(said_by({"--exec", "a=true", "--exec", "a=true"}).code, 2);
    EXPECT_EQ(said_by({}).code, 2);
    auto const idle = said_by({"--exec", "a=true", "--concurrency=0"});
    EXPECT_EQ(idle.code, 2);
    EXPECT_THAT(idle.err, HasSubstr("one task at once, or more"));
    EXPECT_EQ(said_by({"-A", PEYK_MODULE, "--pool=nothing"}).code, 2);
}

TEST(ProgramStart, MistakesAreToldByTheProgramsName) {
    using testing::StartsWith;
    EXPECT_EQ(said_by({"-A", PEYK_MODULE, "--pool=nothing"}).err,
              "peyk-worker: --pool: \"nothing\" is none of solo, threads, prefork, async; "
              "--help lists what there is\n");
    EXPECT_THAT(said_by({"-A", PEYK_MODULE, "--nonsense"}).err, StartsWith("peyk-worker: "));
    EXPECT_THAT(said_by({"--exec"}).err, StartsWith("peyk-worker: "));
    EXPECT_THAT(said_by({"-A", PEYK_MODULE, "--config", "nowhere.yaml"}).err,
                StartsWith("peyk-worker: "));
}

TEST(ProgramStart, TheVersionIsToldWithoutTasks) {
    auto const said = said_by({"--version"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, testing::MatchesRegex("peyk [0-9.]+\n"));
    auto const of_peyk = run_program({PEYK_CLI_BINARY, "worker", "--version"});
    EXPECT_THAT(of_peyk.out, testing::MatchesRegex("peyk [^\n]+\n"));
}

TEST(ProgramStart, PeykItselfBecomesTheWorker) {
    auto const listed = run_program({PEYK_CLI_BINARY, "worker", "-A", PEYK_MODULE, "tasks"});
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr("tasks.add"));
    auto const helped = run_program({PEYK_CLI_BINARY, "worker", "--help"});
    EXPECT_EQ(helped.code, 0);
    for (auto const* word : {"health", "--exec", "--module", "--concurrency", "descriptor 3"})
        EXPECT_THAT(helped.out, HasSubstr(word));
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "worker", "nonsense"}).code, 2);
    EXPECT_EQ(run_program({PEYK_CLI_BINARY, "worker", "--pool=solo"}).code, 2);
}

} // namespace
} // namespace peyk::test
