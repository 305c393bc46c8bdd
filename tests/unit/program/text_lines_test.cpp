#include "worker/program/text_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::program {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TextLines, AreWholeOnlyWithTheirEnd) {
    text_lines lines;
    EXPECT_THAT(lines.take("on"), IsEmpty());
    EXPECT_THAT(lines.take("e\ntwo\n\nth"), ElementsAre("one", "two", ""));
    EXPECT_EQ(lines.rest(), "th");
    EXPECT_EQ(lines.rest(), "");
}

TEST(TextLines, AreCutWhereTheyAreTooLong) {
    text_lines lines;
    std::string const half(text_lines::line_bytes_max / 2 + 1, 'x');
    EXPECT_THAT(lines.take(half), IsEmpty());
    auto const whole = lines.take(half + "\nnext\n");
    EXPECT_EQ(whole.at(0).size(), text_lines::line_bytes_max);
    EXPECT_EQ(whole.at(1), "next");
}

TEST(Utf8, ReplacesWhatIsNone) {
    EXPECT_EQ(as_utf8("plain é €  \xF0\x9F\x98\x80"), "plain é €  \xF0\x9F\x98\x80");
    EXPECT_EQ(as_utf8("a\xFFz"), "a?z");
    EXPECT_EQ(as_utf8("\xC3"), "?");
    EXPECT_EQ(as_utf8("\xC0\xAF"), "??");
    EXPECT_EQ(as_utf8("\xED\xA0\x80"), "???");
    EXPECT_EQ(as_utf8("\xF4\x90\x80\x80"), "????");
}

} // namespace
} // namespace peyk::program
