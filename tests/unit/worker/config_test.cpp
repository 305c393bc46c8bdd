// The settings of a worker: the file that is shipped, and every kind of mistake in one.

#include "worker/src/command_line.hpp"
#include "worker/src/settings.hpp"
#include "worker/src/worker_config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <unistd.h>

namespace peyk::worker_detail {
namespace {

class ConfigFile : public testing::Test {
protected:
    ConfigFile()
        : path_(std::filesystem::temp_directory_path() /
                ("peyk_worker_" + std::to_string(::getpid()) + ".yaml")) {}
    ~ConfigFile() override { std::filesystem::remove(path_); }

    worker_options read(std::string const& text) {
        std::ofstream{path_} << text;
        worker_options options;
        read_config_file(options, path_.string());
        return options;
    }
    std::string refusal(std::string const& text) {
        try {
            (void)read(text);
        } catch (config_error const& e) {
            std::string said = e.what();
            auto const name = path_.string();
            return said.starts_with(name) ? said.substr(name.size()) : said;
        }
        return "not refused";
    }

private:
    std::filesystem::path path_;
};

void expect_same(worker_options const& a, worker_options const& b) {
    EXPECT_EQ(a.connection.url, b.connection.url);
    EXPECT_EQ(a.connection.name, b.connection.name);
    EXPECT_EQ(a.connection.connect_timeout, b.connection.connect_timeout);
    EXPECT_EQ(a.connection.backoff_min, b.connection.backoff_min);
    EXPECT_EQ(a.connection.backoff_max, b.connection.backoff_max);
    EXPECT_EQ(a.connection.heartbeat, b.connection.heartbeat);
    EXPECT_EQ(a.pool, b.pool);
    EXPECT_EQ(a.concurrency, b.concurrency);
    EXPECT_EQ(a.pools, b.pools);
    EXPECT_EQ(a.autoscale, b.autoscale);
    EXPECT_EQ(a.prefetch, b.prefetch);
    EXPECT_EQ(a.queues, b.queues);
    EXPECT_EQ(a.connection.labels, b.connection.labels);
    EXPECT_EQ(a.drain_timeout, b.drain_timeout);
    EXPECT_EQ(a.log_level, b.log_level);
    EXPECT_EQ(a.log_format, b.log_format);
}

TEST(WorkerYaml, HoldsEveryKeyWithItsDefault) {
    worker_options read;
    read_config_file(read, PEYK_WORKER_YAML);
    expect_same(read, worker_options{});

    std::ifstream file{PEYK_WORKER_YAML};
    std::stringstream text;
    text << file.rdbuf();
    for (auto const& key : setting_keys())
        EXPECT_NE(text.str().find("\n" + key + ":"), std::string::npos) << key;
}

TEST_F(ConfigFile, SetsWhatItNames) {
    auto const options =
        read("pool: solo\nqueues: [a, b]\nlabels: [gpu=a100, os=]\ndrain_timeout_ms: 5\n");
    EXPECT_EQ(options.connection.labels,
              (std::map<std::string, std::string>{{"gpu", "a100"}, {"os", ""}}));
    EXPECT_EQ(options.pool, pool_kind::solo);
    EXPECT_EQ(options.queues, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(options.drain_timeout, std::chrono::milliseconds{5});
    EXPECT_EQ(options.log_level, "info");
}

TEST_F(ConfigFile, PoolsHaveSizesOfTheirOwn) {
    auto const several = read("pool: [threads:8, prefork:2, async]\n").pools;
    EXPECT_EQ(several,
              (std::vector<pool_share>{
                  {pool_kind::threads, 8}, {pool_kind::prefork, 2}, {pool_kind::async, 0}}));
    auto const one = read("pool: prefork\nconcurrency: 3\n");
    EXPECT_TRUE(one.pools.empty());
    EXPECT_EQ(effective_pools(one), (std::vector<pool_share>{{pool_kind::prefork, 3}}));
}

TEST_F(ConfigFile, ChildrenHaveLimits) {
    auto const options =
        read("child_tasks_max: 100\nchild_memory_mb_max: 2\nchild_age_max_s: 60\n");
    EXPECT_EQ(options.children.tasks_max, 100U);
    EXPECT_EQ(options.children.rss_bytes_max, 2U << 20);
    EXPECT_EQ(options.children.age_max, std::chrono::seconds{60});
    EXPECT_EQ(read("autoscale: [10, 2]\n").autoscale, (slot_range{.least = 2, .most = 10}));
}

TEST_F(ConfigFile, MistakesAreNamedWithLineAndKey) {
    EXPECT_EQ(refusal("pool: solo\npols: 3\n"), ":2: pols: no such key");
    EXPECT_EQ(refusal("\nconcurrency: many\n"),
              ":2: concurrency: \"many\" is not a whole number from 0 to 10000");
    EXPECT_EQ(refusal("pool: fork\n"),
              ":1: pool: \"fork\" is none of solo, threads, prefork, async");
    EXPECT_EQ(refusal("pool: [threads:0]\n"),
              ":1: pool: \"0\" is not a whole number from 1 to 10000");
    EXPECT_EQ(refusal("autoscale: [2, 10]\n"), ":1: autoscale: \"2,10\": the first is the most");
    EXPECT_EQ(refusal("autoscale: 10\n"),
              ":1: autoscale: \"10\" is not the most and the least number of slots (\"10,2\")");
    EXPECT_EQ(refusal("prefetch: 1\nprefetch: 2\n"), ":2: prefetch: is there twice");
    EXPECT_EQ(refusal("labels: [gpu]\n"), ":1: labels: \"gpu\" is no label (\"gpu=a100\")");
    EXPECT_EQ(refusal("queues: []\n"), ":1: queues: may not be empty");
    EXPECT_EQ(refusal("queues: {a: 1}\n"), ":1: queues: should be a value or a list of values");
    EXPECT_EQ(refusal("- pool\n"), ":1: should be keys with values");
    EXPECT_NE(refusal("pool: [solo\n").find(":"), std::string::npos);
}

TEST_F(ConfigFile, AnEmptyOneChangesNothing) {
    expect_same(read("# nothing\n"), worker_options{});
}

TEST(ConfigFileMissing, IsAnError) {
    worker_options options;
    EXPECT_THROW(read_config_file(options, "/nowhere/worker.yaml"), config_error);
}

TEST(Environment, WinsOverWhatWasThereAndLeavesTheRest) {
    std::map<std::string, std::string> const set{{"PEYK_URL", "peyk://broker:1"},
                                                 {"PEYK_QUEUES", "a, b"},
                                                 {"PEYK_DATA_DIR", "of the broker"}};
    auto const from = [&](std::string const& name) -> std::optional<std::string> {
        auto const at = set.find(name);
        return at == set.end() ? std::nullopt : std::optional{at->second};
    };
    worker_options options;
    options.pool = pool_kind::solo;
    read_environment(options, from);
    EXPECT_EQ(options.connection.url, "peyk://broker:1");
    EXPECT_EQ(options.queues, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(options.pool, pool_kind::solo);
}

TEST(Environment, MistakesNameTheVariable) {
    worker_options options;
    auto const from = [](std::string const& name) {
        return name == "PEYK_POOL" ? std::optional<std::string>{"x"} : std::nullopt;
    };
    try {
        read_environment(options, from);
        FAIL() << "not refused";
    } catch (config_error const& e) {
        EXPECT_STREQ(e.what(), "PEYK_POOL: \"x\" is none of solo, threads, prefork, async");
    }
}

TEST(CommandLine, TellsTheVersionAndMistakesOfAnyProgramWithTasks) {
    auto const read = [](std::vector<char const*> words) {
        words.insert(words.begin(), "tasks");
        return read_command_line("tasks", static_cast<int>(words.size()), words.data());
    };
    testing::internal::CaptureStdout();
    EXPECT_EQ(read({"--version"}).status, 0);
    auto const version = testing::internal::GetCapturedStdout();
    EXPECT_EQ(version.substr(0, 5), "peyk ");
    testing::internal::CaptureStderr();
    EXPECT_EQ(read({"worker", "--concurrency=many"}).status, 2);
    EXPECT_EQ(read({}).status, 2);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "tasks: --concurrency: \"many\" is not a whole number from 0 to 10000; --help lists "
              "what there is\n"
              "tasks: A subcommand is required; --help lists what there is\n");
}

} // namespace
} // namespace peyk::worker_detail
