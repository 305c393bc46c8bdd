#include "worker/src/attempt_runner.hpp"

#include "worker/src/attempt_reports.hpp"
#include "worker/src/slot_gate.hpp"
#include "worker/src/task_call.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/attempt_end.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
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

double in_seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// One line per way an attempt can end.
struct end_line {
    std::string_view task;
    std::string id;
    double took;
    bool again; // as far as is known here

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
                  again ? ", the broker retries it" : "",
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
    void operator()(verdict::crashed const& end) const {
        log_error("Task {}[{}] took its process down after {:.6f}s: {}", task, id, took, end.text);
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

struct attempt_runner::attempt {
    attempt(registered_task const* which, context::parts of, std::shared_ptr<attempt_reports> to)
        : task(which), with(std::move(of)), reports(std::move(to)) {}

    [[nodiscard]] delivery_token token() const { return with.from().token; }
    [[nodiscard]] bool is_limited() const { return limits.soft || limits.hard; }
    registered_task const* task; // null: it has ended
    context with;
    std::shared_ptr<attempt_reports> reports;
    std::shared_ptr<std::atomic<bool>> soft_limit_over;
    time_limits limits;
    std::size_t slots = 1;
    bool runs = false;            // it is called, and did not fail before
    std::optional<outcome> ended; // from the beginning, if it cannot run
    clock::time_point began = clock::now();
};

std::unique_ptr<attempt_runner::attempt> attempt_runner::begin(delivery what) {
    auto const token = what.token;
    auto const stop = parts_.running.begin(token);
    if (!stop) {
        parts_.meter.count(run_end::handed_back);
        parts_.settles.settle(token, verdict::release{});
        parts_.left(token, true);
        return nullptr;
    }
    auto const* const task = parts_.registry.find(what.task);
    auto content = what.decode();
    auto reports = std::make_shared<attempt_reports>(route_, parts_.through.get_executor(), token);
    context::parts of{.from = std::move(what),
                      .content = {},
                      .max_retries = 0,
                      .through = &publisher_,
                      .stop = stop->stop,
                      .kill = stop->kill,
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
    made->slots = parts_.meter.began(slots_of(task), made->began);
    made->limits = limits;
    made->soft_limit_over = std::move(soft_limit_over);
    if (task == nullptr)
        made->ended =
            unrunnable("peyk::unknown_task", "this worker has no task " + made->with.task());
    else if (!content)
        made->ended = unrunnable("peyk::bad_content", content.error().message());
    if (made->ended)
        return made;
    made->runs = true;
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
                          [this,
                           token,
                           task = what.task,
                           began = what.began,
                           facts = facts_of(*what.task, what.with)] {
                              time_is_over(token, *task, began, facts);
                          });
}

void attempt_runner::time_is_over(delivery_token token,
                                  registered_task const& task,
                                  clock::time_point began,
                                  attempt_facts facts) {
    if (!parts_.running.abandon(token))
        return;
    log_error("Task {}: its time limit is over; the attempt has failed", task.name);
    parts_.abandoned(token); // before the broker fills the slot again
    facts.now = std::chrono::system_clock::now();
    auto ended = outcome_of(
        std::make_exception_ptr(time_limit_exceeded("the time limit of the task is over")), facts);
    count(&task, end_of(ended, facts.attempt, facts.message_max_retries), clock::now() - began);
    parts_.settles.settle(token, std::move(ended));
}

void attempt_runner::count(registered_task const* task, run_end how, clock::duration took) {
    parts_.meter.count(how);
    if (task != nullptr)
        parts_.meter.ran(task->name, took);
}

void attempt_runner::end(attempt& what, outcome ended) {
    if (what.is_limited())
        parts_.alarms.cancel(what.token());
    auto const counts = parts_.running.end(what.token());
    what.reports->finish(counts);
    auto const now = clock::now();
    parts_.meter.left(what.slots, now);
    if (counts) { // Else settled while it ran: it runs elsewhere, or its time was over.
        auto const how = end_of(ended, what.with.attempt(), what.with.from().max_retries);
        log_end(what.with, ended, how, now - what.began);
        count(what.runs ? what.task : nullptr, how, now - what.began);
        parts_.settles.settle(what.token(), std::move(ended));
    }
    parts_.left(what.token(), counts);
}

// Interrupted, a task is not to blame for not being done.
outcome attempt_runner::counted(outcome ended) const {
    if (parts_.running.is_interrupted() && !std::holds_alternative<verdict::success>(ended))
        return verdict::release{};
    return ended;
}

void attempt_runner::run(delivery what) {
    auto const now = begin(std::move(what));
    if (!now)
        return;
    if (!now->ended)
        now->ended = counted(call_task(parts_.registry, *now->task, now->with));
    end(*now, std::move(*now->ended));
}

void attempt_runner::run_batch(std::vector<delivery> all) {
    std::vector<std::unique_ptr<attempt>> attempts;
    std::vector<context*> contexts;
    for (auto& each : all) {
        auto now = begin(std::move(each));
        if (now && now->ended)
            end(*now, std::move(*now->ended));
        else if (now)
            contexts.push_back(&attempts.emplace_back(std::move(now))->with);
    }
    if (attempts.empty())
        return;
    auto ends = call_batch(parts_.registry, *attempts.front()->task, contexts);
    for (std::size_t at = 0; at < attempts.size(); ++at)
        end(*attempts[at], counted(std::move(ends[at])));
}

asio::awaitable<void> attempt_runner::run_async(delivery what) {
    auto const now = begin(std::move(what));
    if (!now)
        co_return;
    if (!now->ended)
        now->ended = counted(co_await call_among_others(parts_.registry, *now->task, now->with));
    end(*now, std::move(*now->ended));
}

asio::awaitable<void> attempt_runner::run_elsewhere(delivery what, remote_call const& call) {
    auto const now = begin(std::move(what));
    if (!now)
        co_return;
    if (!now->ended)
        now->ended = counted(co_await call(now->with, route_));
    end(*now, std::move(*now->ended));
}

void attempt_runner::log_end(context const& with,
                             outcome const& ended,
                             run_end how,
                             clock::duration took) const {
    // Errors are logged at nearly every level; the id is made into text for them alone otherwise.
    bool const fine = std::holds_alternative<verdict::success>(ended);
    if (logs(fine ? spdlog::level::info : spdlog::level::err))
        std::visit(
            end_line{with.task(), with.id().to_string(), in_seconds(took), how == run_end::retried},
            ended);
}

} // namespace peyk::worker_detail
