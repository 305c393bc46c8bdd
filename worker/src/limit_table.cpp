#include "worker/src/limit_table.hpp"

#include <chrono>
#include <optional>

namespace peyk::worker_detail {
namespace {

using limit = std::optional<std::chrono::milliseconds>;

// 0 and less is none.
limit first_of(limit const& message, limit const& registered, limit const& worker) {
    for (auto const& each : {message, registered, worker})
        if (each && each->count() > 0)
            return each;
    return std::nullopt;
}

} // namespace

void limit_table::set(std::string const& task, time_limits limits) {
    std::lock_guard const lock{mutex_};
    told_[task] = {.soft = first_of(limits.soft, {}, {}), .hard = first_of(limits.hard, {}, {})};
}

time_limits limit_table::of(std::string_view task,
                            time_limits const& of_message,
                            time_limits const& registered) const {
    {
        std::lock_guard const lock{mutex_};
        if (auto const found = told_.find(task); found != told_.end())
            return found->second;
    }
    return {.soft = first_of(of_message.soft, registered.soft, of_worker_.soft),
            .hard = first_of(of_message.hard, registered.hard, of_worker_.hard)};
}

} // namespace peyk::worker_detail
