#pragma once
// What workers count of themselves, for programs and for people.

#include "client/cli/output.hpp"
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <span>
#include <string>

namespace peyk::cli {

[[nodiscard]] boost::json::object present(worker_metrics const& of);

// "43%", or of several pools "threads 43%, async 2%".
[[nodiscard]] std::string busy_text(worker_metrics const& of);

// One row per task, those that ran most often first, and one of all others.
[[nodiscard]] boost::json::array run_rows(worker_metrics const& of);
[[nodiscard]] std::span<column const> run_columns();

} // namespace peyk::cli
