#pragma once
// Figures as people read them at a glance: short, three digits at most. JSON has them exact.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::cli {

[[nodiscard]] std::string short_count(std::uint64_t count); // "999", "12.3k", "4.5M"
[[nodiscard]] std::string short_bytes(std::uint64_t bytes); // "512B", "12.3K", "4.5G", as `ls -h`
[[nodiscard]] std::string short_rate(std::optional<double> per_s); // "0", "0.25", "12.3", "4.5k"
[[nodiscard]] std::string short_time(std::chrono::milliseconds length); // "45ms", "1.2s", "3m10s"

// Columns on the screen, of UTF-8: 2 for what is wide, 0 for what combines.
[[nodiscard]] std::size_t text_width(std::string_view text);
// On one line, `columns` wide: cut with "…" or filled with blanks, at its left if `right`.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns, bool right = false);
// Its end, when it is wider than `columns`: of what is being typed.
[[nodiscard]] std::string fitted_end(std::string_view text, std::size_t columns);

} // namespace peyk::cli
