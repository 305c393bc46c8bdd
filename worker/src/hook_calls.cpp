#include "worker/src/hook_calls.hpp"

#include "worker/src/worker_log.hpp"

#include <exception>
#include <ranges>
#include <string_view>
#include <variant>

namespace peyk::worker_detail {
namespace {

template <class Hook, class... Args>
void call_quietly(std::string_view name,
                  Hook const& hook,
                  context const& with,
                  Args const&... args) {
    if (!hook)
        return;
    try {
        hook(with, args...);
    } catch (std::exception const& e) {
        log_error("Task {}[{}]: the hook {} threw: {}",
                  with.task(),
                  with.id().to_string(),
                  name,
                  e.what());
    } catch (...) {
        log_error("Task {}[{}]: the hook {} threw", with.task(), with.id().to_string(), name);
    }
}

// The broker retries a failure that is not permanent while the message has retries left.
void call_by_end(task_hooks const& each, context const& with, outcome const& ended) {
    if (auto const* again = std::get_if<verdict::retry>(&ended)) {
        call_quietly("on_retry", each.on_retry, with, again->error);
    } else if (auto const* failed = std::get_if<verdict::failure>(&ended)) {
        if (failed->permanent || with.is_last_attempt())
            call_quietly("on_failure", each.on_failure, with, failed->error);
        else
            call_quietly("on_retry", each.on_retry, with, failed->error);
    } else if (auto const* dead = std::get_if<verdict::dead>(&ended)) {
        call_quietly("on_failure", each.on_failure, with, dead->error);
    }
}

} // namespace

void call_before(std::vector<task_hooks> const& hooks, context& with) {
    for (auto const& each : hooks)
        if (each.before)
            each.before(with);
}

void call_after(std::vector<task_hooks> const& hooks, context const& with, outcome const& ended) {
    for (auto const& each : hooks | std::views::reverse) {
        call_by_end(each, with, ended);
        call_quietly("after", each.after, with, ended);
    }
}

} // namespace peyk::worker_detail
