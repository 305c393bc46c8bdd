// Filters on the command line: for lists, and for what changes many messages.

#include "tests/system/cli_fixture.hpp"

namespace peyk::test {
namespace {

using testing::HasSubstr;

using CliFilter = Cli;

std::size_t listed(boost::json::value const& answer) {
    return answer.at("messages").as_array().size();
}

TEST_F(CliFilter, ListsTakeTermsAndText) {
    auto const one = published({"call", "mail.send", "--queue", "filtered"});
    published({"call", "mail.send", "--queue", "filtered", "--countdown", "1h"});
    published({"call", "other", "--queue", "filtered"});
    EXPECT_EQ(listed(peyk_json({"task", "ls", "queue:filtered"})), 3u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "queue:filtered", "task:mail.*"})), 2u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "queue:filtered task:mail.* state:READY"})), 1u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "queue:filtered", "state:pending"})), 3u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "--filter", "queue:filtered before:-1h"})), 0u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "queue:filtered", "--state", "ready"})), 2u);
    EXPECT_EQ(listed(peyk_json({"task", "ls", "after:-1h", "root:" + one})), 0u);
}

TEST_F(CliFilter, SweepsTakeTermsInPlaceOfIds) {
    for (int n = 0; n < 3; ++n)
        published({"call", "sweep.me", "--queue", "terms"});
    auto const other = published({"call", "other", "--queue", "terms"});
    EXPECT_EQ(peyk({"task", "cancel", "queue:terms", "task:sweep.*", "--dry-run"}).out,
              "would cancel 3 messages\n");
    EXPECT_EQ(peyk({"task", "reschedule", "queue:terms", "task:other", "--in", "1h"}).out,
              "1 message rescheduled\n");
    EXPECT_EQ(peyk({"task", "run-now", "--filter", "queue:terms"}).code, 0);
    EXPECT_EQ(peyk({"task", "move", "queue:terms", "task:other", "--to", "elsewhere"}).out,
              "1 message moved\n");
    EXPECT_EQ(peyk({"task", "cancel", "queue:terms", "--yes"}).out, "3 messages cancelled\n");
    EXPECT_EQ(peyk({"task", "forget", "state:revoked", "queue:terms", "--yes"}).out,
              "3 messages forgotten\n");
    EXPECT_EQ(peyk({"task", "cancel", other, "queue:terms"}).code, 2);
}

TEST_F(CliFilter, DeadLettersAreChosenByErrorToo) {
    dead_letter("dead-terms", "t", "SmtpError");
    dead_letter("dead-terms", "t", "DiskError");
    EXPECT_EQ(listed(peyk_json({"dead", "ls", "queue:dead-terms", "error:Smtp*"})), 1u);
    EXPECT_EQ(peyk({"dead", "redrive", "queue:dead-terms", "error:Disk*"}).out,
              "1 message redriven\n");
    EXPECT_EQ(peyk({"dead", "delete", "--filter", "queue:dead-terms", "--yes"}).out,
              "1 message deleted\n");
    auto const said = peyk({"dead", "ls", "state:ready"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("state:"));
}

TEST_F(CliFilter, AWrongFilterEndsWithTwoAndSaysWhatToDo) {
    auto const bare = peyk({"task", "ls", "queue:mail", "urgent"});
    EXPECT_EQ(bare.code, 2);
    EXPECT_THAT(bare.err, HasSubstr("at its character 12: 'urgent' is no term"));
    EXPECT_THAT(bare.err, HasSubstr("queue:, task:"));
    auto const open = peyk({"task", "ls", "queue:mail error:\"out of luck"});
    EXPECT_EQ(open.code, 2);
    EXPECT_THAT(open.err, HasSubstr("at its character 18: a quote is not closed"));
    EXPECT_EQ(peyk({"task", "ls", "queue:a", "queue:b"}).code, 2);
    EXPECT_EQ(peyk({"task", "ls", "queue:a", "--queue", "a"}).code, 2);
    EXPECT_EQ(peyk({"task", "cancel", "quue:mail", "--yes"}).code, 2);
    EXPECT_EQ(peyk({"queue", "purge", "q", "--filter", "queue:a", "--yes"}).code, 2);
}

} // namespace
} // namespace peyk::test
