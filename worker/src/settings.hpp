#pragma once
// Every setting of a worker by its key, for the file, the environment and the command line alike.

#include <peyk/worker_options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace peyk::worker_detail {

// All keys, as config/worker.yaml has them.
[[nodiscard]] std::vector<std::string> setting_keys();
[[nodiscard]] bool is_setting(std::string_view key);

// Sets one. Throws std::invalid_argument saying what would be legal. `key` has to be a setting.
void apply_setting(worker_options& to, std::string_view key, std::string_view value);

} // namespace peyk::worker_detail
