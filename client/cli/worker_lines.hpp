#pragma once
// Workers for people: one line each, and one with all that is known of it.

#include "client/cli/output.hpp"
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <span>
#include <string>

namespace peyk::cli {

// "ok", "away" in its grace period, "stalled" if it does not read what it is sent.
[[nodiscard]] std::string health_of(session_info const& worker);

// Rows of worker_columns().
[[nodiscard]] boost::json::object line_of(session_info const& worker);
[[nodiscard]] std::span<column const> worker_columns();

// The same with what it counts, rows of worker_count_columns().
[[nodiscard]] boost::json::object counts_of(session_info const& worker);
[[nodiscard]] std::span<column const> worker_count_columns();

// Its fields without the consumers and the runs of each task, lists as one text each.
[[nodiscard]] boost::json::object fields_of(session_info const& worker);

} // namespace peyk::cli
