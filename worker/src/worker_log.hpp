#pragma once
// The worker's log lines. They go to spdlog's default logger: app.main() makes that one, standard
// error with a line each, as text or as JSON objects; a program that embeds a worker has its own.
// Either way nothing below worker_options::log_level is said.

#include <peyk/worker_options.hpp>

#include <spdlog/spdlog.h>

#include <string_view>
#include <utility>

namespace peyk::worker_detail {

// Makes the default logger. Throws std::invalid_argument for a level that does not exist.
void start_log(worker_options const& options);

[[nodiscard]] bool is_log_level(std::string_view name);

// Of the whole process: of several workers in one the last that is made decides. Throws
// std::invalid_argument for a level that does not exist.
void set_log_level(std::string_view name);

// Whether a line of this level would be said.
[[nodiscard]] bool logs(spdlog::level::level_enum level);

template <class... Args>
void log_info(spdlog::format_string_t<Args...> text, Args&&... args) {
    if (logs(spdlog::level::info))
        spdlog::info(text, std::forward<Args>(args)...);
}
template <class... Args>
void log_warn(spdlog::format_string_t<Args...> text, Args&&... args) {
    if (logs(spdlog::level::warn))
        spdlog::warn(text, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(spdlog::format_string_t<Args...> text, Args&&... args) {
    if (logs(spdlog::level::err))
        spdlog::error(text, std::forward<Args>(args)...);
}

} // namespace peyk::worker_detail
