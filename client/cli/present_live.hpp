#pragma once
// What live views show, as JSON values: as present.hpp.

#include <peyk/event.hpp>
#include <peyk/statistics.hpp>
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <string>

namespace peyk::cli {

[[nodiscard]] boost::json::object present(event const& of);
// One line for people: time, kind, end of the id, task, queue, worker, and what there is to say.
[[nodiscard]] std::string event_line(event const& of);
// The error or the times of an event.
[[nodiscard]] std::string event_detail(event const& of);

[[nodiscard]] boost::json::object present(quantiles const& of);
[[nodiscard]] boost::json::object present(statistics_sample const& of);

} // namespace peyk::cli
