#pragma once
// All commands and options as plain values, for what is generated of them: completion of shells and
// the manual page.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

struct described_option {
    std::vector<std::string> names; // "--queue", "-q"; of one that stands by its place: "queue"
    bool by_place = false;          // it has no dashes
    bool required = false;
    std::string what;                 // a line
    std::string shape;                // of its value; "" if it takes none
    std::vector<std::string> choices; // if its value is one of a few words
    bool is_path = false;             // its value is a file or a directory
};

struct described_command {
    std::string path; // "task ls"; "" for the program
    std::string name; // "ls"
    std::string what;
    std::string more; // examples
    std::vector<described_option> options;
    std::vector<std::string> commands; // names of those below it
};

// The program first, each command before those below it; options in the order of --help.
[[nodiscard]] std::vector<described_command> describe(CLI::App const& app);

// "a|b|c" as its words; nothing if that is no list of plain words.
[[nodiscard]] std::vector<std::string> choices_in(std::string const& shape);

} // namespace peyk::cli
