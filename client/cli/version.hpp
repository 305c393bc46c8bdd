#pragma once
// What this program was built from.

#include <string>
#include <string_view>

namespace peyk::cli {

[[nodiscard]] std::string_view version();
// As git describes it; "unknown" outside a repository.
[[nodiscard]] std::string_view commit();
// Both, for people.
[[nodiscard]] std::string version_line();

} // namespace peyk::cli
