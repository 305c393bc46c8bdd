// `peyk context`, and commands that find their broker by one.

#include "tests/system/cli_fixture.hpp"

#include <cstdlib>
#include <fstream>

namespace peyk::test {
namespace {

using testing::HasSubstr;

class CliContext : public Cli {
protected:
    void TearDown() override {
        std::filesystem::remove_all(config_home());
        ::unsetenv("PEYK_CONTEXT");
        ::unsetenv("PEYK_URL");
    }

    // Without the --url that other tests give.
    static ended plain(std::vector<std::string> words) {
        words.insert(words.begin(), PEYK_CLI_BINARY);
        return run_program(std::move(words));
    }
};

TEST_F(CliContext, ABrokerIsFoundByItsName) {
    EXPECT_EQ(plain({"context", "ls", "-o", "json"}).out, "[]\n");
    EXPECT_THAT(plain({"context", "set", "test", "--url", broker_->url()}).out,
                HasSubstr("peyk context use test"));
    EXPECT_EQ(plain({"context", "set", "away", "--url", "peyk://127.0.0.1:1"}).code, 0);
    EXPECT_EQ(plain({"--context", "test", "ping"}).code, 0);
    EXPECT_EQ(plain({"ping", "--context", "away", "--timeout", "300ms"}).code, 3);
    EXPECT_EQ(plain({"ping", "--context", "away", "--url", broker_->url()}).code, 0);

    EXPECT_EQ(plain({"context", "use", "away"}).code, 0);
    EXPECT_EQ(plain({"ping", "--timeout", "300ms"}).code, 3);
    ::setenv("PEYK_CONTEXT", "test", 1);
    EXPECT_EQ(plain({"ping"}).code, 0);
    ::setenv("PEYK_URL", "peyk://127.0.0.1:1", 1);
    EXPECT_EQ(plain({"ping", "--timeout", "300ms"}).code, 3);
    EXPECT_EQ(plain({"ping", "--context", "test"}).code, 0);
}

TEST_F(CliContext, OneThatIsGoneMattersOnlyIfItIsAsked) {
    ::setenv("PEYK_CONTEXT", "gone", 1);
    EXPECT_EQ(plain({"ping"}).code, 2);
    EXPECT_EQ(plain({"ping", "--url", broker_->url()}).code, 0);
    EXPECT_EQ(plain({"ping", "--context", "gone", "--url", broker_->url()}).code, 2);
    ::setenv("PEYK_URL", broker_->url().c_str(), 1);
    EXPECT_EQ(plain({"ping"}).code, 0);
}

TEST_F(CliContext, TheOutputCanBeItsOwn) {
    plain({"context", "set", "test", "--url", broker_->url()});
    EXPECT_EQ(plain({"context", "set", "test", "--output", "json"}).code, 0);
    EXPECT_EQ(plain({"ping", "--context", "test"}).out[0], '{');
    EXPECT_THAT(plain({"ping", "--context", "test", "-o", "table"}).out, HasSubstr("answer from"));
}

TEST_F(CliContext, TheyAreListedAndRemoved) {
    plain({"context", "set", "b", "--url", "peyk://b:1"});
    plain({"context", "set", "a", "--url", "peyk://a:1"});
    plain({"context", "use", "b"});
    auto const listed = boost::json::parse(plain({"--output", "json", "context", "ls"}).out);
    ASSERT_EQ(listed.as_array().size(), 2u);
    EXPECT_EQ(listed.at(0).at("name"), "a");
    EXPECT_FALSE(listed.at(0).at("current").as_bool());
    EXPECT_TRUE(listed.at(1).at("current").as_bool());
    EXPECT_THAT(plain({"context", "ls"}).out, HasSubstr("*  b"));
    EXPECT_EQ(plain({"context", "rm", "b"}).code, 0);
    EXPECT_EQ(plain({"context", "rm", "b"}).code, 5);
    EXPECT_EQ(plain({"context", "use", "b"}).code, 5);
    EXPECT_EQ(plain({"ping", "--context", "b"}).code, 2);
    EXPECT_EQ(plain({"context", "set", "c"}).code, 2);
    EXPECT_EQ(plain({"context", "set", "c", "--url", "http://c"}).code, 2);
    EXPECT_EQ(plain({"context", "set", "a/b", "--url", "peyk://a"}).code, 2);
}

TEST_F(CliContext, UsingOneCanBeUndone) {
    plain({"context", "set", "away", "--url", "peyk://127.0.0.1:1"});
    EXPECT_EQ(plain({"context", "clear"}).out, "no context was used\n");
    plain({"context", "use", "away"});
    EXPECT_EQ(plain({"context", "clear"}).out, "away is not used any more\n");
    EXPECT_EQ(plain({"context", "clear", "-o", "json"}).out, "{\"current\":null}\n");
    auto const listed = boost::json::parse(plain({"context", "ls", "-o", "json"}).out);
    ASSERT_EQ(listed.as_array().size(), 1u);
    EXPECT_FALSE(listed.at(0).at("current").as_bool());
}

TEST_F(CliContext, ABrokenFileIsNamedWithItsLine) {
    auto const file = config_home() / "peyk" / "contexts.yaml";
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << "contexts:\n  test:\n    uri: peyk://x\n";
    auto const said = plain({"ping"});
    EXPECT_EQ(said.code, 7);
    EXPECT_THAT(said.err, HasSubstr(file.string() + ":3: "));
    EXPECT_THAT(said.err, HasSubstr("'uri'"));
    EXPECT_EQ(plain({"context", "set", "test", "--url", "peyk://x"}).code, 7);
    EXPECT_EQ(plain({"version"}).code, 0); // which needs no broker
    EXPECT_EQ(plain({"help", "contexts"}).code, 0);
}

} // namespace
} // namespace peyk::test
