#include "tests/system/cli_fixture.hpp"

#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

#include <boost/asio/use_future.hpp>

#include <cstdlib>

namespace peyk::test {

using namespace std::chrono_literals;

std::unique_ptr<broker_process> Cli::broker_;

void Cli::SetUpTestSuite() {
    broker_ = std::make_unique<broker_process>();
    broker_->start();
    // What the one who runs the tests has set is no part of them.
    ::setenv("XDG_CONFIG_HOME", config_home().c_str(), 1);
    for (auto const* name : {"PEYK_URL", "PEYK_CONTEXT", "NO_COLOR"})
        ::unsetenv(name);
}

std::filesystem::path Cli::config_home() {
    return broker_->data().parent_path() / "config";
}

ended Cli::peyk(std::vector<std::string> words, std::string const& input) {
    std::vector<std::string> all{PEYK_CLI_BINARY, "--url", broker_->url(), "--timeout", "20"};
    // What the test says of the time wins.
    if (std::ranges::find(words, "--timeout") != words.end())
        all.resize(3);
    all.insert(all.end(), words.begin(), words.end());
    return run_program(std::move(all), input);
}

boost::json::value Cli::peyk_json(std::vector<std::string> words, int code) {
    auto const shown = testing::PrintToString(words);
    words.insert(words.end(), {"-o", "json"});
    auto const said = peyk(std::move(words));
    EXPECT_EQ(said.code, code) << shown << said.err;
    boost::json::error_code wrong;
    auto value = boost::json::parse(said.out, wrong);
    EXPECT_FALSE(wrong) << shown << said.out << said.err;
    return value;
}

std::string Cli::published(std::vector<std::string> words) {
    auto said = peyk(std::move(words));
    EXPECT_EQ(said.code, 0) << said.err;
    if (said.out.ends_with('\n'))
        said.out.pop_back();
    EXPECT_EQ(said.out.size(), 36u) << said.out;
    return said.out;
}

delivery Cli::settle_next(std::string const& queue, outcome how) {
    client connected{broker_->url()};
    consumer from{connected, {.queues = {queue}}};
    auto got = from.receive(20s);
    from.async_settle(got.token, std::move(how), asio::use_future).get();
    connected.close();
    return got;
}

std::string
Cli::dead_letter(std::string const& queue, std::string const& task, std::string const& error_type) {
    auto id = published({"call", task, "--queue", queue});
    settle_next(queue, verdict::failure{.error = {error_type, "no luck", ""}, .permanent = true});
    return id;
}

int Cli::count(std::string const& queue, std::string const& key) {
    return peyk_json({"queue", "show", queue}).at(key).to_number<int>();
}

} // namespace peyk::test
