#include "client/cli/brackets.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace peyk::cli {
namespace {

// What ends with it gets one more, so that taking one off is exact.
constexpr char mark = '\x01';

} // namespace

std::vector<std::string> marked_words(int argc, char const* const* argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    for (auto& word : words) {
        if (word.ends_with(']') || word.ends_with(mark))
            word += mark;
    }
    std::ranges::reverse(words);
    return words;
}

void unmark_values(CLI::App& app) {
    for (auto* option : app.get_options()) {
        if (option->get_items_expected_max() == 0)
            continue;
        option->transform(CLI::Validator{[](std::string& value) {
                                             if (value.ends_with(mark))
                                                 value.pop_back();
                                             return std::string{};
                                         },
                                         ""});
    }
    for (auto* command : app.get_subcommands({}))
        unmark_values(*command);
}

std::string without_marks(std::string text) {
    std::erase(text, mark);
    return text;
}

} // namespace peyk::cli
