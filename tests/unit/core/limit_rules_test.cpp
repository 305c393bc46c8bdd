#include "broker/core/limit_rules.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace peyk::test {
namespace {

using namespace core;

constexpr limit_settings unlimited{};

limit_settings at_once(std::uint32_t concurrency) {
    limit_settings made;
    made.concurrency = concurrency;
    return made;
}

owned_limit_names about_task(std::string task) {
    return {.task = std::move(task), .queue = {}, .key = {}};
}

// What one at once, two at once... say which rule it was.
std::uint32_t found(limit_rules& rules, limit_names const& about) {
    rules.sort();
    auto const* const rule = rules.rule_for(about);
    return rule == nullptr ? 0 : rule->settings.concurrency;
}

TEST(LimitRules, TheMostSpecificPatternsAreInForce) {
    limit_rules rules;
    rules.command(about_task("*"), at_once(1));
    rules.command(about_task("mail.*"), at_once(2));
    rules.command(about_task("mail.send"), at_once(3));
    EXPECT_EQ(found(rules, {.task = "resize", .queue = {}, .key = {}}), 1u);
    EXPECT_EQ(found(rules, {.task = "mail.sort", .queue = {}, .key = {}}), 2u);
    EXPECT_EQ(found(rules, {.task = "mail.send", .queue = {}, .key = {}}), 3u);
}

TEST(LimitRules, OfOtherThingsAreNotAsked) {
    limit_rules rules;
    rules.command(about_task("*"), at_once(3));
    EXPECT_EQ(found(rules, {.task = "mail", .queue = "q", .key = {}}), 0u);
    EXPECT_TRUE(rules.any(limit_kind(about_task("*"))));
    EXPECT_FALSE(rules.any(limit_kind(owned_limit_names{.task = {}, .queue = "q", .key = {}})));
}

TEST(LimitRules, AConfiguredOneGivesWayToACommandAndComesBack) {
    limit_rules rules;
    rules.configure(about_task("mail*"), at_once(1));
    rules.command(about_task("mail*"), at_once(2));
    limit_names const mail{.task = "mail.send", .queue = {}, .key = {}};
    EXPECT_EQ(found(rules, mail), 2u);
    EXPECT_EQ(rules.settings_of(about_task("mail*")).concurrency, 2u);
    EXPECT_NE(rules.take(about_task("mail*")), nullptr);
    EXPECT_EQ(found(rules, mail), 1u);
    EXPECT_EQ(rules.take(about_task("mail*")), nullptr); // only commands can be taken back
}

TEST(LimitRules, OneThatLimitsNothingIsOfUseBelowAWiderOne) {
    limit_rules rules;
    rules.command(about_task("mail"), unlimited);
    ASSERT_EQ(rules.useless().size(), 1u);
    rules.command(about_task("*"), at_once(3));
    EXPECT_TRUE(rules.useless().empty());
    EXPECT_EQ(found(rules, {.task = "mail", .queue = {}, .key = {}}), 0u);
    rules.command(about_task("*"), unlimited);
    EXPECT_EQ(rules.useless().size(), 2u);
}

} // namespace
} // namespace peyk::test
