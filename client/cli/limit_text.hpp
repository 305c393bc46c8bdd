#pragma once
// Limits as people type and read them, and as JSON values with stable field names.

#include <peyk/limit.hpp>

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::cli {

// As peyk::parse_rate(). Throws failure(usage), naming `option` and what is allowed.
[[nodiscard]] rate read_rate(std::string_view option, std::string_view text);

// "tasks.add in queue mail with key tenant=*".
[[nodiscard]] std::string text_of(limit_names const& names);
// "10/m, burst 5, 3 at once"; "nothing is limited".
[[nodiscard]] std::string text_of(limit_info const& limit);

// "; instead of key tenant=*: 10/m, burst 1"; "" for null.
[[nodiscard]] std::string instead_of(limit_info const* wider);

[[nodiscard]] boost::json::object present(limit_names const& of);
// Null for a rate or a concurrency that is not limited.
[[nodiscard]] boost::json::object present(limit_info const& of);
[[nodiscard]] boost::json::object present(limiter_info const& of);
[[nodiscard]] boost::json::object present(share_info const& of);

// The limit with these names. None: null.
[[nodiscard]] limit_info const* find(std::vector<limit_info> const& limits,
                                     limit_names const& names);
// The limit that would apply to `names` if it had none of its own: of those about the same things
// the most specific that matches. None: null.
[[nodiscard]] limit_info const* overridden(std::vector<limit_info> const& limits,
                                           limit_names const& names);
// Those that stand instead of the one with these names for some of its names.
[[nodiscard]] std::vector<limit_info> overriding(std::vector<limit_info> const& limits,
                                                 limit_names const& names);
[[nodiscard]] bool has_pattern(limit_names const& names);

} // namespace peyk::cli
