#pragma once
// The command line as a whole: parses it, runs the command and turns every ending into an exit code
// and at most one sentence on standard error.

namespace peyk::cli {

[[nodiscard]] int run(int argc, char const* const* argv);

} // namespace peyk::cli
