#pragma once
// Runs a program to its end and keeps what it said.

#include <string>
#include <vector>

namespace peyk::test {

struct ended {
    int code = 0; // or 128 + the signal that ended it
    std::string out;
    std::string err;
};

// `words[0]` is the path of the program. Throws std::runtime_error if it cannot be started.
[[nodiscard]] ended run_program(std::vector<std::string> words, std::string const& input = {});

} // namespace peyk::test
