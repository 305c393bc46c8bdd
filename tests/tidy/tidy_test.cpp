// The real tree obeys the laws; files that grow large are named before they are too large.

#include "tests/tidy/law.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace peyk::tidy {
namespace {

std::string listed(violations const& found) {
    std::string text;
    for (auto const& each : found) {
        text += each.path + ":" + std::to_string(each.line) + ": " + each.what + "\n";
    }
    return text;
}

source_tree const& project() {
    static source_tree const tree = read_tree(PEYK_SOURCE_ROOT);
    return tree;
}

TEST(Tidy, FindsTheProject) {
    ASSERT_GT(project().size(), 50U);
    for (auto const& line : large_files(project()))
        std::cout << "getting large: " << line << '\n';
}

TEST(Tidy, FoldersIncludeOnlyWhatTheyMay) {
    violations found;
    check_includes(project(), found);
    EXPECT_TRUE(found.empty()) << listed(found);
}

TEST(Tidy, TextIsCleanAndSmall) {
    violations found;
    check_text(project(), found);
    EXPECT_TRUE(found.empty()) << listed(found);
}

TEST(Tidy, NamesSaySomething) {
    violations found;
    check_names(project(), found);
    EXPECT_TRUE(found.empty()) << listed(found);
}

} // namespace
} // namespace peyk::tidy
