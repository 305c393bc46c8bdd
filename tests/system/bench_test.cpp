// Every scenario of `peyk bench`, tiny: that it runs, cleans up and says what it promises.

#include "client/cli/bench/rig.hpp"
#include "client/cli/bench/task_calls.hpp"
#include "client/cli/exit_code.hpp"
#include "tests/support/broker_process.hpp"
#include "tests/system/program.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include <unistd.h>

namespace peyk::test {
namespace {

namespace json = boost::json;

json::object bench(std::vector<std::string> words) {
    std::vector<std::string> all{PEYK_CLI_BINARY, "bench"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-o", "json"});
    auto const said = run_program(all);
    EXPECT_EQ(said.code, 0) << said.err;
    return said.code == 0 ? json::parse(said.out).as_object() : json::object{};
}

// What every answer has.
void expect_promised(json::object const& answer, std::string const& scenario, int messages) {
    EXPECT_EQ(answer.at("scenario"), json::value(scenario));
    EXPECT_EQ(answer.at("size").to_number<int>(), 128);
    EXPECT_EQ(answer.at("messages").to_number<int>(), messages);
    for (auto const* key : {"connections", "seconds", "rate_per_s"})
        EXPECT_GT(answer.at(key).to_number<double>(), 0) << key;
    for (auto const* key : {"broker_cpu_us", "client_cpu_us"})
        EXPECT_GE(answer.at(key).to_number<double>(), 0) << key;
    EXPECT_TRUE(answer.contains("sync"));
    EXPECT_TRUE(answer.at("machine").as_object().contains("cpu"));
    EXPECT_FALSE(answer.at("commit").as_string().empty());
    EXPECT_TRUE(answer.at("broker").as_object().contains("version"));
}

class Bench : public testing::TestWithParam<std::string> {};

TEST_P(Bench, MeasuresItsOwnBrokerAndLeavesNothing) {
    auto const place = std::filesystem::temp_directory_path() /
                       ("peyk-bench-test-" + GetParam() + std::to_string(::getpid()));
    auto const answer = bench({GetParam(), "--count", "500", "--dir", place.string()});
    expect_promised(answer, GetParam(), 500);
    EXPECT_EQ(answer.at("sync"), "always");
    EXPECT_TRUE(std::filesystem::is_empty(place));
    std::filesystem::remove_all(place);
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios,
    Bench,
    testing::Values("publish", "drain", "cycle", "confirm", "latency", "backlog"),
    [](auto const& one) { return one.param; });

TEST(BenchFields, LatenciesAndBacklogSayWhatTheyMeasure) {
    auto const latency = bench({"latency", "--count", "200"});
    EXPECT_GT(latency.at("p50_us").to_number<double>(), 0);
    EXPECT_GE(latency.at("p999_us").to_number<double>(), latency.at("p99_us").to_number<double>());
    auto const backlog = bench({"backlog", "--count", "2000"});
    EXPECT_GT(backlog.at("disk_bytes").to_number<double>(), 0);
    EXPECT_GT(backlog.at("restart_s").to_number<double>(), 0);
    EXPECT_GT(backlog.at("restart_after_kill_s").to_number<double>(), 0);
    EXPECT_GE(backlog.at("bytes_per_message").to_number<double>(), 0);
}

TEST(BenchFields, QuestionsAreEachAskedBesideTheLoad) {
    auto const answer = bench({"questions", "--count", "2000", "--seconds", "1s"});
    EXPECT_EQ(answer.at("backlog").to_number<int>(), 2'000);
    EXPECT_GT(answer.at("messages").to_number<int>(), 0); // of the load
    auto const& questions = answer.at("questions").as_array();
    EXPECT_GE(questions.size(), 8u);
    for (auto const& each : questions) {
        EXPECT_GT(each.at("asked").to_number<int>(), 0) << each;
        EXPECT_GE(each.at("max_us").to_number<double>(), each.at("p50_us").to_number<double>());
    }
}

TEST(BenchFields, KeysAreComparedWithOne) {
    auto const answer = bench({"keys", "--count", "2000", "--keys", "50"});
    EXPECT_EQ(answer.at("keys").to_number<int>(), 50);
    for (auto const* kind : {"fairness", "limit"})
        EXPECT_GE(answer.at(kind).at("ratio").to_number<double>(), 0) << kind;
}

TEST(BenchFields, TasksGoThroughAWorkerInEachPool) {
    auto const answer = bench({"tasks", "--count", "300"});
    EXPECT_EQ(answer.at("tasks").to_number<int>(), 300);
    auto const& pools = answer.at("pools").as_array();
    ASSERT_EQ(pools.size(), 3u);
    for (auto const& each : pools) {
        for (auto const* key : {"tasks_per_s", "p50_us", "fdatasync_p50_us", "ratio"})
            EXPECT_GT(each.at(key).to_number<double>(), 0) << key << each;
    }
}

TEST(BenchFields, PoolsAreComparedWithTheFirst) {
    auto const answer = bench({"pools", "--count", "2"});
    auto const& works = answer.at("works").as_array();
    ASSERT_EQ(works.size(), 5u);
    for (std::size_t at = 0; at < 4; ++at) {
        EXPECT_EQ(works[at].at("solo_ratio").to_number<double>(), 1) << works[at];
        for (auto const* key : {"threads_s", "prefork_s", "async_s", "async_ratio"})
            EXPECT_GT(works[at].at(key).to_number<double>(), 0) << key << works[at];
    }
    EXPECT_GE(works[4].at("async_s").to_number<double>(), 1);
    EXPECT_FALSE(works[4].as_object().contains("solo_s"));
    auto const& sleeps = works[3].as_object();
    EXPECT_GE(sleeps.at("solo_s").to_number<double>(), 2);
    EXPECT_LT(sleeps.at("async_ratio").to_number<double>(), 0.9);
    EXPECT_LT(sleeps.at("threads_ratio").to_number<double>(), 0.9);
    EXPECT_LT(sleeps.at("prefork_ratio").to_number<double>(), 0.9);
}

TEST(BenchOptions, TimeConnectionsAndSyncAreTaken) {
    auto const answer =
        bench({"cycle", "--seconds", "500ms", "--connections", "3", "--sync", "never"});
    EXPECT_EQ(answer.at("connections").to_number<int>(), 3);
    EXPECT_EQ(answer.at("sync"), "never");
    EXPECT_GT(answer.at("messages").to_number<int>(), 0);
}

void expect_nothing_is_ready(broker_process const& broker) {
    auto const left =
        run_program({PEYK_CLI_BINARY, "queue", "ls", "-o", "json", "--url", broker.url()});
    auto const queues = json::parse(left.out);
    for (auto const& queue : queues.as_array())
        EXPECT_EQ(queue.at("ready").to_number<int>(), 0);
}

TEST(BenchUrl, MeasuresABrokerThatRunsAndLeavesItsQueuesEmpty) {
    broker_process broker;
    broker.start();
    auto const answer = bench({"publish", "--count", "700", "--url", broker.url()});
    expect_promised(answer, "publish", 700);
    EXPECT_TRUE(answer.at("sync").is_null());
    expect_nothing_is_ready(broker);
}

TEST(BenchUrl, TakesWhatWasUnderWayWhenTheTimeWasOver) {
    broker_process broker;
    broker.start();
    auto const answer = bench({"cycle", "--seconds", "300ms", "--url", broker.url()});
    EXPECT_GT(answer.at("messages").to_number<int>(), 0);
    expect_nothing_is_ready(broker);
}

// What a bench ends with whose broker does not run any more.
template <class Work>
std::string end_of(Work const& work) {
    try {
        work();
    } catch (cli::failure const& ended) {
        EXPECT_EQ(ended.code(), cli::exit_code::internal);
        return ended.what();
    }
    return "it went on";
}

constexpr auto killed = "the broker of this bench was killed by signal 9 (Killed): it says nothing";

TEST(BenchBroker, ItsEndEndsTheLoad) {
    cli::bench::rig on{cli::bench::options{}};
    ::kill(on.own()->pid(), SIGKILL);
    EXPECT_EQ(end_of([&] { on.run(); }), killed);
}

TEST(BenchBroker, ItsEndEndsCallsUnderWay) {
    cli::bench::rig on{cli::bench::options{}};
    cli::bench::task_calls calls{on};
    ::kill(on.own()->pid(), SIGKILL);
    EXPECT_EQ(end_of([&] { calls.run({.name = "nobody.runs.it"}); }), killed);
}

TEST(BenchBroker, ItsEndEndsTheWaitForAResult) {
    cli::bench::rig on{cli::bench::options{}};
    cli::bench::task_calls calls{on};
    std::jthread const killer{[&] {
        client connected{on.url()};
        consumer taking{connected, {.queues = {on.queue()}}};
        (void)taking.receive(std::chrono::seconds{20}); // published, and held for ever
        (void)connected.broker();                       // what was confirmed before has been sent
        ::kill(on.own()->pid(), SIGKILL);
    }};
    cli::bench::samples took;
    EXPECT_EQ(end_of([&] { calls.one_by_one("nobody.ends.it", took, 1); }), killed);
}

TEST(BenchBroker, AStopThatWasAskedForIsNone) {
    cli::bench::rig on{cli::bench::options{}};
    on.require_broker();
    on.own()->stop(SIGTERM);
    on.require_broker();
    on.own()->start();
    on.require_broker();
}

} // namespace
} // namespace peyk::test
