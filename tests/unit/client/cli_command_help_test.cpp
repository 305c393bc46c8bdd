// The help of every command, without starting a program for each.

#include "client/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace peyk::cli {
namespace {

using testing::HasSubstr;

// With commas between them.
constexpr auto commands =
    "call, publish, result get, result wait, result forget, task ls, task show, task history,"
    " task tail, task cancel, task reschedule, task run-now, task forget, task move, task "
    "pause, task resume, dead ls, dead groups, dead show, dead redrive, dead delete, dead "
    "export, queue ls, queue show, queue create, queue pause, queue resume, queue drain, "
    "queue open, queue purge, queue move, queue delete, policy ls, policy set, policy rm, "
    "policy explain, hold ls, cron ls, cron show, cron set, cron rm, cron pause, cron resume,"
    " cron trigger, cron next, sweep ls, sweep stop, ping, broker, journal verify, journal "
    "repair, bench, bench cycle, version, context ls, context set, context use, context clear, "
    "context rm, completion, help, events, top, queue watch, queue stats, task stats, task why, "
    "task "
    "edit, limit ls, limit set, limit override, limit clear, limit pause, limit resume, limit"
    " share, bench questions, bench keys";

std::string printed(std::vector<std::string> const& words) {
    std::vector<char const*> argv{"peyk"};
    for (auto const& word : words)
        argv.push_back(word.c_str());
    testing::internal::CaptureStdout();
    auto const code = run(static_cast<int>(argv.size()), argv.data());
    auto out = testing::internal::GetCapturedStdout();
    EXPECT_EQ(code, 0) << testing::PrintToString(words);
    return out;
}

TEST(CliCommandHelp, HasExamplesForEveryCommand) {
    std::istringstream all{commands};
    for (std::string line; std::getline(all >> std::ws, line, ',');) {
        std::istringstream split{line};
        std::vector<std::string> const words{std::istream_iterator<std::string>{split}, {}};
        auto with_flag = words;
        with_flag.emplace_back("--help");
        EXPECT_THAT(printed(with_flag), HasSubstr("Examples:")) << line;
        auto as_topic = words;
        as_topic.insert(as_topic.begin(), "help");
        EXPECT_THAT(printed(as_topic), HasSubstr("Examples:")) << line;
    }
}

TEST(CliCommandHelp, TopicsAreTold) {
    EXPECT_THAT(printed({"help", "exit-codes"}), HasSubstr("no broker answers"));
    EXPECT_THAT(printed({"help", "values"}), HasSubstr("in 10m"));
    EXPECT_THAT(printed({"help", "environment"}), HasSubstr("PEYK_URL"));
}

} // namespace
} // namespace peyk::cli
