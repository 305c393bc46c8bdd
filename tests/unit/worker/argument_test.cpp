// Functions called with encoded arguments: what is read, and what is refused with which words.

#include <peyk/task_registry.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace peyk {
namespace {

struct point {
    int x = 0;
    std::string label;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, label))

message_content content(std::vector<std::string> args,
                        std::map<std::string, std::string> kwargs = {}) {
    message_content made;
    made.args = std::move(args);
    made.kwargs = std::move(kwargs);
    return made;
}

template <class Function>
std::string call(Function function, message_content with, task_settings settings = {}) {
    task_registry registry;
    registry.add("t", std::move(function), std::move(settings));
    context::parts of{.content = std::move(with)};
    of.from.task = "t";
    context here{std::move(of)};
    return registry.find("t")->run(here);
}

template <class Function>
std::string refusal(Function function, message_content with, task_settings settings = {}) {
    try {
        return "not refused: " + call(std::move(function), std::move(with), std::move(settings));
    } catch (bad_arguments const& e) {
        return e.what();
    }
}

int add(int a, int b) {
    return a + b;
}

TEST(Arguments, OfAPlainFunctionAreReadInOrder) {
    EXPECT_EQ(call(add, content({"40", "2"})), "42");
    EXPECT_EQ(call([](int a, int b) { return a - b; }, content({"5", "3"})), "2");
}

TEST(Arguments, MayBeStringsContainersAndDescribedStructs) {
    EXPECT_EQ(call([](std::string const& name) { return "hello " + name; }, content({"\"you\""})),
              "\"hello you\"");
    EXPECT_EQ(call([](std::vector<int> all) { return all.size(); }, content({"[1,2,3]"})), "3");
    EXPECT_EQ(call(
                  [](point p) {
                      return point{p.x + 1, p.label};
                  },
                  content({R"({"x":1,"label":"a"})"})),
              R"({"x":2,"label":"a"})");
}

TEST(Arguments, OfAFunctionWithContextComeAfterIt) {
    EXPECT_EQ(
        call([](context& ctx, int n) { return ctx.task() + std::to_string(n); }, content({"7"})),
        "\"t7\"");
}

TEST(Arguments, AFunctionWithoutResultGivesNull) {
    EXPECT_EQ(call([] {}, content({})), "null");
}

TEST(Arguments, NamedOnesFindTheirPlace) {
    task_settings const names{.args = {"a", "b"}};
    auto const minus = [](int a, int b) {
        return a - b;
    };
    EXPECT_EQ(call(minus, content({}, {{"b", "1"}, {"a", "9"}}), names), "8");
    EXPECT_EQ(call(minus, content({"9"}, {{"b", "2"}}), names), "7");
}

TEST(Arguments, OptionalOnesMayBeLeftOut) {
    auto const greet = [](std::string name, std::optional<int> times) {
        return name + std::to_string(times.value_or(1));
    };
    EXPECT_EQ(call(greet, content({"\"a\""})), "\"a1\"");
    EXPECT_EQ(call(greet, content({"\"a\"", "null"})), "\"a1\"");
    EXPECT_EQ(call(greet, content({"\"a\"", "3"})), "\"a3\"");
}

TEST(Arguments, AWrongCountIsRefused) {
    EXPECT_EQ(refusal(add, content({"1", "2", "3"})), "t: takes 2 arguments, 3 given");
    EXPECT_EQ(refusal(add, content({"1"})), "t: argument 2 is missing");
    EXPECT_EQ(refusal(add, content({"1"}), {.args = {"a", "b"}}), "t: argument 2 \"b\" is missing");
}

TEST(Arguments, AWrongTypeIsRefusedNamingTheArgument) {
    auto const said = refusal(add, content({"1", "\"two\""}), {.args = {"a", "b"}});
    EXPECT_NE(said.find("argument 2 \"b\" should be int and is \"two\""), std::string::npos)
        << said;
    auto const broken = refusal(add, content({"{", "1"}));
    EXPECT_NE(broken.find("argument 1 should be int and is {"), std::string::npos) << broken;
}

TEST(Arguments, NamesThatHaveNoPlaceAreRefused) {
    task_settings const names{.args = {"a", "b"}};
    EXPECT_EQ(refusal(add, content({"1"}, {{"c", "2"}}), names), "t: no parameter is named \"c\"");
    EXPECT_EQ(refusal(add, content({"1"}, {{"a", "2"}}), names),
              "t: argument \"a\" is given twice");
    auto const nameless = refusal(add, content({"1"}, {{"b", "2"}}));
    EXPECT_NE(nameless.find("without the names"), std::string::npos) << nameless;
}

TEST(Arguments, AnotherContentTypeIsRefused) {
    auto raw = content({"1", "2"});
    raw.content_type = "application/octet-stream";
    auto const said = refusal(add, raw);
    EXPECT_NE(said.find("application/octet-stream"), std::string::npos) << said;
}

} // namespace
} // namespace peyk
