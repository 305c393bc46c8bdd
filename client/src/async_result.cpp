#include <peyk/async_result.hpp>
#include <peyk/call.hpp>
#include <peyk/error_types.hpp>
#include <peyk/lineage.hpp>

#include <algorithm>
#include <utility>

namespace peyk {

void throw_exception_from_error(task_error const& failure, boost::source_location const&) {
    if (failure.state() == state::revoked)
        throw revoked_error(failure.report());
    error_detail::throw_registered(failure);
    throw failure;
}

void refuse_wait_inside_task() {
    if (current_lineage().parent != message_id{})
        throw error(errc::would_deadlock,
                    "a task that waits for another one keeps the slot the other one may need; "
                    "make it a coroutine and co_await async_get(), or get({.inside_task = true})");
}

std::optional<task_error> failure_of(status const& ended) {
    switch (ended.state) {
    case state::success:
        return std::nullopt;
    case state::failure:
        return task_error(ended.error, state::failure);
    case state::revoked: {
        auto report = ended.error;
        if (report.type.empty())
            report.type = "peyk::revoked";
        if (report.message.empty())
            report.message = to_string(ended.detail);
        return revoked_error(std::move(report));
    }
    case state::unknown:
    case state::pending:
    case state::started:
    case state::retry:
        break;
    }
    throw_error(errc::unknown_message);
}

namespace {

using std::chrono::steady_clock;

// What is left of a timeout that began then.
std::optional<std::chrono::milliseconds> left_of(std::optional<std::chrono::milliseconds> timeout,
                                                 steady_clock::time_point began) {
    if (!timeout)
        return std::nullopt;
    auto const passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
    return std::max(*timeout - passed, std::chrono::milliseconds{0});
}

} // namespace

status follow(client through, message_id id, follow_options const& options) {
    auto const began = steady_clock::now();
    auto updates = through.watch(id, {.reports = options.on_progress || options.on_log});
    std::optional<status> last;
    while (auto now = updates.next(left_of(options.timeout, began))) {
        auto const is_new = !last || last->state != now->state || last->detail != now->detail;
        if (options.on_progress && now->progress && (!last || last->progress != now->progress))
            options.on_progress(*now->progress);
        if (options.on_log && !now->log.empty())
            options.on_log(now->log);
        if (options.on_state && is_new)
            options.on_state(*now);
        last = std::move(now);
    }
    return last.value_or(status{.id = id});
}

std::vector<state>
states_of(client through, message_id id, std::optional<std::chrono::milliseconds> timeout) {
    std::vector<state> seen;
    auto const note = [&](status const& now) {
        if (seen.empty() || seen.back() != now.state)
            seen.push_back(now.state);
    };
    follow(std::move(through), id, {.on_state = note, .timeout = timeout});
    return seen;
}

message make_call(std::string const& task,
                  boost::json::array const& args,
                  boost::json::object const& kwargs,
                  call_options const& options) {
    auto what = make_task_message(task, {}, options);
    std::vector<std::string> positional;
    for (auto const& arg : args)
        positional.push_back(boost::json::serialize(arg));
    std::map<std::string, std::string> named;
    for (auto const& [name, arg] : kwargs)
        named.emplace(name, boost::json::serialize(arg));
    set_arguments(what, std::move(positional), std::move(named));
    return what;
}

dynamic_result call(client const& through,
                    std::string const& task,
                    boost::json::array const& args,
                    boost::json::object const& kwargs,
                    call_options const& options) {
    auto publisher = through;
    auto what = make_call(task, args, kwargs, options);
    auto const ignored = what.result && what.result->ignore;
    return {publisher, publisher.publish(std::move(what)), ignored};
}

} // namespace peyk
