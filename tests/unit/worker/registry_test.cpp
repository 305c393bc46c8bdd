#include <peyk/app.hpp>
#include <peyk/task_registry.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace peyk {
namespace {

int add(int a, int b) {
    return a + b;
}

TEST(TaskRegistry, FindsWhatWasAdded) {
    task_registry registry;
    registry.add("b", add);
    registry.add("a", [](std::string text) { return text; }, {.max_retries = 3});
    EXPECT_EQ(registry.names(), (std::vector<std::string>{"a", "b"}));
    ASSERT_NE(registry.find("a"), nullptr);
    EXPECT_EQ(registry.find("a")->settings.max_retries, 3U);
    EXPECT_EQ(registry.find("b")->parameters, 2U);
    EXPECT_EQ(registry.find("c"), nullptr);
}

TEST(TaskRegistry, RefusesNamesThatAreTakenOrEmpty) {
    task_registry registry;
    registry.add("a", add);
    EXPECT_THROW(registry.add("a", add), std::invalid_argument);
    EXPECT_THROW(registry.add("", add), std::invalid_argument);
}

TEST(TaskRegistry, RefusesAWrongNumberOfParameterNames) {
    task_registry registry;
    EXPECT_THROW(registry.add("a", add, {.args = {"x"}}), std::invalid_argument);
    EXPECT_NO_THROW(registry.add("a", add, {.args = {"x", "y"}}));
    // The context is no parameter.
    EXPECT_NO_THROW(registry.add("b", [](context&, int) {}, {.args = {"x"}}));
}

TEST(TaskRegistry, RefusesASoftLimitAboveTheHardOne) {
    using namespace std::chrono_literals;
    task_registry registry;
    EXPECT_THROW(registry.add("a", add, {.soft_time_limit = 2s, .time_limit = 1s}),
                 std::invalid_argument);
    EXPECT_NO_THROW(registry.add("b", add, {.soft_time_limit = 1s, .time_limit = 1s}));
    EXPECT_NO_THROW(registry.add("c", add, {.soft_time_limit = 1s, .time_limit = 0s}));
}

TEST(TaskSettings, BecomeThePolicyOfMessagesWithoutOne) {
    EXPECT_EQ(task_settings{}.retries().max_retries, 0U);
    task_settings const three{.max_retries = 3};
    EXPECT_EQ(three.retries().max_retries, 3U);
    task_settings const own{
        .max_retries = 1, .retry = retry_policy{.max_retries = 9, .base = std::chrono::seconds{1}}};
    EXPECT_EQ(own.retries().max_retries, 1U);
    EXPECT_EQ(own.retries().base, std::chrono::seconds{1});
}

TEST(App, ATaskIsStillAFunction) {
    app program{"tasks"};
    auto const sum = program.task("tasks.add", add, {.max_retries = 3, .track_started = true});
    EXPECT_EQ(sum(40, 2), 42);
    auto const name = program.task("tasks.name", [](context& ctx) { return ctx.task(); });
    EXPECT_EQ(name(), "tasks.name");
    EXPECT_EQ(program.registry().names().size(), 2U);
}

TEST(App, TheMistakesOfACommandLineHaveAStatus) {
    app program{"tasks"};
    program.task("tasks.add", add);
    auto const run = [&](std::vector<char const*> args) {
        args.insert(args.begin(), "tasks");
        return program.main(static_cast<int>(args.size()), args.data());
    };
    EXPECT_EQ(run({"tasks"}), 0);
    EXPECT_EQ(run({"--help"}), 0);
    EXPECT_NE(run({}), 0);
    EXPECT_NE(run({"worker", "--pool=many"}), 0);
    EXPECT_NE(run({"worker", "--drain-timeout=soon"}), 0);
    EXPECT_EQ(run({"worker", "--concurrency=0"}), 2);
    EXPECT_EQ(run({"worker", "--soft-time-limit=2", "--time-limit=1"}), 2);
    EXPECT_EQ(run({"worker", "--config=/nowhere/worker.yaml"}), 1);
}

} // namespace
} // namespace peyk
