#pragma once
// What the broker says, as JSON values with stable field names: snake_case, units in the name,
// times as ISO 8601 in UTC, null for what is not known.

#include <peyk/broker_stats.hpp>
#include <peyk/status.hpp>

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace peyk::cli {

[[nodiscard]] boost::json::object present(status const& of);
// With the log and the failed attempts, which client::info() gives.
[[nodiscard]] boost::json::object present_whole(status const& of);
[[nodiscard]] boost::json::object present(attempt const& of);
[[nodiscard]] boost::json::object present(queue_stats const& of);
[[nodiscard]] boost::json::object present(broker_stats const& of);

// As its own JSON if it is JSON, as a string if it is text, else as base64.
[[nodiscard]] boost::json::value present_value(std::string_view bytes,
                                               std::string_view content_type);
[[nodiscard]] boost::json::value present_result(status const& of);

// What a task took or returned, for people: a string without quotes, nothing for null, the rest as
// compact JSON, for that is what it was.
[[nodiscard]] std::string data_text(boost::json::value const& data);

[[nodiscard]] std::string base64(std::string_view bytes);
// Whether it is UTF-8.
[[nodiscard]] bool is_text(std::string_view bytes);

// A line about a message that is final without success, or is not final.
[[nodiscard]] std::string summary(status const& of);

// Null for "".
[[nodiscard]] boost::json::value text_or_null(std::string_view text);
[[nodiscard]] boost::json::value time_or_null(std::optional<time_point> const& at);

} // namespace peyk::cli
