#pragma once
// Messages as they were published, as JSON values with stable field names.

#include <peyk/kept_message.hpp>

#include <boost/json/fwd.hpp>

#include <string>

namespace peyk::cli {

// What a status does not have: content and options. A body is `body` if it is text, else
// `body_base64`.
[[nodiscard]] boost::json::object present(kept_message const& of);

// For people: no text in `value` is longer than `bytes_max`, and what is missing is told.
[[nodiscard]] boost::json::value shortened(boost::json::value const& value, std::size_t bytes_max);

} // namespace peyk::cli
