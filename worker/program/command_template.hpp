#pragma once
// A command as `--exec` names it: 'tasks.resize=./resize.sh {0} {name}'. Split into words as a
// shell splits them, with quotes and backslashes, and without all else a shell does. {0} and {name}
// stand for arguments of the message; they are filled in when the words are made, so that no value
// ever becomes two words. {{ and }} are braces.

#include <peyk/message.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::program {

// A command nobody could run; says which and why.
class bad_command : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

// A part of a word: text, or an argument by its place or its name.
struct word_part {
    enum class kind : unsigned char { text, place, name };
    kind is = kind::text;
    std::string text = {}; // or the name
    std::size_t place = 0;

    bool operator==(word_part const&) const = default;
};
using command_word = std::vector<word_part>;

struct command_template {
    std::string task;
    std::string file; // the program, as it was found
    std::vector<command_word> words;
};

// Throws bad_command; also when the program is not there.
[[nodiscard]] command_template parse_command(std::string_view text);

// The words with the arguments of a message: text as it is, anything else as JSON. Throws
// peyk::bad_arguments if one is missing.
[[nodiscard]] std::vector<std::string> fill(command_template const& what,
                                            message_content const& from);

// {"args":[...],"kwargs":{...}}: what the command may read.
[[nodiscard]] std::string input_of(message_content const& from);

} // namespace peyk::program
