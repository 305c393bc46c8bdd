#include "broker/server/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string_view>

namespace peyk::server {
namespace {

// The message as the inside of a JSON string.
class json_text final : public spdlog::custom_flag_formatter {
public:
    void format(spdlog::details::log_msg const& message,
                std::tm const&,
                spdlog::memory_buf_t& out) override {
        for (char const c : std::string_view{message.payload.data(), message.payload.size()})
            append(c, out);
    }

    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<json_text>();
    }

private:
    static void append(char c, spdlog::memory_buf_t& out) {
        auto const code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (code < 0x20) {
            constexpr std::string_view digits = "0123456789abcdef";
            for (char const each : {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]})
                out.push_back(each);
        } else {
            out.push_back(c);
        }
    }
};

spdlog::level::level_enum level_of(log_level level) {
    switch (level) {
    case log_level::debug:
        return spdlog::level::debug;
    case log_level::info:
        return spdlog::level::info;
    case log_level::warn:
        return spdlog::level::warn;
    case log_level::error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

} // namespace

void start_logging(log_options const& options) {
    auto logger = std::make_shared<spdlog::logger>(
        "peyk-broker", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto formatter = std::make_unique<spdlog::pattern_formatter>(
        options.format == log_format::json ? spdlog::pattern_time_type::utc
                                           : spdlog::pattern_time_type::local);
    formatter->add_flag<json_text>('*');
    formatter->set_pattern(options.format == log_format::json
                               ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":"%*"})"
                               : "%Y-%m-%d %H:%M:%S.%e %-7l %v");
    logger->set_formatter(std::move(formatter));
    logger->set_level(level_of(options.level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

} // namespace peyk::server
