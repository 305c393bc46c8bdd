// `peyk task why` and `peyk task edit`, keys and tags, and words in brackets.

#include "tests/system/cli_fixture.hpp"

namespace peyk::test {
namespace {

using testing::HasSubstr;

using CliWhy = Cli;

TEST_F(CliWhy, IsOneLineForEachMessage) {
    auto const id = published({"call", "why.me", "--queue", "unread"});
    EXPECT_EQ(peyk({"task", "why", id}).out, "no connected worker reads queue unread\n");
    auto const later = published({"call", "why.me", "--queue", "unread", "--countdown", "1h"});
    auto const both = peyk({"task", "why", id, later});
    EXPECT_EQ(std::ranges::count(both.out, '\n'), 2);
    EXPECT_THAT(both.out, HasSubstr(later));
    auto const fields = peyk_json({"task", "why", id, later}).as_array();
    ASSERT_EQ(fields.size(), 2u);
    EXPECT_EQ(fields[0].at("id").as_string(), id);
    EXPECT_EQ(fields[0].at("reason"), "nobody_reads");
    EXPECT_EQ(fields[0].at("name"), "unread");
    EXPECT_EQ(fields[1].at("reason"), "scheduled");
    EXPECT_FALSE(fields[1].at("until").is_null());
    EXPECT_EQ(peyk({"task", "why", nobody}).code, 5);
    EXPECT_EQ(peyk({"task", "why", "nonsense"}).code, 2);
}

TEST_F(CliWhy, IsPartOfWhatIsShown) {
    auto const id = published({"call", "t", "--queue", "shown"});
    EXPECT_THAT(peyk({"task", "show", id}).out, HasSubstr("no connected worker reads queue shown"));
    EXPECT_EQ(peyk_json({"task", "show", id}).at("why").at("reason"), "nobody_reads");
    EXPECT_EQ(peyk_json({"task", "show", id, "--args"}).at("why").at("reason"), "nobody_reads");
    auto const obstacles = peyk_json({"queue", "show", "shown"}).at("obstacles").as_array();
    ASSERT_EQ(obstacles.size(), 1u);
    EXPECT_EQ(obstacles[0].at("reason"), "nobody_reads");
    EXPECT_EQ(obstacles[0].at("messages").to_number<int>(), 1);
    EXPECT_THAT(peyk({"queue", "show", "shown"}).out, HasSubstr("nobody_reads"));
    EXPECT_EQ(peyk({"task", "cancel", id}).code, 0);
    EXPECT_TRUE(peyk_json({"task", "show", id}).at("why").is_null());
}

TEST_F(CliWhy, EditChangesByIdAndBySelector) {
    auto const id = published({"call", "t", "--queue", "edited", "--tag", "tenant=42"});
    published({"call", "t", "--queue", "edited", "--tag", "tenant=7"});
    auto const done = peyk_json({"task", "edit", id, "--priority", "9", "--expires", "1h"});
    EXPECT_EQ(done.at(0).at("edited"), true);
    auto const shown = peyk_json({"task", "show", id});
    EXPECT_EQ(shown.at("priority").to_number<int>(), 9);
    EXPECT_FALSE(shown.at("expires_at").is_null());
    EXPECT_EQ(peyk({"task", "edit", id, "--expires", "never", "--max-retries", "1"}).code, 0);
    auto const after = peyk_json({"task", "show", id, "--args"});
    EXPECT_TRUE(after.at("expires_at").is_null());
    EXPECT_EQ(after.at("options").at("retry").at("max_retries").to_number<int>(), 1);

    std::vector<std::string> const words{
        "task", "edit", "--queue", "edited", "--tag", "tenant=4*", "--priority", "2"};
    auto const with = [&](std::string const& flag) {
        auto more = words;
        more.push_back(flag);
        return more;
    };
    EXPECT_EQ(peyk(words).code, 2); // asks, and there is nobody
    EXPECT_EQ(peyk(with("--dry-run")).out, "would edit 1 message\n");
    EXPECT_EQ(peyk(with("--yes")).out, "1 message edited\n");
    EXPECT_EQ(peyk_json({"task", "show", id}).at("priority").to_number<int>(), 2);

    EXPECT_EQ(peyk({"task", "edit", id}).code, 2);
    EXPECT_EQ(peyk({"task", "edit", "--priority", "2"}).code, 2);
    EXPECT_EQ(peyk({"task", "edit", id, "--priority", "256"}).code, 2);
    EXPECT_EQ(peyk({"task", "edit", nobody, "--priority", "2"}).code, 5);
}

TEST_F(CliWhy, KeysAndTagsAreKeptAndFound) {
    auto const id = published({"call",
                               "t",
                               "--queue",
                               "keyed",
                               "--ordering-key",
                               "order-17",
                               "--fairness-key",
                               "f",
                               "--limit-key",
                               "l",
                               "--cost",
                               "3",
                               "--label",
                               "gpu=a100",
                               "--tag",
                               "tenant=42"});
    published({"publish", "keyed", "x", "--tag", "tenant=7"});
    auto const shown = peyk_json({"task", "show", id, "--args"});
    EXPECT_EQ(shown.at("options").at("cost").to_number<int>(), 3);
    EXPECT_EQ(shown.at("ordering_key"), "order-17");
    EXPECT_EQ(shown.at("fairness_key"), "f");
    EXPECT_EQ(shown.at("limit_key"), "l");
    EXPECT_EQ(shown.at("labels").at(0), "gpu=a100");
    EXPECT_EQ(shown.at("tags").at(0), "tenant=42");
    auto const found =
        peyk_json({"task", "ls", "--queue", "keyed", "--tag", "tenant=4*"}).at("messages");
    ASSERT_EQ(found.as_array().size(), 1u);
    EXPECT_EQ(found.at(0).at("id").as_string(), id);
}

// CLI11 would make 1 of it.
TEST_F(CliWhy, AnArrayIsOneArgument) {
    auto const id = published({"call", "t", "[1]", "[1,2]", "x=[3]", "--queue", "arrays"});
    auto const shown = peyk_json({"task", "show", id, "--args"});
    EXPECT_EQ(boost::json::serialize(shown.at("args")), "[[1],[1,2]]");
    EXPECT_EQ(boost::json::serialize(shown.at("kwargs")), R"({"x":[3]})");
}

} // namespace
} // namespace peyk::test
