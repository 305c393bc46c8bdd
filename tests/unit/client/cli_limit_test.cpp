#include "client/cli/exit_code.hpp"
#include "client/cli/limit_text.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(CliLimit, ARateThatIsNoneIsToldWithWhatIsAllowed) {
    EXPECT_EQ(read_rate("--rate", "10/m"), (rate{10, 60s}));
    EXPECT_EQ(read_rate("--rate", "none"), rate{});
    for (auto const* const wrong : {"10/w", "-1/s", "fast", ""}) {
        try {
            (void)read_rate("--rate", wrong);
            FAIL() << wrong;
        } catch (failure const& refused) {
            EXPECT_EQ(refused.code(), exit_code::usage);
            EXPECT_THAT(refused.what(), HasSubstr("--rate cannot be '" + std::string{wrong} + "'"));
            EXPECT_THAT(refused.what(), HasSubstr("10/m"));
        }
    }
}

TEST(CliLimit, NamesReadAsASentence) {
    EXPECT_EQ(text_of(limit_names{.task = "t", .queue = "q", .key = "k"}),
              "t in queue q with key k");
    EXPECT_EQ(text_of(limit_names{.queue = "q", .key = "k"}), "queue q with key k");
    EXPECT_EQ(text_of(limit_names{.key = "k"}), "key k");
}

TEST(CliLimit, ALimitSaysWhatItLimits) {
    EXPECT_EQ(text_of(limit_info{}), "nothing is limited");
    EXPECT_EQ(text_of(limit_info{.rate = {10, 60s}, .burst = 2, .per_worker = true}),
              "10/m per worker, burst 2");
    EXPECT_EQ(text_of(limit_info{.concurrency = 7}), "7 at once");
    EXPECT_EQ(text_of(limit_info{.rate = {5, 1s}, .concurrency = 7}), "5/s, burst 1 and 7 at once");
    auto const fields = present(limit_info{.names = {.task = "t"}});
    EXPECT_TRUE(fields.at("rate").is_null());
    EXPECT_TRUE(fields.at("concurrency").is_null());
    EXPECT_TRUE(fields.at("queue").is_null());
    EXPECT_EQ(fields.at("task"), "t");
}

TEST(CliLimit, TheMostSpecificOfTheSameKindIsOverridden) {
    std::vector<limit_info> const limits{{.names = {.key = "*"}},
                                         {.names = {.key = "tenant=*"}},
                                         {.names = {.key = "tenant=42"}},
                                         {.names = {.task = "t", .key = "tenant=*"}},
                                         {.names = {.key = "other=*"}}};
    auto const* const found = overridden(limits, {.key = "tenant=42"});
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->names, limit_names{.key = "tenant=*"});
    EXPECT_EQ(overridden(limits, {.task = "u", .key = "tenant=42"}), nullptr);
    EXPECT_EQ(overridden(limits, {.queue = "q"}), nullptr);
    EXPECT_EQ(overridden(limits, {.key = "*"}), nullptr);
    auto const narrower = overriding(limits, {.key = "*"});
    ASSERT_EQ(narrower.size(), 2u);
    EXPECT_EQ(narrower[0].names.key, "tenant=*");
    EXPECT_EQ(narrower[1].names.key, "other=*");
    EXPECT_TRUE(overriding(limits, {.key = "tenant=42"}).empty());
}

} // namespace
} // namespace peyk::cli
