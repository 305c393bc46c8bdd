// `peyk worker`, `peyk inspect` and what `peyk control` tells workers.

#include "tests/system/cli_fixture.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

#include <boost/asio/use_future.hpp>

#include <optional>

namespace peyk::test {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// A worker with two messages of its own queue in hand, one of them started.
class CliWorker : public Cli {
protected:
    static constexpr auto queue = "handled";

    void SetUp() override {
        first_ = published({"call", "work.one", "--queue", queue});
        second_ = published({"call", "work.two", "--queue", queue});
        client_options options;
        options.url = broker_->url();
        options.name = "hand@host:1";
        options.labels = {{"gpu", "a100"}};
        works_.emplace(options);
        works_->on_instruction([](instruction what, auto answer) {
            bool const can = what.action != "time_limit";
            std::string text = what.action;
            for (auto const& argument : what.arguments)
                text += ' ' + argument;
            answer({can, can ? text : "cannot " + text});
        });
        works_->introduce({{"pool", "threads"}, {"concurrency", "2"}},
                          worker_metrics{.succeeded = 41,
                                         .failed = 3,
                                         .tasks = {{"work.one", 40, 60s}},
                                         .others = {{}, 4, 8ms},
                                         .pools = {{"threads", 2, 0.434}}});
        from_.emplace(
            *works_,
            consumer_options{.queues = {queue}, .credit = 2, .tasks = {"work.one", "work.two"}});
        auto const one = from_->receive(20s);
        auto const two = from_->receive(20s);
        from_->started(one.token);
        // Its answer comes after what was sent before it.
        from_->async_report(one.token, {.progress = progress{1, 2, ""}}, asio::use_future).get();
        tokens_ = {one.token, two.token};
    }
    void TearDown() override {
        for (auto const token : tokens_)
            from_->async_settle(token, verdict::success{.result = "1"}, asio::use_future).get();
        from_->close();
        works_->close();
    }

    static boost::json::value first_of(boost::json::value const& rows, std::string const& worker) {
        for (auto const& row : rows.as_array()) {
            auto const* const name = row.as_object().if_contains("worker");
            if ((name != nullptr ? *name : row.at("name")) == worker.c_str())
                return row;
        }
        ADD_FAILURE() << "no " << worker << " in " << boost::json::serialize(rows);
        return {};
    }

    std::string first_;
    std::string second_;
    std::optional<client> works_;
    std::optional<consumer> from_;
    std::vector<delivery_token> tokens_;
};

constexpr auto hand = "hand@host:1";

TEST_F(CliWorker, IsListedAndShown) {
    auto const row = first_of(peyk_json({"worker", "ls"}), hand);
    EXPECT_EQ(row.at("leased").to_number<int>(), 2);
    EXPECT_EQ(row.at("started").to_number<int>(), 1);
    EXPECT_EQ(row.at("facts").at("pool"), "threads");
    EXPECT_EQ(row.at("labels").at(0), "gpu=a100");
    EXPECT_EQ(row.at("queues").at(0), queue);
    auto const table = peyk({"worker", "ls", "--label", "gpu=*"}).out;
    EXPECT_THAT(table, HasSubstr("HEALTH"));
    EXPECT_THAT(table, HasSubstr(hand));
    auto const whole = peyk_json({"worker", "show", "hand@*"}).at(0);
    EXPECT_EQ(whole.at("messages").as_array().size(), 2u);
    EXPECT_EQ(
        peyk_json({"worker", "show", std::string{whole.at("id").as_string()}}).at(0).at("name"),
        hand);
    auto const shown = peyk({"worker", "show", hand}).out;
    EXPECT_THAT(shown, HasSubstr("reserved"));
    EXPECT_THAT(shown, HasSubstr("43%"));
    EXPECT_THAT(shown, ContainsRegex("work.one +40 +1m +1.5s"));
    EXPECT_THAT(shown, ContainsRegex("\\(others\\) +4 +8ms +2ms"));
    auto const& counted = whole.at("metrics");
    EXPECT_EQ(counted.at("succeeded").to_number<int>(), 41);
    EXPECT_EQ(counted.at("tasks").at(0).at("ran_ms").to_number<double>(), 60'000);
    EXPECT_EQ(counted.at("others").at("runs").to_number<int>(), 4);
    EXPECT_EQ(counted.at("pools").at(0).at("busy").to_number<double>(), 0.434);
    auto const none = peyk({"worker", "show", "nobody@*"});
    EXPECT_EQ(none.code, 5);
    EXPECT_THAT(none.err, HasSubstr("peyk worker ls"));
}

TEST_F(CliWorker, WhatRunsAndWhatIsReservedIsTold) {
    auto const active = peyk_json({"inspect", "active", "--worker", "hand@*"}).as_array();
    ASSERT_EQ(active.size(), 1u);
    EXPECT_EQ(active[0].at("id").as_string(), first_);
    EXPECT_EQ(active[0].at("worker"), hand);
    auto const reserved = peyk_json({"inspect", "reserved"}).as_array();
    ASSERT_EQ(reserved.size(), 1u);
    EXPECT_EQ(reserved[0].at("id").as_string(), second_);
    EXPECT_EQ(peyk({"inspect", "active", "--label", "gpu=h100"}).code, 5);
    EXPECT_EQ(peyk_json({"inspect", "query_task", first_}).at(0).at("worker"), hand);
    EXPECT_EQ(peyk_json({"inspect", "query_task", nobody}, 5).as_array().size(), 1u);
    auto const held = peyk_json({"task", "ls", "--worker", "hand@*", "--state", "leased"});
    EXPECT_EQ(held.at("messages").as_array().size(), 2u);
}

TEST_F(CliWorker, TheBrokerTellsWhatItKnowsOfIt) {
    auto const registered = first_of(peyk_json({"inspect", "registered"}), hand);
    EXPECT_EQ(boost::json::serialize(registered.at("tasks")), R"(["work.one","work.two"])");
    EXPECT_EQ(first_of(peyk_json({"inspect", "active_queues"}), hand).at("queue"), queue);
    EXPECT_EQ(first_of(peyk_json({"inspect", "conf"}), hand).at("facts").at("concurrency"), "2");
    auto const stats = first_of(peyk_json({"inspect", "stats"}), hand);
    EXPECT_EQ(stats.at("started").to_number<int>(), 1);
    EXPECT_EQ(stats.at("metrics").at("failed").to_number<int>(), 3);
    auto const table = peyk({"inspect", "stats"}).out;
    EXPECT_THAT(table, HasSubstr("SUCCEEDED"));
    EXPECT_THAT(table, ContainsRegex("43% +41 +3 +0 +0 +0"));
    EXPECT_EQ(first_of(peyk_json({"inspect", "ping", "--worker", hand}), hand).at("ok"), true);
    auto const report = peyk({"inspect", "report"}).out;
    EXPECT_THAT(report, HasSubstr("broker at "));
    EXPECT_THAT(report, HasSubstr(hand));
    auto const later = published({"call", "t", "--queue", "later", "--countdown", "1h"});
    EXPECT_THAT(peyk({"inspect", "scheduled"}).out, HasSubstr(later));
    EXPECT_EQ(peyk({"task", "cancel", later}).code, 0);
}

TEST_F(CliWorker, AnswersWhatItIsTold) {
    auto const grown = peyk_json({"control", "pool_grow", "3", "--worker", hand}).at(0);
    EXPECT_EQ(grown.at("worker"), hand);
    EXPECT_EQ(grown.at("ok"), true);
    EXPECT_EQ(grown.at("text"), "pool_grow 3");
    auto const said = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--label", "gpu=*"});
        return peyk(std::move(words));
    };
    EXPECT_THAT(said({"control", "pool_shrink"}).out, HasSubstr("pool_shrink 1"));
    EXPECT_THAT(said({"control", "autoscale", "10", "3"}).out, HasSubstr("autoscale 10 3"));
    EXPECT_THAT(said({"control", "add_consumer", "mail"}).out, HasSubstr("add_consumer mail"));
    EXPECT_THAT(said({"control", "cancel_consumer", "mail"}).out,
                HasSubstr("cancel_consumer mail"));
    EXPECT_THAT(said({"control", "shutdown"}).out, HasSubstr("shutdown"));
    auto const refused = said({"control", "time_limit", "t", "60", "2m"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.out, HasSubstr("cannot time_limit t 60000ms 120000ms"));
    auto const wrong = peyk({"control", "time_limit", "t", "2m", "60"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("the soft time limit is above the hard one"));
    EXPECT_EQ(peyk({"control", "pool_grow", "--worker", "nobody"}).code, 5);
    EXPECT_EQ(peyk({"control", "autoscale", "3", "10"}).code, 2);
    EXPECT_EQ(peyk({"control", "pool_grow", "0"}).code, 2);
}

TEST_F(CliWorker, ShuttingDownAllOfThemAsksFirst) {
    auto const asked = peyk({"control", "shutdown"});
    EXPECT_EQ(asked.code, 2);
    EXPECT_THAT(asked.err, HasSubstr("shut down all workers"));
    EXPECT_THAT(asked.err, HasSubstr("--yes"));
    auto const told = peyk({"control", "shutdown", "--yes"});
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr(hand));
}

} // namespace
} // namespace peyk::test
