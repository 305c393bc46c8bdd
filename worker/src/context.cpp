#include "worker/src/attempt_reports.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/attempt_end.hpp>
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
    if (parts_.through == nullptr)
        throw error(errc::closed, "a task that was called without a broker has no client");
    return (*parts_.through)();
}

message_id context::root() const {
    return parts_.from.root.is_nil() ? id() : parts_.from.root;
}

void context::progress(std::uint64_t done, std::uint64_t total, std::string_view text) const {
    if (parts_.reports)
        parts_.reports->progress(done, total, text);
}

void context::checkpoint(std::string_view bytes) const {
    if (bytes.size() > worker_detail::checkpoint_bytes_max)
        throw checkpoint_too_large("a checkpoint of " + std::to_string(bytes.size()) +
                                   " bytes; the most is " +
                                   std::to_string(worker_detail::checkpoint_bytes_max));
    if (parts_.reports)
        parts_.reports->checkpoint(bytes);
}

void context::throw_if_stopped() const {
    if (!cancelled())
        return;
    if (soft_limit_over())
        throw soft_time_limit_exceeded("the soft time limit of the task is over");
    throw attempt_stopped{};
}

void context::log(std::string_view text) const {
    if (parts_.reports)
        parts_.reports->log(text);
}

void context::log(log_level level, std::string_view text) const {
    auto const as = level_of(level);
    if (worker_detail::logs(as))
        spdlog::log(as, "{}[{}] {}", task(), id().to_string(), text);
}

} // namespace peyk
