#include <peyk/context.hpp>

#include <spdlog/spdlog.h>

namespace peyk {
namespace {

spdlog::level::level_enum level_of(log_level level) {
    switch (level) {
    case log_level::debug:
        return spdlog::level::debug;
    case log_level::info:
        return spdlog::level::info;
    case log_level::warning:
        return spdlog::level::warn;
    case log_level::error:
        break;
    }
    return spdlog::level::err;
}

} // namespace

context::context(std::string task) {
    parts_.from.task = std::move(task);
}

client context::through() const {
    if (!parts_.through)
        throw error(errc::closed, "a task that was called without a broker has no client");
    return *parts_.through;
}

void context::log(log_level level, std::string_view text) const {
    auto* const log = spdlog::default_logger_raw();
    auto const as = level_of(level);
    if (log->should_log(as))
        log->log(as, "{}[{}] {}", task(), id().to_string(), text);
}

} // namespace peyk
