#pragma once
// How long attempts of each task may take: what an operator said last, or else the message, the
// registration, the worker. Thread-safe.

#include <peyk/worker_options.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace peyk::worker_detail {

class limit_table {
public:
    explicit limit_table(time_limits of_worker) : of_worker_(of_worker) {}

    // From now on, for attempts that have not begun; wins over message and registration. A limit of
    // 0 is none.
    void set(std::string const& task, time_limits limits);
    [[nodiscard]] time_limits
    of(std::string_view task, time_limits const& of_message, time_limits const& registered) const;

private:
    time_limits of_worker_;
    mutable std::mutex mutex_;                             // guards all below
    std::map<std::string, time_limits, std::less<>> told_; // at most one for each task registered
};

} // namespace peyk::worker_detail
