// The language of filters: what is read, what is refused and with which words, and that writing is
// the inverse of reading.

#include <peyk/filter.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto some = "0190a5f3-7c1e-7b3a-8f00-0123456789ab";
auto const now = std::chrono::system_clock::from_time_t(1'893'456'000); // 2030-01-01T00:00:00Z

selector read(std::string_view text) {
    return parse_filter(text, now);
}

std::vector<message_state> states(std::string_view words) {
    return read("state:" + std::string{words}).states;
}

struct refusal {
    std::size_t position = 0;
    std::string sentence;
};

refusal refused(std::string_view text) {
    try {
        (void)read(text);
    } catch (filter_error const& wrong) {
        EXPECT_EQ(wrong.code(), errc::invalid_filter);
        return {wrong.position(), wrong.what()};
    }
    ADD_FAILURE() << text << " is taken for a filter";
    return {};
}

TEST(Filter, NothingChoosesEverything) {
    EXPECT_EQ(read(""), selector{});
    EXPECT_EQ(read(" \t\n"), selector{});
    EXPECT_EQ(to_string(selector{}), "");
}

TEST(Filter, EveryTermIsHandedOver) {
    auto const which = read("state:failed task:tasks.*  queue:mail after:-1h "
                            "before:2029-11-22T10:00 error:Timeout* root:" +
                            std::string{some} + " parent:" + some);
    EXPECT_EQ(which.states, std::vector{message_state::failed});
    EXPECT_EQ(which.task, "tasks.*");
    EXPECT_EQ(which.queue, "mail");
    EXPECT_EQ(which.published_after, now - 1h);
    EXPECT_EQ(which.published_before, now - 40 * 24h + 10h);
    EXPECT_EQ(which.error, "Timeout*");
    EXPECT_EQ(which.root.to_string(), some);
    EXPECT_EQ(which.parent.to_string(), some);
}

TEST(Filter, StatesAreTheBrokersWordsAndCelerys) {
    using enum message_state;
    EXPECT_EQ(states("ready,dead"), (std::vector{ready, dead}));
    EXPECT_EQ(states("Ready,DEAD,ready"), (std::vector{ready, dead}));
    EXPECT_EQ(states("PENDING"), (std::vector{scheduled, ready, blocked}));
    EXPECT_EQ(states("started"), std::vector{leased});
    EXPECT_EQ(states("Received"), std::vector{leased});
    EXPECT_EQ(states("SUCCESS"), std::vector{succeeded});
    EXPECT_EQ(states("FAILURE"), (std::vector{failed, dead}));
    EXPECT_EQ(states("failed"), std::vector{failed});
    EXPECT_EQ(states("REVOKED"), std::vector{revoked});
    EXPECT_THAT(refused("state:lost").sentence, HasSubstr("scheduled, ready"));
    EXPECT_THAT(refused("state:retry").sentence, HasSubstr("state:scheduled,ready"));
    EXPECT_THAT(refused("state:ready,").sentence, HasSubstr("no state ''"));
}

TEST(Filter, TimesAreAbsoluteOrCountedFromNow) {
    EXPECT_EQ(read("after:-30m").published_after, now - 30min);
    EXPECT_EQ(read("after:-7d").published_after, now - 7 * 24h);
    EXPECT_EQ(read("before:now").published_before, now);
    EXPECT_EQ(read("before:\"1h ago\"").published_before, now - 1h);
    EXPECT_EQ(read("after:2030-01-01T01:00+01:00").published_after, now);
    EXPECT_EQ(read("after:\"2030-01-01 00:00:00.250Z\"").published_after, now + 250ms);
    for (auto const* wrong : {"yesterday", "-1w", "2030-02-30T00:00", "2030-01-01", "1h", "--1h"})
        EXPECT_THAT(refused("after:" + std::string{wrong}).sentence, HasSubstr("no time")) << wrong;
}

TEST(Filter, QuotesHoldSpacesAndQuotes) {
    EXPECT_EQ(read("error:\"out of luck\"").error, "out of luck");
    EXPECT_EQ(read(R"(error:"a \"b\" \\ c" queue:q)").error, R"(a "b" \ c)");
    EXPECT_EQ(read(R"(error:a\b)").error, R"(a\b)");
    EXPECT_EQ(read("task:a:b").task, "a:b");
    EXPECT_THAT(refused("error:\"a\"b").sentence, HasSubstr("space between"));
    EXPECT_THAT(refused("error:a\"b").sentence, HasSubstr("whole value in quotes"));
    EXPECT_THAT(refused(R"(error:"a\n")").sentence, HasSubstr(R"(write \\)"));
    EXPECT_THAT(refused(R"(error:"a\)").sentence, HasSubstr(R"(write \\)"));
}

TEST(Filter, AQuoteThatIsNotClosedIsNamedWithItsPlace) {
    for (auto const& [text, position] : std::vector<std::pair<std::string_view, std::size_t>>{
             {"error:\"open", 6},
             {"queue:mail error:\"out of luck", 17},
             {R"(error:"a\")", 6}, // the second one belongs to the value
             {"queue:mail \"urgent", 11},
             {"task:ma\"il queue:q", 7}}) {
        auto const wrong = refused(text);
        EXPECT_THAT(wrong.sentence, testing::StartsWith("a quote is not closed")) << text;
        EXPECT_EQ(wrong.position, position) << text;
    }
}

TEST(Filter, ARefusalSaysWhereAndWhatToDo) {
    auto const bare = refused("queue:mail urgent");
    EXPECT_EQ(bare.position, 11u);
    for (auto const* key : {"queue:", "task:", "error:", "state:", "after:", "before:", "root:"})
        EXPECT_THAT(bare.sentence, HasSubstr(key));
    EXPECT_THAT(bare.sentence, HasSubstr("'urgent'"));
    EXPECT_THAT(refused("queue:a \"task:b\"").sentence, HasSubstr("KEY:VALUE"));
    auto const unknown = refused("quue:mail");
    EXPECT_EQ(unknown.position, 0u);
    EXPECT_THAT(unknown.sentence, HasSubstr("no key 'quue'"));
    EXPECT_THAT(unknown.sentence, HasSubstr("parent:"));
    auto const twice = refused("queue:a task:t queue:b");
    EXPECT_EQ(twice.position, 15u);
    EXPECT_THAT(twice.sentence, HasSubstr("queue: is given twice"));
    EXPECT_THAT(refused("queue:").sentence, HasSubstr("no value"));
    EXPECT_THAT(refused("queue:\"\"").sentence, HasSubstr("no value"));
    EXPECT_THAT(refused(":a").sentence, HasSubstr("no key ''"));
    EXPECT_THAT(refused("root:42").sentence, HasSubstr("no message id"));
    EXPECT_THAT(refused("QUEUE:a").sentence, HasSubstr("no key 'QUEUE'"));
    EXPECT_EQ(refused("queue:" + std::string(filter_bytes_max, 'a')).position, filter_bytes_max);
}

TEST(Filter, WritingIsTheInverseOfReading) {
    for (auto const* text : {"queue:mail.* task:tasks.add error:Timeout*",
                             "state:pending,dead",
                             "after:-1h before:2029-11-22T10:00",
                             R"(error:"a \"b\" \\ c" queue:q\w)",
                             "root:0190a5f3-7c1e-7b3a-8f00-0123456789ab",
                             "parent:0190a5f3-7c1e-7b3a-8f00-0123456789ab"}) {
        auto const which = read(text);
        EXPECT_EQ(parse_filter(to_string(which), now + 5h), which) << to_string(which);
    }
    EXPECT_EQ(to_string(read("before:-1h queue:mail state:SUCCESS")),
              "queue:mail state:succeeded before:2029-12-31T23:00:00.000Z");
}

} // namespace
} // namespace peyk
