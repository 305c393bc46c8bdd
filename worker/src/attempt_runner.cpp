#include "worker/src/attempt_runner.hpp"

#include "worker/src/attempt_reports.hpp"
#include "worker/src/lineage_executor.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/lineage.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <random>
#include <stop_token>
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

bool is_cancelled(std::exception_ptr const& what) {
    try {
        std::rethrow_exception(what);
    } catch (boost::system::system_error const& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

// The coroutine of a task on this executor; a stop cancels what it waits for.
asio::awaitable<std::string>
started(lineage_executor where, registered_task const& task, context& with) {
    auto const signal = std::make_shared<asio::cancellation_signal>();
    auto const here = co_await asio::this_coro::executor;
    std::stop_callback const on_stop{
        with.stop_token(), [signal, here] {
            asio::post(here, [signal] { signal->emit(asio::cancellation_type::terminal); });
        }};
    co_return co_await asio::co_spawn(
        where, task.start(with), asio::bind_cancellation_slot(signal->slot(), asio::use_awaitable));
}

// In a pool of ordinary functions a coroutine has a loop of its own.
std::string run_to_end(registered_task const& task, context& with) {
    asio::io_context loop{1};
    std::string result;
    std::exception_ptr failure;
    lineage_executor const where{loop.get_executor(), current_lineage()};
    asio::co_spawn(loop, started(where, task, with), [&](std::exception_ptr e, std::string text) {
        failure = e;
        result = std::move(text);
    });
    loop.run();
    if (failure)
        std::rethrow_exception(failure);
    return result;
}

} // namespace

struct attempt_runner::attempt {
    attempt(registered_task const* which, context::parts of, std::shared_ptr<attempt_reports> to)
        : task(which), with(std::move(of)), reports(std::move(to)) {}

    [[nodiscard]] delivery_token token() const { return with.from().token; }
    [[nodiscard]] bool is_limited() const { return limits.soft || limits.hard; }
    [[nodiscard]] attempt_facts facts() const {
        return {.attempt = with.attempt(),
                .message_max_retries = with.from().max_retries,
                .registered = task->settings.retries(),
                .now = std::chrono::system_clock::now(),
                .published_at = with.from().published_at,
                .random = random_bits()};
    }
    [[nodiscard]] lineage family() const { return {.root = with.root(), .parent = with.id()}; }
    // Throws result_too_large.
    [[nodiscard]] outcome succeeded(std::string result) const {
        if (result.size() > task->settings.result_bytes_max.value_or(result.size()))
            throw result_too_large("the result has " + std::to_string(result.size()) +
                                   " bytes; the task was registered with result_bytes_max = " +
                                   std::to_string(*task->settings.result_bytes_max));
        return verdict::success{.result = std::move(result), .content_type = {}};
    }

    registered_task const* task; // null: refused
    context with;
    std::shared_ptr<attempt_reports> reports;
    std::shared_ptr<std::atomic<bool>> soft_limit_over;
    time_limits limits;
    std::optional<outcome> refused; // it cannot run
    clock::time_point began = clock::now();
};

std::unique_ptr<attempt_runner::attempt> attempt_runner::begin(delivery what) {
    auto const token = what.token;
    auto const stop = parts_.running.begin(token);
    if (!stop) {
        parts_.settles.settle(token, verdict::release{});
        return nullptr;
    }
    auto const* const task = parts_.registry.find(what.task);
    auto content = what.decode();
    auto reports =
        std::make_shared<attempt_reports>(parts_.from, parts_.through.get_executor(), token);
    context::parts of{.from = std::move(what),
                      .content = {},
                      .max_retries = 0,
                      .through = parts_.through,
                      .stop = *stop,
                      .reports = reports};
    time_limits limits;
    if (content)
        of.content = std::move(*content);
    if (task != nullptr) {
        of.max_retries =
            of.from.max_retries > 0 ? of.from.max_retries : task->settings.retries().max_retries;
        limits = parts_.limits.of(
            task->name,
            {.soft = of.content.soft_time_limit, .hard = of.content.time_limit},
            {.soft = task->settings.soft_time_limit, .hard = task->settings.time_limit});
    }
    auto soft_limit_over = limits.soft ? std::make_shared<std::atomic<bool>>(false) : nullptr;
    of.soft_limit_over = soft_limit_over;
    auto made = std::make_unique<attempt>(task, std::move(of), std::move(reports));
    made->limits = limits;
    made->soft_limit_over = std::move(soft_limit_over);
    if (task == nullptr)
        made->refused =
            unrunnable("peyk::unknown_task", "this worker has no task " + made->with.task());
    else if (!content)
        made->refused = unrunnable("peyk::bad_content", content.error().message());
    if (made->refused)
        return made;
    parts_.from.started(token);
    if (made->is_limited())
        limit_time(*made);
    return made;
}

// What is called knows the attempt by its token alone: it may end at the same moment.
void attempt_runner::limit_time(attempt const& what) {
    auto const token = what.token();
    if (what.limits.soft)
        parts_.alarms.set(token,
                          what.began + *what.limits.soft,
                          [this, token, over = what.soft_limit_over, task = what.with.task()] {
                              log_warn("Task {}: its soft time limit is over", task);
                              *over = true;
                              parts_.running.request_stop(token);
                          });
    if (what.limits.hard)
        parts_.alarms.set(token,
                          what.began + *what.limits.hard,
                          [this, token, task = what.with.task(), facts = what.facts()] {
                              time_is_over(token, task, facts);
                          });
}

void attempt_runner::time_is_over(delivery_token token,
                                  std::string const& task,
                                  attempt_facts facts) {
    if (!parts_.running.abandon(token))
        return;
    log_error("Task {}: its time limit is over; the attempt has failed", task);
    parts_.slots_changed(); // before the broker fills the slot again
    facts.now = std::chrono::system_clock::now();
    parts_.settles.settle(token,
                          outcome_of(std::make_exception_ptr(
                                         time_limit_exceeded("the time limit of the task is over")),
                                     facts));
}

void attempt_runner::end(attempt& what, outcome ended) {
    if (what.is_limited())
        parts_.alarms.cancel(what.token());
    auto const counts = parts_.running.end(what.token());
    what.reports->finish(counts);
    if (!counts) // Settled while it ran: it runs elsewhere, or its time was over.
        return parts_.slots_changed();
    log_end(what.with, ended, clock::now() - what.began);
    parts_.settles.settle(what.token(), std::move(ended));
}

void attempt_runner::run(delivery what) {
    auto const now = begin(std::move(what));
    if (now)
        end(*now, now->refused ? std::move(*now->refused) : run_here(*now));
}

outcome attempt_runner::threw(attempt const& what, std::exception_ptr why) const {
    // Interrupted, it is not to blame for not being done.
    if (parts_.running.is_interrupted())
        return verdict::release{};
    // A coroutine knows the soft limit as a cancelled operation.
    if (what.with.soft_limit_over() && is_cancelled(why))
        why = std::make_exception_ptr(
            soft_time_limit_exceeded("the soft time limit of the task is over"));
    return outcome_of(why, what.facts());
}

outcome attempt_runner::run_here(attempt& what) const {
    lineage_scope const within{what.family()};
    try {
        return what.succeeded(what.task->is_coroutine() ? run_to_end(*what.task, what.with)
                                                        : what.task->run(what.with));
    } catch (...) {
        return threw(what, std::current_exception());
    }
}

asio::awaitable<void> attempt_runner::run_async(delivery what) {
    auto const now = begin(std::move(what));
    if (!now)
        co_return;
    outcome ended;
    if (now->refused) {
        ended = std::move(*now->refused);
    } else if (!now->task->is_coroutine()) {
        ended = run_here(*now);
    } else {
        try {
            auto const here = co_await asio::this_coro::executor;
            auto result =
                co_await started(lineage_executor{here, now->family()}, *now->task, now->with);
            ended = now->succeeded(std::move(result));
        } catch (...) {
            ended = threw(*now, std::current_exception());
        }
    }
    end(*now, std::move(ended));
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
