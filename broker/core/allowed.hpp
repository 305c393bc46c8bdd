#pragma once
// What a field of a request may hold, for whoever gave it a value that means nothing. Internal to
// the core.

#include "broker/core/limits.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace peyk::core {

// "task: at most 200 bytes by name_bytes_max".
[[nodiscard]] std::string
at_most(std::string_view field, std::string_view limit, std::size_t bytes_max);
// Of a name that may not be empty: "name: 1 to 200 bytes by name_bytes_max".
[[nodiscard]] std::string
one_to(std::string_view field, std::string_view limit, std::size_t bytes_max);

// The same of a field of a message, with what is allowed in it; its name alone if that says all.
[[nodiscard]] std::string allowed_in(std::string_view field, limits const& bounds);

} // namespace peyk::core
