#pragma once
// Waiting for several results at once: any of them, or all.

#include <peyk/async_result.hpp>
#include <peyk/client.hpp>
#include <peyk/error.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace peyk {
namespace wait_detail {

// All of one client; throws errc::invalid_argument for none, errc::closed for a result of no task.
template <class Results>
client client_of(Results const& results) {
    if (std::ranges::empty(results))
        throw error(errc::invalid_argument, "no results to wait for");
    return std::ranges::begin(results)->through();
}

template <class Results>
std::vector<message_id> ids_of(Results const& results) {
    std::vector<message_id> ids;
    for (auto const& each : results)
        ids.push_back(each.id());
    return ids;
}

} // namespace wait_detail

// A range of async_result<R>, all from one client. The results themselves are fetched with get(),
// which does not wait any more. A result that is ignored is not to be waited for.
template <class Range>
concept result_range = std::ranges::forward_range<Range const> && requires(Range const& results) {
    std::ranges::begin(results)->id();
    std::ranges::begin(results)->through();
};

// The index of the first that has ended, well or not. Throws timeout_error; the tasks go on.
template <result_range Results>
std::size_t wait_any(Results const& results,
                     std::optional<std::chrono::milliseconds> timeout = {}) {
    auto through = wait_detail::client_of(results);
    return through.wait_any(wait_detail::ids_of(results), timeout).index;
}

// Until all have ended; how, in their order. Throws timeout_error; the tasks go on.
template <result_range Results>
std::vector<status> wait_all(Results const& results,
                             std::optional<std::chrono::milliseconds> timeout = {}) {
    if (std::ranges::empty(results))
        return {};
    auto through = wait_detail::client_of(results);
    return through.wait_all(wait_detail::ids_of(results), timeout);
}

// The same with a completion token: (error_code, ended_message).
template <result_range Results, class Token>
auto async_wait_any(Results const& results,
                    std::optional<std::chrono::milliseconds> timeout,
                    Token&& token) {
    auto through = wait_detail::client_of(results);
    return through.async_wait_any(
        wait_detail::ids_of(results), timeout, std::forward<Token>(token));
}

// (error_code, std::vector<status>). At least one result.
template <result_range Results, class Token>
auto async_wait_all(Results const& results,
                    std::optional<std::chrono::milliseconds> timeout,
                    Token&& token) {
    auto through = wait_detail::client_of(results);
    return through.async_wait_all(
        wait_detail::ids_of(results), timeout, std::forward<Token>(token));
}

} // namespace peyk
