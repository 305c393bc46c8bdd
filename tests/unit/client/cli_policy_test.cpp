#include "client/cli/policy_match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

TEST(CliPolicy, AStarStandsForAnyCharacters) {
    EXPECT_TRUE(matches("mail", "mail"));
    EXPECT_FALSE(matches("mail", "mails"));
    EXPECT_FALSE(matches("mails", "mail"));
    EXPECT_TRUE(matches("*", "mail"));
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("mail.*", "mail."));
    EXPECT_TRUE(matches("*.high", "mail.high"));
    EXPECT_FALSE(matches("*.high", "mail.higher"));
    EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
    EXPECT_FALSE(matches("a*b*c", "a-c-b"));
    EXPECT_FALSE(matches("", "mail"));
}

TEST(CliPolicy, TheFirstOfThoseThatMatchHolds) {
    std::vector<queue_policy_info> policies;
    for (auto const& [pattern, priority] : std::vector<std::pair<std::string, int>>{
             {"*", 0}, {"mail.*", 0}, {"m*", 5}, {"urls", 9}, {"*.bulk", 0}}) {
        policies.push_back({.policy = {.pattern = pattern, .priority = priority}});
    }
    std::vector<std::string> order;
    for (auto const& each : matching(policies, "mail.bulk"))
        order.push_back(each.policy.pattern);
    EXPECT_THAT(order, testing::ElementsAre("m*", "*.bulk", "mail.*", "*"));
    EXPECT_TRUE(matching({}, "mail.bulk").empty());
}

} // namespace
} // namespace peyk::cli
