// Tasks as values: the message a call makes, named arguments, signatures and JSON. No broker.
#include <peyk/call.hpp>
#include <peyk/json.hpp>
#include <peyk/task.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace peyk::test {

struct point {
    int x = 0;
    int y = 0;
    bool operator==(point const&) const = default;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using pairs = std::map<std::string, std::string>;

template <class T>
T round_trip(T const& value) {
    return from_json<T>(to_json(value));
}

TEST(Json, RoundTripsTheTypesTasksUse) {
    EXPECT_EQ(round_trip(-5), -5);
    EXPECT_EQ(round_trip(std::uint64_t{18'446'744'073'709'551'615u}), 18'446'744'073'709'551'615u);
    EXPECT_EQ(round_trip(true), true);
    EXPECT_DOUBLE_EQ(round_trip(0.1), 0.1);
    EXPECT_EQ(round_trip(std::string{"a\"b\n\xc3\xa9"}), "a\"b\n\xc3\xa9");
    EXPECT_EQ(round_trip(std::optional<int>{}), std::nullopt);
    EXPECT_EQ(round_trip(std::optional<int>{4}), 4);
    EXPECT_EQ(round_trip(std::vector<point>{{1, 2}, {3, 4}}), (std::vector<point>{{1, 2}, {3, 4}}));
    EXPECT_EQ(round_trip(std::map<std::string, int>{{"a", 1}}),
              (std::map<std::string, int>{{"a", 1}}));
    EXPECT_EQ(round_trip(std::tuple{1, std::string{"x"}}), (std::tuple{1, std::string{"x"}}));
    EXPECT_EQ(round_trip(colour::green), colour::green);
    EXPECT_EQ(round_trip(1500ms), 1500ms);
    EXPECT_EQ(to_json(point{1, 2}), R"({"x":1,"y":2})");
}

TEST(Json, WhatDoesNotFitItsTypeIsAnError) {
    EXPECT_THROW(std::ignore = from_json<int>("\"x\""), error);
    EXPECT_THROW(std::ignore = from_json<int>("1.5"), error);
    EXPECT_THROW(std::ignore = from_json<std::uint8_t>("300"), error);
    EXPECT_THROW(std::ignore = from_json<point>(R"({"x":1})"), error);
    EXPECT_THROW(std::ignore = from_json<int>("1 2"), error);
    EXPECT_THROW(std::ignore = from_json<int>(""), error);
}

// Publishes nothing: only messages are made.
struct task_fixture {
    client nobody{"127.0.0.1:1"};
    task<int(int, int)> add{nobody,
                            "tasks.add",
                            [](int a, int b) { return a + b; },
                            {.queue = "sums", .max_retries = 3, .track_started = true}};
};

TEST(Task, CallingItRunsTheFunctionHere) {
    task_fixture f;
    EXPECT_EQ(f.add(2, 3), 5);
    task<int()> remote{f.nobody, "remote"};
    EXPECT_THROW(remote(), std::bad_function_call);
}

TEST(Task, ItsDefaultsGoIntoTheMessage) {
    task_fixture f;
    auto const what = f.add.message_of({2, 2});
    EXPECT_EQ(what.task, "tasks.add");
    EXPECT_EQ(what.queue, "sums");
    EXPECT_EQ(what.retry->max_retries, 3u);
    EXPECT_TRUE(what.result->track_started);
    EXPECT_EQ(what.content.args, (strings{"2", "2"}));
    EXPECT_EQ(what.content.args_repr, "2, 2");
}

TEST(Task, TheCallWinsOverTheDefaults) {
    task_fixture f;
    auto const what = f.add.message_of({2, 2},
                                       {.queue = "lopri",
                                        .countdown = 10s,
                                        .expires = 120s,
                                        .max_retries = 0,
                                        .ignore_result = true});
    EXPECT_EQ(what.queue, "lopri");
    EXPECT_EQ(what.countdown, 10s);
    EXPECT_EQ(what.expires, 120s);
    EXPECT_EQ(what.retry->max_retries, 0u);
    EXPECT_TRUE(what.result->ignore);
    EXPECT_TRUE(what.result->track_started);
}

TEST(Task, TimeLimitsOfTheCallWinOverThoseOfTheTask) {
    task_fixture f;
    task<void()> slow{f.nobody, "slow", {}, {.soft_time_limit = 10s, .time_limit = 20s}};
    auto const plain = slow.message_of({});
    EXPECT_EQ(plain.content.soft_time_limit, 10s);
    EXPECT_EQ(plain.content.time_limit, 20s);
    auto const called = slow.message_of({}, {.soft_time_limit = 1s, .time_limit = 0ms});
    EXPECT_EQ(called.content.soft_time_limit, 1s);
    EXPECT_EQ(called.content.time_limit, 0ms);
    auto const both = slow.s().set({.time_limit = 3s}).set({.soft_time_limit = 2s}).options();
    EXPECT_EQ(both.soft_time_limit, 2s);
    EXPECT_EQ(both.time_limit, 3s);
    EXPECT_FALSE(f.add.message_of({2, 2}).content.time_limit);
}

TEST(Task, ArgumentsMayBeNamed) {
    task_fixture f;
    auto const what = f.add.message_of({2, kw("b", 3)});
    EXPECT_EQ(what.content.args, strings{"2"});
    EXPECT_EQ(what.content.kwargs, (pairs{{"b", "3"}}));
    EXPECT_EQ(what.content.args_repr, "2, b=3");
}

TEST(Task, ArgumentsAreEncodedAsTheParameterTheyAreFor) {
    task_fixture f;
    task<void(std::string, double, point)> other{f.nobody, "other"};
    auto const what = other.message_of({"text", 2, point{1, 2}});
    EXPECT_EQ(what.content.args[0], "\"text\"");
    EXPECT_EQ(from_json<double>(what.content.args[1]), 2.0);
    EXPECT_EQ(what.content.args[2], R"({"x":1,"y":2})");
}

TEST(Task, ALongTextOfTheArgumentsIsCutBetweenCharacters) {
    task_fixture f;
    task<void(std::string)> say{f.nobody, "say"};
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "\xc3\xa9";
    auto const what = say.message_of({text});
    EXPECT_LT(what.content.args_repr.size(), 300u);
    EXPECT_TRUE(what.content.args_repr.ends_with("\xc3\xa9..."));
}

TEST(Signature, NewArgumentsGoInFront) {
    task_fixture f;
    EXPECT_EQ(f.add.s(2).arguments(8).positional, (strings{"8", "2"}));
    EXPECT_EQ(f.add.s(2, 3).arguments().positional, (strings{"2", "3"}));
    EXPECT_EQ(f.add.s().arguments(2, 3).positional, (strings{"2", "3"}));
    EXPECT_EQ(f.add.s(2).s(8).arguments().positional, (strings{"8", "2"}));
}

TEST(Signature, NamedArgumentsAndOptionsGivenLaterWin) {
    task_fixture f;
    auto const bound = f.add.s(kw("a", 1), kw("b", 2));
    EXPECT_EQ(bound.arguments(kw("b", 3)).named, (pairs{{"a", "1"}, {"b", "3"}}));
    auto const with = bound.set({.queue = "x", .countdown = 1s}).set({.eta = time_point{}});
    EXPECT_EQ(with.options().queue, "x");
    EXPECT_FALSE(with.options().countdown); // one time replaces the other
    EXPECT_TRUE(with.options().eta);
}

TEST(Call, TakesAnyJson) {
    auto const what = make_call("t", {1, "x", nullptr}, {{"k", {1, 2}}}, {.queue = "q"});
    EXPECT_EQ(what.content.args, (strings{"1", "\"x\"", "null"}));
    EXPECT_EQ(what.content.kwargs, (pairs{{"k", "[1,2]"}}));
    EXPECT_EQ(what.queue, "q");
}

TEST(Error, IsASentence) {
    EXPECT_STREQ(error(errc::expired).what(), "the message expires before it is published");
    EXPECT_STREQ(error(errc::closed, "a result of no task").what(), "a result of no task: closed");
    EXPECT_STREQ(refused_error(errc::expired, "", "").what(), error(errc::expired).what());
    EXPECT_STREQ(timeout_error().what(), "the time is over");
}

TEST(TaskError, SaysWhatHappened) {
    task_error const failed{{"std::runtime_error", "no luck", ""}, state::failure};
    EXPECT_STREQ(failed.what(), "std::runtime_error: no luck");
    EXPECT_EQ(failed.code(), errc::task_failed);
    EXPECT_EQ(revoked_error({"", "expired", ""}).state(), state::revoked);
}

} // namespace
} // namespace peyk::test
