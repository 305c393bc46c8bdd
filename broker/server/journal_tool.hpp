#pragma once
// `peyk-broker journal verify|repair DIRECTORY`: looks at a journal, and repairs it by consent.

#include <iosfwd>
#include <span>

namespace peyk::server {

// What the program ends with.
enum class tool_exit : int {
    sound = 0,   // whole, or repaired
    damaged = 1, // a fault was found and not repaired
    usage = 2,
    failed = 3, // nothing could be looked at: no journal, in use, the system refused
};

// `args`: what follows the word `journal`. Prints the report to `out`, as text or with `-o json`;
// progress and faults of the tool go to stderr, progress only when that is a terminal.
[[nodiscard]] int run_journal_tool(std::span<char const* const> args, std::ostream& out);

} // namespace peyk::server
