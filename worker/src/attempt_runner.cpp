#include "worker/src/attempt_runner.hpp"

#include "worker/src/attempt_reports.hpp"
#include "worker/src/exception_outcome.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/lineage.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace peyk::worker_detail {
namespace {

// What a log line shows of a result.
constexpr std::size_t shown_max = 100;

outcome unrunnable(std::string type, std::string message) {
    return verdict::failure{
        .error = {.type = std::move(type), .message = std::move(message), .trace = {}},
        .permanent = true};
}

std::uint64_t random_bits() {
    thread_local std::mt19937_64 source{std::random_device{}()};
    return source();
}

double in_seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// One line per way an attempt can end.
struct end_line {
    std::string_view task;
    std::string id;
    double took;

    void operator()(verdict::success const& end) const {
        auto const cut = end.result.size() > shown_max;
        log_info("Task {}[{}] succeeded in {:.6f}s: {}{}",
                 task,
                 id,
                 took,
                 std::string_view{end.result}.substr(0, shown_max),
                 cut ? "..." : "");
    }
    void operator()(verdict::failure const& end) const {
        log_error("Task {}[{}] failed in {:.6f}s{}: {}: {}",
                  task,
                  id,
                  took,
                  end.permanent ? "" : ", the broker retries it",
                  end.error.type,
                  end.error.message);
    }
    void operator()(verdict::retry const& end) const {
        auto const left = end.at - std::chrono::system_clock::now();
        log_warn("Task {}[{}] failed in {:.6f}s, again in {:.1f}s: {}: {}",
                 task,
                 id,
                 took,
                 std::max(0.0, in_seconds(left)),
                 end.error.type,
                 end.error.message);
    }
    void operator()(verdict::snooze const& end) const {
        auto const left = end.at - std::chrono::system_clock::now();
        log_info(
            "Task {}[{}] not now, again in {:.1f}s", task, id, std::max(0.0, in_seconds(left)));
    }
    void operator()(verdict::release const&) const {
        log_info("Task {}[{}] handed back", task, id);
    }
    void operator()(verdict::drop const&) const {
        log_info("Task {}[{}] done in {:.6f}s, without a result", task, id, took);
    }
    void operator()(verdict::rate_limited const& end) const {
        auto const left = end.until - std::chrono::system_clock::now();
        log_warn("Task {}[{}] is limited: nothing of its {} for {:.1f}s",
                 task,
                 id,
                 to_string(end.scope),
                 std::max(0.0, in_seconds(left)));
    }
    void operator()(verdict::dead const& end) const {
        log_error("Task {}[{}] rejected in {:.6f}s, now a dead letter: {}",
                  task,
                  id,
                  took,
                  end.error.message);
    }
};

} // namespace

void attempt_runner::run(delivery what) {
    auto const token = what.token;
    auto const stop = parts_.running.begin(token);
    if (!stop)
        return parts_.settles.settle(token, verdict::release{});
    auto const* const task = parts_.registry.find(what.task);
    auto content = what.decode();
    auto const began = clock::now();
    auto const reports =
        std::make_shared<attempt_reports>(parts_.from, parts_.through.get_executor(), token);
    context::parts of{.from = std::move(what),
                      .content = {},
                      .max_retries = 0,
                      .through = parts_.through,
                      .stop = *stop,
                      .reports = reports};
    if (content)
        of.content = std::move(*content);
    if (task != nullptr)
        of.max_retries =
            of.from.max_retries > 0 ? of.from.max_retries : task->settings.retries().max_retries;
    context with{std::move(of)};

    outcome ended;
    if (task == nullptr) {
        ended = unrunnable("peyk::unknown_task", "this worker has no task " + with.task());
    } else if (!content) {
        ended = unrunnable("peyk::bad_content", content.error().message());
    } else {
        parts_.from.started(token);
        ended = attempt(with, *task);
    }
    auto const counts = parts_.running.end(token);
    reports->finish(counts);
    if (!counts)
        return; // Handed back while it ran: it runs elsewhere, and this end does not count.
    log_end(with, ended, clock::now() - began);
    parts_.settles.settle(token, std::move(ended));
}

outcome attempt_runner::attempt(context& with, registered_task const& task) const {
    lineage_scope const within{{.root = with.root(), .parent = with.id()}};
    try {
        auto result = task.run(with);
        if (result.size() > task.settings.result_bytes_max.value_or(result.size()))
            throw result_too_large("the result has " + std::to_string(result.size()) +
                                   " bytes; the task was registered with result_bytes_max = " +
                                   std::to_string(*task.settings.result_bytes_max));
        return verdict::success{.result = std::move(result), .content_type = {}};
    } catch (...) {
        return outcome_of(std::current_exception(),
                          {.attempt = with.attempt(),
                           .message_max_retries = with.from().max_retries,
                           .registered = task.settings.retries(),
                           .now = std::chrono::system_clock::now(),
                           .published_at = with.from().published_at,
                           .random = random_bits()});
    }
}

void attempt_runner::log_end(context const& with,
                             outcome const& ended,
                             clock::duration took) const {
    // Errors are logged at nearly every level; the id is made into text for them alone otherwise.
    bool const fine = std::holds_alternative<verdict::success>(ended);
    if (logs(fine ? spdlog::level::info : spdlog::level::err))
        std::visit(end_line{with.task(), with.id().to_string(), in_seconds(took)}, ended);
}

} // namespace peyk::worker_detail
