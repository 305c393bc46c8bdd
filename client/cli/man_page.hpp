#pragma once
// The manual page peyk(1), of the commands as they are and of the topics of `peyk help`.

#include "client/cli/command_tree.hpp"

#include <string>
#include <vector>

namespace peyk::cli {

// In the macros of man(7).
[[nodiscard]] std::string man_page(std::vector<described_command> const& commands);

} // namespace peyk::cli
