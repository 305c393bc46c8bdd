#pragma once
// Log lines of the broker, on standard error: text for people or one JSON object per line.

#include <cstdint>

namespace peyk::server {

enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { text, json };

struct log_options {
    log_level level = log_level::info;
    log_format format = log_format::text;
};

// Makes spdlog's default logger write so. Once, before anything is logged.
void start_logging(log_options const& options);

} // namespace peyk::server
