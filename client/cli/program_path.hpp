#pragma once
// Where the broker's program is: next to this one, as it is built and installed, else in PATH.

#include <filesystem>

namespace peyk::cli {

// Throws failure(internal) if there is none.
[[nodiscard]] std::filesystem::path broker_program();

} // namespace peyk::cli
