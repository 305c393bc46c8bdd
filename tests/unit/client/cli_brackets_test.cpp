#include "client/cli/brackets.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peyk::cli {
namespace {

struct parsed_words {
    std::vector<std::string> positional;
    std::vector<std::string> several;
    std::string one;
};

parsed_words parsed(std::vector<char const*> words) {
    words.insert(words.begin(), "program");
    CLI::App app;
    parsed_words into;
    auto* const command = app.add_subcommand("go");
    command->add_option("positional", into.positional);
    command->add_option("--several", into.several);
    command->add_option("--one", into.one);
    unmark_values(app);
    app.parse(marked_words(static_cast<int>(words.size()), words.data()));
    return into;
}

using texts = std::vector<std::string>;

TEST(CliBrackets, WordsInBracketsAreNotUnpacked) {
    auto const words = texts{"[1]", "[1,2]", "3", "[]"};
    EXPECT_EQ(parsed({"go", "[1]", "[1,2]", "3", "[]"}).positional, words);
    auto const options = parsed({"go", "--several", "[1]", "[a]", "--one", "[x]"});
    EXPECT_EQ(options.several, (texts{"[1]", "[a]"}));
    EXPECT_EQ(options.one, "[x]");
    EXPECT_EQ(parsed({"go", "--several=[1,2]"}).several, texts{"[1,2]"});
}

TEST(CliBrackets, OtherWordsAreWhatTheyAre) {
    auto const words = texts{"a]", "]", "a\x01", "]\x01", "\x01\x01", "{\"a\":[1]}"};
    std::vector<char const*> given{"go"};
    for (auto const& word : words)
        given.push_back(word.c_str());
    EXPECT_EQ(parsed(given).positional, words);
}

TEST(CliBrackets, NoMarkIsSeenInWhatIsSaidOfAWrongWord) {
    try {
        (void)parsed({"go", "--unknown", "[1]", "--nor=[2]"});
        FAIL();
    } catch (CLI::ParseError const& wrong) {
        EXPECT_EQ(without_marks(wrong.what()).find('\x01'), std::string::npos);
    }
}

} // namespace
} // namespace peyk::cli
