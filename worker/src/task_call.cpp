#include "worker/src/task_call.hpp"

#include "worker/src/hook_calls.hpp"
#include "worker/src/lineage_executor.hpp"
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

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <utility>

namespace peyk::worker_detail {
namespace {

std::uint64_t random_bits() {
    thread_local std::mt19937_64 source{std::random_device{}()};
    return source();
}

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

lineage family_of(context const& with) {
    return {.root = with.root(), .parent = with.id()};
}

// Throws result_too_large.
outcome succeeded(registered_task const& task, std::string result) {
    if (result.size() > task.settings.result_bytes_max.value_or(result.size()))
        throw result_too_large("the result has " + std::to_string(result.size()) +
                               " bytes; the task was registered with result_bytes_max = " +
                               std::to_string(*task.settings.result_bytes_max));
    return verdict::success{.result = std::move(result), .content_type = {}};
}

outcome threw(registered_task const& task, context const& with, std::exception_ptr why) {
    // A coroutine knows the soft limit as a cancelled operation.
    if (with.soft_limit_over() && is_cancelled(why))
        why = std::make_exception_ptr(
            soft_time_limit_exceeded("the soft time limit of the task is over"));
    return outcome_of(why, facts_of(task, with));
}

outcome succeeded_or_threw(registered_task const& task, context const& with, std::string result) {
    try {
        return succeeded(task, std::move(result));
    } catch (...) {
        return threw(task, with, std::current_exception());
    }
}

// What one message of a batch fails with; null: it does not.
std::exception_ptr end_of(batch_attempt const& one, std::exception_ptr const& of_all) {
    if (one.failure || one.result)
        return one.failure;
    return of_all;
}

} // namespace

attempt_facts facts_of(registered_task const& task, context const& with) {
    return {.attempt = with.attempt(),
            .message_max_retries = with.from().max_retries,
            .registered = task.settings.retries(),
            .now = std::chrono::system_clock::now(),
            .published_at = with.from().published_at,
            .random = random_bits()};
}

outcome call_task(task_registry const& program, registered_task const& task, context& with) {
    lineage_scope const within{family_of(with)};
    outcome ended;
    try {
        call_before(program.hooks(), with);
        ended = succeeded(task, task.is_coroutine() ? run_to_end(task, with) : task.run(with));
    } catch (...) {
        ended = threw(task, with, std::current_exception());
    }
    call_after(program.hooks(), with, ended);
    return ended;
}

asio::awaitable<outcome>
call_among_others(task_registry const& program, registered_task const& task, context& with) {
    if (!task.is_coroutine())
        co_return call_task(program, task, with);
    outcome ended;
    try {
        {
            lineage_scope const within{family_of(with)};
            call_before(program.hooks(), with);
        }
        auto const here = co_await asio::this_coro::executor;
        ended =
            succeeded(task, co_await started(lineage_executor{here, family_of(with)}, task, with));
    } catch (...) {
        ended = threw(task, with, std::current_exception());
    }
    lineage_scope const within{family_of(with)};
    call_after(program.hooks(), with, ended);
    co_return ended;
}

std::vector<outcome> call_batch(task_registry const& program,
                                registered_task const& task,
                                std::vector<context*> const& with) {
    std::vector<batch_attempt> all;
    all.reserve(with.size());
    std::vector<std::exception_ptr> refused(with.size()); // by a hook
    for (std::size_t at = 0; at < with.size(); ++at) {
        try {
            call_before(program.hooks(), *with[at]);
            all.push_back({.with = with[at]});
        } catch (...) {
            refused[at] = std::current_exception();
        }
    }
    std::exception_ptr of_all;
    try {
        if (!all.empty())
            task.run_batch(all);
    } catch (...) {
        of_all = std::current_exception();
    }
    std::vector<outcome> ends;
    auto each = all.begin();
    for (std::size_t at = 0; at < with.size(); ++at) {
        auto const why = refused[at] ? refused[at] : end_of(*each, of_all);
        ends.push_back(why ? threw(task, *with[at], why)
                           : succeeded_or_threw(task, *with[at], each->result.value_or("null")));
        if (!refused[at])
            ++each;
        call_after(program.hooks(), *with[at], ends.back());
    }
    return ends;
}

} // namespace peyk::worker_detail
