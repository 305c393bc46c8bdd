#include "client/cli/dead_groups.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/present_admin.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;

time_point at(int second) {
    return std::chrono::system_clock::from_time_t(1'893'456'000 + second); // 2030-01-01
}

TEST(CliPresent, AMessageTellsItsWholeStory) {
    status dead;
    dead.id = *message_id::parse("0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    dead.state = state::failure;
    dead.detail = detail::dead;
    dead.death = death::max_age;
    dead.origin = "mail";
    dead.progress = progress{1, 3, "one"};
    dead.log_end = 5;
    dead.log = "hello";
    dead.history.push_back({.worker = "w",
                            .began_at = {},
                            .ended_at = at(0),
                            .crash = true,
                            .error = {"lost", "", ""}});
    auto const fields = present_whole(dead);
    EXPECT_EQ(fields.at("death"), "max_age");
    EXPECT_EQ(fields.at("origin"), "mail");
    EXPECT_EQ(fields.at("progress").at("total").to_number<int>(), 3);
    EXPECT_TRUE(fields.at("parent").is_null());
    EXPECT_EQ(fields.at("log_bytes").to_number<int>(), 5);
    EXPECT_EQ(fields.at("log"), "hello");
    auto const& run = fields.at("history").at(0);
    EXPECT_TRUE(run.at("began_at").is_null());
    EXPECT_EQ(run.at("ended_at"), "2030-01-01T00:00:00.000Z");
    EXPECT_TRUE(run.at("crash").as_bool());
    EXPECT_EQ(run.at("error").at("type"), "lost");
    EXPECT_FALSE(present(dead).contains("log"));
}

TEST(CliPresent, AForeignTextDoesNotSteerTheTerminal) {
    EXPECT_EQ(printable("a\tb\nc \u00e9 \u6f22"), "a\tb\nc \u00e9 \u6f22");
    EXPECT_EQ(printable("\033[2J\r\x7f"), "\\x1b[2J\\x0d\\x7f");
    EXPECT_EQ(printable("\u009b2J"), "\\x9b2J");
}

TEST(CliPresent, ALineOfFieldsLeavesOutThoseWithoutAText) {
    using boost::json::object;
    EXPECT_EQ(plain_text(object{{"type", "revoked"}, {"message", ""}, {"trace", nullptr}}),
              "type revoked");
    EXPECT_EQ(plain_text(object{{"done", 1}, {"text", ""}, {"total", 3}}), "done 1, total 3");
    EXPECT_EQ(plain_text(object{}), "");
}

TEST(CliPresent, WhatATaskReturnsIsJsonButForStrings) {
    auto const text = [](char const* returned) {
        return data_text(boost::json::parse(returned));
    };
    EXPECT_EQ(text(R"({ "sum": 4, "of": [1, 3], "who": null })"),
              R"({"sum":4,"of":[1,3],"who":null})");
    EXPECT_EQ(text("{}"), "{}");
    EXPECT_EQ(text(R"("two \"words\"")"), R"(two "words")");
    EXPECT_EQ(text("4"), "4");
    EXPECT_EQ(text("0.1234567"), "0.1234567");
    EXPECT_EQ(text("1234.5"), "1234.5");
    EXPECT_EQ(text("false"), "false");
    EXPECT_EQ(text("null"), "");
}

TEST(CliPresent, WhatAPolicyLeavesOpenIsNull) {
    auto const fields = present(queue_settings{.max_length = 5, .overflow = overflow::drop_oldest});
    EXPECT_EQ(fields.at("max_length").to_number<int>(), 5);
    EXPECT_EQ(fields.at("overflow"), "drop_oldest");
    EXPECT_TRUE(fields.at("lease_ms").is_null());
    EXPECT_TRUE(fields.at("dead_letter").is_null());
}

TEST(CliPresent, SchedulesSayWhenInAWord) {
    EXPECT_EQ(when({.every = 10min}), "every 10m");
    EXPECT_EQ(when({.cron = "0 3 * * *", .zone = "Europe/Berlin"}), "0 3 * * * Europe/Berlin");
    schedule_info info;
    info.schedule.every = 10s;
    EXPECT_TRUE(present(info).at("next_at").is_null());
    info.next = {at(10), at(20)};
    EXPECT_EQ(present(info).at("next_at"), "2030-01-01T00:00:10.000Z");
    EXPECT_EQ(present(info).at("next").as_array().size(), 2u);
}

TEST(CliPresent, ASelectorShowsOnlyWhatItSays) {
    EXPECT_TRUE(present(selector{}).empty());
    auto const fields =
        present(selector{.queue = "mail", .states = {message_state::ready, message_state::dead}});
    EXPECT_EQ(fields.size(), 2u);
    EXPECT_EQ(boost::json::serialize(fields.at("states")), R"(["ready","dead"])");
}

TEST(CliPresent, DeadLettersAreCountedByWhatWentWrong) {
    auto const letter = [](std::string const& task, std::string const& type, int second) {
        status made;
        made.id = message_id::make();
        made.queue = "mail";
        made.task = task;
        made.error.type = type;
        made.death = death::retries_exhausted;
        made.finished_at = at(second);
        return made;
    };
    auto const last = letter("send", "Smtp", 30);
    dead_groups groups;
    groups.add({letter("send", "Smtp", 20), letter("send", "Disk", 5)});
    groups.add({last, letter("send", "Smtp", 10)});
    auto const rows = groups.present();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].at("count").to_number<int>(), 3);
    EXPECT_EQ(rows[0].at("error_type"), "Smtp");
    EXPECT_EQ(rows[0].at("death"), "retries_exhausted");
    EXPECT_EQ(rows[0].at("first_at"), "2030-01-01T00:00:10.000Z");
    EXPECT_EQ(rows[0].at("last_at"), "2030-01-01T00:00:30.000Z");
    EXPECT_EQ(rows[0].at("last_id").as_string(), last.id.to_string());
    EXPECT_EQ(rows[1].at("count").to_number<int>(), 1);
}

} // namespace
} // namespace peyk::cli
