#include "client/cli/exit_code.hpp"
#include "client/cli/selector_options.hpp"
#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto some = "0190a5f3-7c1e-7b3a-8f00-0123456789ab";

selector chosen(std::vector<std::string> words, time_point now) {
    CLI::App app;
    selector_options options;
    add_filter_terms(app, options);
    add_selector_options(app, options);
    bool const nothing = words.empty();
    std::reverse(words.begin(), words.end()); // as CLI11 takes a vector
    app.parse(std::move(words));
    EXPECT_EQ(options.is_empty(), nothing);
    return make_selector(options, now);
}

TEST(CliSelector, NothingChoosesEverything) {
    auto const which = chosen({}, {});
    EXPECT_TRUE(which.queue.empty() && which.task.empty() && which.error.empty());
    EXPECT_TRUE(which.states.empty());
    EXPECT_TRUE(which.root.is_nil() && which.parent.is_nil());
    EXPECT_FALSE(which.published_after || which.published_before);
}

TEST(CliSelector, EveryPartIsHandedOver) {
    auto const now = parse_time("2030-01-01T00:00:00Z");
    auto const which = chosen({"--queue",
                               "mail.*",
                               "--task",
                               "send",
                               "--error",
                               "Smtp*",
                               "--state",
                               "ready,dead",
                               "--parent",
                               some,
                               "--root",
                               some,
                               "--after",
                               "-1h",
                               "--before",
                               "2029-01-01T00:00:00Z"},
                              now);
    EXPECT_EQ(which.queue, "mail.*");
    EXPECT_EQ(which.task, "send");
    EXPECT_EQ(which.error, "Smtp*");
    EXPECT_EQ(which.states,
              (std::vector<message_state>{message_state::ready, message_state::dead}));
    EXPECT_EQ(which.parent.to_string(), some);
    EXPECT_EQ(which.root.to_string(), some);
    EXPECT_EQ(which.published_after, now - 1h);
    EXPECT_EQ(which.published_before, parse_time("2029-01-01T00:00:00Z"));
}

void expect_usage(std::vector<std::string> words, std::string const& part) {
    try {
        (void)chosen(std::move(words), {});
        FAIL() << part;
    } catch (failure const& wrong) {
        EXPECT_EQ(wrong.code(), exit_code::usage);
        EXPECT_NE(std::string{wrong.what()}.find(part), std::string::npos) << wrong.what();
    }
}

TEST(CliSelector, AFilterAndOptionsMustBothHold) {
    auto const now = parse_time("2030-01-01T00:00:00Z");
    auto const which = chosen(
        {"task:send", "after:-1h", "--queue", "mail", "--filter", "error:\"out of luck\""}, now);
    EXPECT_EQ(which.queue, "mail");
    EXPECT_EQ(which.task, "send");
    EXPECT_EQ(which.error, "out of luck");
    EXPECT_EQ(which.published_after, now - 1h);
    expect_usage({"queue:mail", "--queue", "mail"}, "queue:");
    expect_usage({"queue:mail", "--filter", "queue:mail"}, "given twice");
    expect_usage({"queue:mail", "urgent"}, "at its character 12: 'urgent'");
}

TEST(CliSelector, WhatTheCommandSaysNoFilterSays) {
    CLI::App app;
    selector_options options;
    add_selector_options(app, options, {selector_part::states});
    options.filter = "state:ready";
    EXPECT_THROW((void)make_selector(options, {}), failure);
    options.filter = "queue:mail";
    EXPECT_EQ(make_selector(options, {}).queue, "mail");
}

TEST(CliSelector, UnknownStatesAreNamed) {
    expect_usage({"--state", "reddy"}, "'reddy'");
}

} // namespace
} // namespace peyk::cli
