#pragma once
// What peyk-worker is told: which tasks, and, in the words it does not know, how to run them.

#include <string>
#include <vector>

namespace peyk::program {

struct program_words {
    bool help = false;
    bool version = false;
    bool bench = false; // the tasks of `peyk bench`
    std::vector<std::string> modules;
    std::vector<std::string> commands; // TASK=COMMAND
    std::vector<std::string> rest;     // for app::main(); begins with `worker` or `tasks`
};

// Throws std::invalid_argument.
[[nodiscard]] program_words read_words(std::vector<std::string> const& words);

// How tasks are named, for --help; the options of a worker come behind it.
[[nodiscard]] std::string help_text();

} // namespace peyk::program
