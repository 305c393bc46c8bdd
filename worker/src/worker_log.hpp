#pragma once
// Where the worker's log lines go: standard error, one line each, as text or as JSON objects. Used
// by app.main(); a program that embeds a worker sets spdlog's default logger itself.

#include <peyk/worker_options.hpp>

#include <string_view>

namespace peyk::worker_detail {

// Throws std::invalid_argument for a level that does not exist.
void start_log(worker_options const& options);

[[nodiscard]] bool is_log_level(std::string_view name);

} // namespace peyk::worker_detail
