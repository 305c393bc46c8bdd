#pragma once
// Where the other programs are: next to this one, as they are built and installed, else in PATH.

#include <filesystem>

namespace peyk::cli {

// Throws failure(internal) if there is none.
[[nodiscard]] std::filesystem::path broker_program();
[[nodiscard]] std::filesystem::path worker_program();

} // namespace peyk::cli
