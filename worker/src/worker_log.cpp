#include "worker/src/worker_log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace peyk::worker_detail {
namespace {

constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 8> levels{{
    {"trace", spdlog::level::trace},
    {"debug", spdlog::level::debug},
    {"info", spdlog::level::info},
    {"warning", spdlog::level::warn},
    {"warn", spdlog::level::warn}, // as the broker's setting says it
    {"error", spdlog::level::err},
    {"critical", spdlog::level::critical},
    {"off", spdlog::level::off},
}};

auto find_level(std::string_view name) {
    return std::ranges::find(levels, name, [](auto const& each) { return each.first; });
}

// The text of a line as the inside of a JSON string.
class json_text final : public spdlog::custom_flag_formatter {
public:
    void format(spdlog::details::log_msg const& line,
                std::tm const&,
                spdlog::memory_buf_t& to) override {
        for (char const c : line.payload) {
            if (c == '"' || c == '\\') {
                to.push_back('\\');
                to.push_back(c);
            } else if (static_cast<unsigned char>(c) < 0x20) {
                append_control(c, to);
            } else {
                to.push_back(c);
            }
        }
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<json_text>();
    }

private:
    static void append_control(char c, spdlog::memory_buf_t& to) {
        constexpr std::string_view digits = "0123456789abcdef";
        constexpr std::string_view prefix = "\\u00";
        to.append(prefix.data(), prefix.data() + prefix.size());
        to.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
        to.push_back(digits[static_cast<unsigned char>(c) & 15U]);
    }
};

std::unique_ptr<spdlog::formatter> formatter_for(log_format format) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    if (format == log_format::json)
        formatter->add_flag<json_text>('*').set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","pid":%P,"thread":%t,"text":"%*"})");
    else
        formatter->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
    return formatter;
}

} // namespace

bool is_log_level(std::string_view name) {
    return find_level(name) != levels.end();
}

namespace {

std::atomic<int> threshold{spdlog::level::info};

spdlog::level::level_enum level_named(std::string_view name) {
    auto const level = find_level(name);
    if (level == levels.end())
        throw std::invalid_argument("no log level \"" + std::string{name} + "\"");
    return level->second;
}

} // namespace

void set_log_level(std::string_view name) {
    threshold = level_named(name);
    // Made now, before there are threads: what makes it later cannot be seen to be guarded.
    std::ignore = spdlog::default_logger_raw();
}

bool logs(spdlog::level::level_enum level) {
    return level >= threshold && spdlog::should_log(level);
}

void start_log(worker_options const& options) {
    auto log = std::make_shared<spdlog::logger>(
        "peyk", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    log->set_formatter(formatter_for(options.log_format));
    log->set_level(level_named(options.log_level));
    spdlog::set_default_logger(std::move(log));
}

} // namespace peyk::worker_detail
