#include "worker/program/command_template.hpp"
#include <peyk/attempt_end.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::program {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words(std::string const& command, message_content const& with = {}) {
    return fill(parse_command("t=" + command), with);
}

TEST(CommandTemplate, IsSplitAsAShellSplits) {
    EXPECT_THAT(words("/bin/echo a  b\tc"), ElementsAre("/bin/echo", "a", "b", "c"));
    EXPECT_THAT(words(R"(/bin/echo 'a b' "c d" e\ f '' x'y'"z")"),
                ElementsAre("/bin/echo", "a b", "c d", "e f", "", "xyz"));
    EXPECT_THAT(words(R"(/bin/echo 'a\b' "\"\\\n" $HOME * | >x)"),
                ElementsAre("/bin/echo", R"(a\b)", R"("\\n)", "$HOME", "*", "|", ">x"));
    EXPECT_EQ(parse_command("a.b=sh -c x").task, "a.b");
    EXPECT_THAT(parse_command("t=sh").file, HasSubstr("/sh"));
}

TEST(CommandTemplate, ArgumentsStandInTheirPlacesAndNeverSplit) {
    message_content with;
    with.args = {R"("a b; rm \"x\"")", "12", R"({"k":[1]})", "null"};
    with.kwargs = {{"name", R"("é")"}};
    EXPECT_THAT(
        words("/bin/echo {0} -w{1}x{1} '{2}' {3} {name} {{0}}", with),
        ElementsAre("/bin/echo", R"(a b; rm "x")", "-w12x12", R"({"k":[1]})", "null", "é", "{0}"));
    EXPECT_EQ(input_of(with),
              R"({"args":["a b; rm \"x\"",12,{"k":[1]},null],"kwargs":{"name":"é"}})");
    EXPECT_EQ(input_of({}), R"({"args":[],"kwargs":{}})");
}

TEST(CommandTemplate, WhatIsMissingOrNoWordIsABadArgument) {
    message_content with;
    with.args = {R"("zero\u0000byte")"};
    EXPECT_THROW(words("/bin/echo {0}", with), bad_arguments);
    EXPECT_THROW(words("/bin/echo {1}", with), bad_arguments);
    EXPECT_THROW(words("/bin/echo {name}", with), bad_arguments);
    with.content_type = "application/x-other";
    EXPECT_THROW(words("/bin/echo", with), bad_arguments);
}

class BadCommand : public testing::TestWithParam<std::pair<char const*, char const*>> {};

TEST_P(BadCommand, IsRefusedAndSaysWhy) {
    try {
        (void)parse_command(GetParam().first);
        FAIL() << GetParam().first;
    } catch (bad_command const& e) {
        EXPECT_THAT(e.what(), HasSubstr(GetParam().second));
    }
}

INSTANTIATE_TEST_SUITE_P(All,
                         BadCommand,
                         testing::Values(std::pair{"echo", "TASK=COMMAND"},
                                         std::pair{"=echo", "TASK=COMMAND"},
                                         std::pair{"t=", "no command"},
                                         std::pair{"t=  ", "no command"},
                                         std::pair{"t=/bin/echo 'x", "' is not closed"},
                                         std::pair{"t=/bin/echo \"x", "\" is not closed"},
                                         std::pair{"t=/bin/echo \\", "ends with a \\"},
                                         std::pair{"t=/bin/echo {", "brace stands alone"},
                                         std::pair{"t=/bin/echo x}", "brace stands alone"},
                                         std::pair{"t=/bin/echo {}", "{} is no argument"},
                                         std::pair{"t=/bin/echo {a-b}", "{a-b} is no argument"},
                                         std::pair{"t=/bin/echo {99999999999999999999999}",
                                                   "is no argument"},
                                         std::pair{"t={0} x", "cannot be an argument"},
                                         std::pair{"t=/etc/passwd", "no program"},
                                         std::pair{"t=/nowhere/at/all", "no program"},
                                         std::pair{"t=no-such-program-anywhere", "not in PATH"}));

} // namespace
} // namespace peyk::program
