#pragma once
// How the program ends. The numbers are a promise to scripts: they are documented in README.md and
// by `peyk help exit-codes`, and never change their meaning.

#include <peyk/error.hpp>

#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>

namespace peyk::cli {

enum class exit_code : int {
    ok = 0,
    negative = 1,      // the question was answered, and the answer is no
    usage = 2,         // the command line makes no sense
    unreachable = 3,   // no broker answers
    timeout = 4,       // the time given is over
    unknown = 5,       // no such message, queue, policy, schedule ...
    refused = 6,       // the broker said no
    internal = 7,      // anything else
    conflict = 8,      // another message has the unique key
    interrupted = 130, // Ctrl-C; what goes on in the broker goes on
};

// Ends a command with a sentence for people.
class failure : public std::runtime_error {
public:
    failure(exit_code code, std::string const& sentence)
        : std::runtime_error(sentence), code_(code) {}
    [[nodiscard]] exit_code code() const { return code_; }

private:
    exit_code code_;
};

// What an error of the library means for the one who waits for this program.
[[nodiscard]] exit_code exit_code_of(error_code code);

// One sentence that says what happened at `url` and what to do about it.
[[nodiscard]] std::string advice(error const& what, std::string_view url);

// The table of `peyk help exit-codes`.
void print_exit_codes(std::ostream& out);

} // namespace peyk::cli
