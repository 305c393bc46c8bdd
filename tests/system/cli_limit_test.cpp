// `peyk limit`, and what of `peyk control` the broker does by itself.

#include "tests/system/cli_fixture.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

namespace peyk::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using CliLimit = Cli;

TEST_F(CliLimit, AreSetShownChangedAndCleared) {
    auto const set = peyk_json({"limit", "set", "--task", "set.me", "--rate", "10/m"});
    EXPECT_EQ(set.at("rate"), "10/m");
    EXPECT_TRUE(set.at("concurrency").is_null());
    auto const more = peyk_json({"limit", "set", "--task", "set.me", "--concurrency", "7"});
    EXPECT_EQ(more.at("rate"), "10/m");
    EXPECT_EQ(more.at("concurrency").to_number<int>(), 7);
    EXPECT_THAT(peyk({"limit", "ls"}).out, HasSubstr("set.me"));
    EXPECT_EQ(peyk_json({"limit", "show", "--task", "set.me"}).at("burst").to_number<int>(), 1);
    EXPECT_THAT(peyk({"limit", "show", "--task", "set.me"}).out,
                HasSubstr("set.me: 10/m, burst 1 and 7 at once"));
    EXPECT_EQ(peyk({"limit", "clear", "--task", "set.me"}).out, "the limit about set.me is gone\n");
    auto const gone = peyk({"limit", "clear", "--task", "set.me"});
    EXPECT_EQ(gone.code, 5);
    EXPECT_THAT(gone.err, HasSubstr("peyk limit ls"));
    EXPECT_EQ(peyk({"limit", "show", "--task", "set.me"}).code, 5);
}

TEST_F(CliLimit, AnOverrideSaysWhatItStandsInsteadOf) {
    auto const none = peyk({"limit", "override", "--key", "tenant=42", "--rate", "50/s"});
    EXPECT_EQ(none.code, 5);
    EXPECT_EQ(peyk({"limit", "set", "--key", "tenant=*", "--rate", "5/s", "--burst", "3"}).code, 0);
    auto const made = peyk({"limit", "override", "--key", "tenant=42", "--rate", "50/s"});
    EXPECT_EQ(made.out, "key tenant=42: 50/s, burst 1; instead of key tenant=*: 5/s, burst 3\n");
    auto const fields = peyk_json({"limit", "override", "--key", "tenant=42", "--rate", "60/s"});
    EXPECT_EQ(fields.at("overrides").at("key"), "tenant=*");
    EXPECT_EQ(peyk({"limit", "override", "--key", "tenant=4*", "--rate", "1/s"}).code, 2);
    EXPECT_EQ(peyk({"limit", "override", "--task", "t", "--rate", "1/s"}).code, 2);
    EXPECT_EQ(peyk({"limit", "clear", "--key", "tenant=42"}).code, 0);
    EXPECT_EQ(peyk({"limit", "clear", "--key", "tenant=*"}).code, 0);
}

TEST_F(CliLimit, ShowTellsWhatCountsForAKeyAndWhereItComesFrom) {
    EXPECT_EQ(peyk({"limit", "set", "--key", "shown=*", "--concurrency", "1"}).code, 0);
    EXPECT_EQ(peyk({"limit", "override", "--key", "shown=1", "--concurrency", "2"}).code, 0);
    for (auto const* const key : {"shown=1", "shown=2", "shown=2"})
        published({"call", "t", "--queue", "of.shown", "--limit-key", key});
    client connected{broker_->url()};
    consumer taking{connected, {.queues = {"of.shown"}, .credit = 5}};
    (void)taking.receive(std::chrono::seconds{20});
    (void)taking.receive(std::chrono::seconds{20});

    auto const all = peyk({"limit", "show", "--key", "shown=*"}).out;
    EXPECT_THAT(all,
                HasSubstr("key shown=*: 1 at once\n"
                          "other than that, key shown=1: 2 at once\n"));
    EXPECT_THAT(all, HasSubstr("  shown=2 "));
    EXPECT_THAT(all, Not(HasSubstr("  shown=1 ")));
    EXPECT_THAT(peyk({"limit", "show", "--key", "shown=1"}).out,
                HasSubstr("key shown=1: 2 at once; instead of key shown=*: 1 at once\n"));
    EXPECT_THAT(peyk({"limit", "show", "--key", "shown=2"}).out,
                HasSubstr("key shown=2: 1 at once; by the limit about key shown=*\n"));
    auto const fields = peyk_json({"limit", "show", "--key", "shown=2"});
    EXPECT_EQ(fields.at("asked").at("key"), "shown=2");
    EXPECT_EQ(fields.at("key"), "shown=*");
    EXPECT_EQ(fields.at("concurrency").to_number<int>(), 1);
    ASSERT_EQ(fields.at("busiest").as_array().size(), 1u);
    EXPECT_EQ(fields.at("busiest").at(0).at("waiting").to_number<int>(), 1);
    EXPECT_EQ(peyk({"limit", "show", "--key", "other=2"}).code, 5);
    EXPECT_EQ(peyk({"limit", "show", "--key", "shown=2*"}).code, 5);
    for (auto const* const key : {"shown=1", "shown=*"})
        EXPECT_EQ(peyk({"limit", "clear", "--key", key}).code, 0);
}

TEST_F(CliLimit, ASenselessOneIsAWrongCommandLine) {
    EXPECT_EQ(peyk({"limit", "set", "--rate", "1/s"}).code, 2);
    EXPECT_EQ(peyk({"limit", "set", "--task", "t"}).code, 2);
    EXPECT_EQ(peyk({"limit", "set", "--task", "t", "--concurrency", "-1"}).code, 2);
    EXPECT_EQ(peyk({"limit", "clear"}).code, 2);
    EXPECT_EQ(peyk({"limit", "set", "--task", "t", "--per-worker", "--together"}).code, 2);
    auto const wrong = peyk({"limit", "set", "--task", "t", "--rate", "10/week"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("--rate cannot be '10/week'; write a number with /s"));
    EXPECT_EQ(peyk({"limit", "share", "k", "0"}).code, 2);
    EXPECT_EQ(peyk({"limit", "share", "k", "1001"}).code, 2);
    auto const pattern = peyk({"limit", "share", "tenant=*", "10"});
    EXPECT_EQ(pattern.code, 2);
    EXPECT_THAT(pattern.err, HasSubstr("cannot be 'tenant=*'; a share is of one fairness key"));
    EXPECT_TRUE(peyk_json({"limit", "ls"}).at("shares").as_array().empty());
}

TEST_F(CliLimit, ABurstNeedsARate) {
    auto const said = peyk({"limit", "set", "--task", "burst.me", "--burst", "3"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("--burst needs a rate"));
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(peyk({"limit", "set", "--task", "burst.me", "--rate", "none", "--burst", "3"}).code,
              2);
    EXPECT_EQ(
        peyk({"limit", "set", "--task", "burst.me", "--concurrency", "2", "--per-worker"}).code, 2);
    EXPECT_EQ(peyk({"control", "rate_limit", "burst.me", "none", "--burst", "3"}).code, 2);
    EXPECT_EQ(peyk({"limit", "show", "--task", "burst.me"}).code, 5);
    EXPECT_EQ(peyk({"limit", "set", "--task", "burst.me", "--rate", "1/s"}).code, 0);
    EXPECT_EQ(peyk({"limit", "set", "--task", "burst.me", "--burst", "3"}).out,
              "burst.me: 1/s, burst 3\n");
    EXPECT_EQ(peyk({"limit", "clear", "--task", "burst.me"}).code, 0);
}

TEST_F(CliLimit, SharesAreListed) {
    EXPECT_THAT(peyk({"limit", "share", "tenant=7", "10"}).out, HasSubstr("weight 10"));
    auto const shares = peyk_json({"limit", "ls"}).at("shares").as_array();
    ASSERT_EQ(shares.size(), 1u);
    EXPECT_EQ(shares[0].at("key"), "tenant=7");
    EXPECT_EQ(shares[0].at("weight").to_number<int>(), 10);
    EXPECT_EQ(peyk({"limit", "share", "tenant=7", "1"}).code, 0);
    EXPECT_TRUE(peyk_json({"limit", "ls"}).at("shares").as_array().empty());
}

TEST_F(CliLimit, AKeyIsPausedAndResumed) {
    auto const id = published({"call", "t", "--queue", "of.tenants", "--limit-key", "tenant=9"});
    auto const said = peyk({"limit", "pause", "tenant=9", "--for", "10m", "--reason", "quota"});
    EXPECT_THAT(said.out, testing::StartsWith("tenant=9 is paused until 2"));
    auto const holds = peyk_json({"hold", "ls"}).as_array();
    ASSERT_EQ(holds.size(), 1u);
    EXPECT_EQ(holds[0].at("scope"), "key");
    EXPECT_EQ(holds[0].at("name"), "tenant=9");
    EXPECT_EQ(holds[0].at("reason"), "quota");
    EXPECT_THAT(peyk({"task", "why", id}).out, HasSubstr("tenant=9"));
    EXPECT_EQ(peyk({"limit", "resume", "tenant=9"}).out, "tenant=9 goes on\n");
    EXPECT_EQ(settle_next("of.tenants", verdict::drop{}).id.to_string(), id);
    auto const none = peyk({"limit", "resume", "tenant=9"});
    EXPECT_EQ(none.code, 5);
    EXPECT_THAT(none.err, HasSubstr("peyk hold ls"));
    EXPECT_EQ(peyk({"limit", "pause"}).code, 2);
}

TEST_F(CliLimit, ControlSetsThemAsCeleryDoes) {
    auto const set = peyk({"control", "rate_limit", "slow.task", "10/m", "--burst", "2"});
    EXPECT_EQ(set.out, "slow.task: 10/m, burst 2\n");
    auto const own =
        peyk_json({"control", "rate_limit", "slow.task", "1/s", "--queue", "mail", "--per-worker"});
    EXPECT_TRUE(own.at("per_worker").as_bool());
    EXPECT_EQ(own.at("queue"), "mail");
    EXPECT_EQ(peyk({"control", "rate_limit", "slow.task", "none"}).out,
              "slow.task is not limited any more\n");
    EXPECT_EQ(peyk({"control", "rate_limit", "slow.task", "often"}).code, 2);
    EXPECT_EQ(peyk({"limit", "clear", "--task", "slow.task", "--queue", "mail"}).code, 0);
}

TEST_F(CliLimit, ControlRevokes) {
    auto const id = published({"call", "t", "--queue", "revoked"});
    EXPECT_EQ(peyk_json({"control", "revoke", id}).at(0).at("revoked"), true);
    EXPECT_EQ(peyk({"control", "revoke", id}).code, 1);
    EXPECT_EQ(peyk({"control", "revoke", nobody}).code, 5);
    EXPECT_EQ(peyk({"control", "revoke", "queue:revoked"}).code, 2);
    auto const gone = peyk_json({"inspect", "revoked"}).at("messages").as_array();
    EXPECT_TRUE(std::ranges::any_of(
        gone, [&](auto const& each) { return each.at("id").as_string() == id; }));
}

} // namespace
} // namespace peyk::test
