#pragma once
// Scripts that let a shell complete commands, options and the values of options. All they know is
// in them: no shell has to start `peyk` for it.

#include "client/cli/command_tree.hpp"

#include <string>
#include <vector>

namespace peyk::cli {

[[nodiscard]] std::string bash_completion(std::vector<described_command> const& commands);
[[nodiscard]] std::string zsh_completion(std::vector<described_command> const& commands);
[[nodiscard]] std::string fish_completion(std::vector<described_command> const& commands);

} // namespace peyk::cli
