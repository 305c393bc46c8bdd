#pragma once
// CLI11 takes a word in brackets, given to an option that may come several times, for a list of
// words: '[1]' would become 1. Words of a command line are what they are.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

// The words behind the name of the program as CLI::App::parse() takes them, marked where CLI11
// would unpack them.
[[nodiscard]] std::vector<std::string> marked_words(int argc, char const* const* argv);

// Every option takes the marks off its values. Call it when all commands and checks are added.
void unmark_values(CLI::App& app);

// A text that may have words of the command line in it, without marks.
[[nodiscard]] std::string without_marks(std::string text);

} // namespace peyk::cli
