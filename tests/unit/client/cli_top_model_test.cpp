#include "tests/unit/client/cli_top_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto down = "\033[B";
constexpr auto tab = "\t";
constexpr auto escape = "\033";

class CliTop : public testing::Test {
protected:
    CliTop() {
        model.take(snapshot_at(1));
        model.take(snapshot_at(2));
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (auto const& row : model.queues())
            all.push_back(row.now.name);
        return all;
    }
    void take_queues(std::vector<queue_stats> queues) {
        auto now = snapshot_at(3);
        now.queues = std::move(queues);
        model.take(std::move(now));
    }

    top_model model{"peyk://here"};
};

TEST(CliKeys, AreReadFromWhatATerminalSends) {
    key_reader reader;
    EXPECT_THAT(reader.take("a\033[A\033OB\t\r\x7f\033[Z"),
                ElementsAre(key{key_kind::text, "a"},
                            key{key_kind::up},
                            key{key_kind::down},
                            key{key_kind::tab},
                            key{key_kind::enter},
                            key{key_kind::erase},
                            key{key_kind::back_tab}));
    EXPECT_THAT(reader.take(escape), ElementsAre(key{key_kind::escape}));
    EXPECT_THAT(reader.take("\033[15~x"), ElementsAre(key{key_kind::text, "x"})); // F5
    EXPECT_THAT(reader.take("\xc3"), ElementsAre());
    EXPECT_THAT(reader.take("\xa9"), ElementsAre(key{key_kind::text, "é"}));
    EXPECT_THAT(reader.take("\x01"), ElementsAre());
}

TEST_F(CliTop, SumsRatesInItsHeader) {
    EXPECT_DOUBLE_EQ(*model.header().in_per_s, 100);
    EXPECT_DOUBLE_EQ(*model.header().out_per_s, 60);
    EXPECT_EQ(model.header().up, std::chrono::seconds{3'602});
}

TEST_F(CliTop, WorkersTellOfThemselves) {
    ASSERT_EQ(model.workers().size(), 1u);
    auto const& row = model.workers()[0];
    EXPECT_EQ(row.slots, 8u);
    EXPECT_EQ(row.busy, 3u);
    EXPECT_EQ(row.reserved, 2u);
    EXPECT_EQ(row.processed, 123'456u);
    EXPECT_THAT(row.queues, ElementsAre("mail", "reports"));
    auto strange = snapshot_at(3);
    strange.workers[0].facts = {{"concurrency", "many"}, {"rss_bytes", "-1"}};
    strange.workers[0].settled = 9;
    model.take(strange);
    EXPECT_EQ(model.workers()[0].slots, 0u);
    EXPECT_EQ(model.workers()[0].rss_bytes, 0u);
    EXPECT_EQ(model.workers()[0].processed, 9u); // as the broker counts
}

TEST_F(CliTop, AsksWhyOnlyOfQueuesWithReadyMessages) {
    EXPECT_THAT(model.queues_to_ask(), ElementsAre("mail"));
    std::vector<queue_stats> many;
    for (int each = 0; each < 100; ++each)
        many.push_back({.name = "q" + std::to_string(each), .ready = 1});
    take_queues(many);
    EXPECT_EQ(model.queues_to_ask().size(), top_model::asked_max);
}

TEST_F(CliTop, SortsByWhatIsChosen) {
    take_queues({{.name = "a", .ready = 1}, {.name = "b", .ready = 5}, {.name = "c", .ready = 5}});
    EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
    type(model, "s");
    EXPECT_EQ(model.order(top_pane::queues), "ready");
    EXPECT_THAT(names(), ElementsAre("b", "c", "a"));
    type(model, "sssss");
    EXPECT_EQ(model.order(top_pane::queues), "name");
}

TEST_F(CliTop, TheChosenRowStaysTheSameQueueInANewOrder) {
    take_queues({{.name = "a"}, {.name = "b", .ready = 1}, {.name = "c"}});
    type(model, down);
    EXPECT_EQ(model.selected(top_pane::queues), 1u);
    type(model, "s");
    EXPECT_EQ(names()[model.selected(top_pane::queues)], "b");
    take_queues({{.name = "a", .ready = 4}, {.name = "b", .ready = 1}, {.name = "c", .ready = 9}});
    EXPECT_EQ(names()[model.selected(top_pane::queues)], "b");
    take_queues({{.name = "a"}}); // gone: the next best
    EXPECT_EQ(model.selected(top_pane::queues), 0u);
    take_queues({});
    EXPECT_EQ(model.selected(top_pane::queues), 0u);
    type(model, down);
    EXPECT_EQ(type(model, "p"), std::nullopt);
    EXPECT_FALSE(model.notice().empty());
}

TEST_F(CliTop, PausesAndResumesTheChosenQueue) {
    EXPECT_EQ(type(model, "p"), (top_action{.what = top_task::pause, .name = "mail"}));
    take_queues({{.name = "mail", .held = true}});
    EXPECT_EQ(type(model, "p"), (top_action{.what = top_task::resume, .name = "mail"}));
}

TEST_F(CliTop, PurgesOnlyWhenTheNameIsTyped) {
    EXPECT_EQ(type(model, "c"), std::nullopt);
    EXPECT_THAT(*model.prompt(), HasSubstr("1207 waiting messages of mail"));
    EXPECT_EQ(type(model, "yes\r"), std::nullopt);
    EXPECT_EQ(model.notice(), "nothing is changed");
    EXPECT_EQ(model.prompt(), std::nullopt);
    type(model, "c");
    EXPECT_EQ(type(model, "maix\x7fl\r"), (top_action{.what = top_task::purge, .name = "mail"}));
    type(model, "c");
    EXPECT_EQ(type(model, escape), std::nullopt);
    EXPECT_EQ(type(model, "\r"), std::nullopt);
}

// What is asked about stays what was asked about, whatever comes meanwhile.
TEST_F(CliTop, AQuestionIsAboutTheQueueThatWasChosen) {
    type(model, "c");
    take_queues({{.name = "a", .ready = 1}});
    EXPECT_EQ(type(model, "mail\r"), (top_action{.what = top_task::purge, .name = "mail"}));
}

TEST_F(CliTop, RedrivesAfterAYes) {
    type(model, "r");
    EXPECT_THAT(*model.prompt(), HasSubstr("2 dead letters of mail"));
    EXPECT_EQ(type(model, "yes\r"), (top_action{.what = top_task::redrive, .name = "mail"}));
    type(model, down);
    EXPECT_EQ(type(model, "r"), std::nullopt);
    EXPECT_EQ(model.notice(), "reports has no dead letters");
}

TEST_F(CliTop, CancelsWhatAWorkerRuns) {
    type(model, tab);
    EXPECT_EQ(model.pane(), top_pane::workers);
    type(model, "c");
    EXPECT_EQ(model.prompt(), std::nullopt);
    EXPECT_EQ(type(model, "\r"), (top_action{.what = top_task::running, .name = "worker-1"}));
    auto const id = *message_id::parse("0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    model.take_running("another", {{.id = id}});
    EXPECT_TRUE(model.running().empty());
    model.take_running("worker-1", {{.id = id, .task = "slow"}});
    type(model, tab);
    type(model, "c");
    EXPECT_THAT(*model.prompt(), HasSubstr("Cancel slow"));
    EXPECT_EQ(type(model, "yes\r"), (top_action{.what = top_task::terminate, .id = id}));
    type(model, escape);
    EXPECT_FALSE(model.opened());
}

TEST_F(CliTop, ShowsOnlyWhatTheFilterNames) {
    type(model, "/rep");
    EXPECT_THAT(names(), ElementsAre("reports"));
    EXPECT_EQ(model.workers().size(), 1u); // it reads that queue
    EXPECT_EQ(model.prompt(), "Filter: rep");
    type(model, "x");
    EXPECT_TRUE(model.workers().empty());
    type(model, "\x7f\r");
    EXPECT_EQ(model.prompt(), std::nullopt);
    EXPECT_EQ(type(model, "q"), (top_action{.what = top_task::quit}));
    type(model, escape);
    EXPECT_EQ(names().size(), 2u);
}

TEST_F(CliTop, KeepsTheNewestFailuresFirst) {
    for (int each = 0; each < 250; ++each)
        model.take(failure_at(each, "t" + std::to_string(each)));
    model.take(snapshot_at(3));
    ASSERT_EQ(model.failures().size(), top_model::failures_max);
    EXPECT_EQ(model.failures()[0].task, "t249");
    EXPECT_EQ(model.failures()[0].error, "Timeout: no answer");
    // Who looks at one keeps it; who does not follows the newest.
    type(model, "\t\t");
    type(model, down);
    model.take(failure_at(300, "new"));
    model.take(snapshot_at(4));
    EXPECT_EQ(model.failures()[model.selected(top_pane::failures)].task, "t248");
    type(model, "\033[H");
    model.take(failure_at(301, "newer"));
    model.take(snapshot_at(5));
    EXPECT_EQ(model.failures()[model.selected(top_pane::failures)].task, "newer");
}

TEST_F(CliTop, WhatWasKnownStaysWhenTheBrokerIsLost) {
    model.lost("no connection");
    EXPECT_EQ(names().size(), 2u);
    EXPECT_EQ(model.lost(), "no connection");
    model.take(snapshot_at(9));
    EXPECT_EQ(model.lost(), "");
}

} // namespace
} // namespace peyk::cli
