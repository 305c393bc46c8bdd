#pragma once
// Lines of a screen with looks, and tables in them. Knows no terminal.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::cli {

enum class look : std::uint8_t { plain, bold, dim, reverse, good, warning, bad };

struct span {
    std::string text;
    look how = look::plain;

    bool operator==(span const&) const = default;
};

using screen_line = std::vector<span>; // never wider than the screen

struct screen_size {
    std::size_t rows = 24;
    std::size_t columns = 80;

    bool operator==(screen_size const&) const = default;
};

// Without looks.
[[nodiscard]] std::string text_of(screen_line const& line);
// Parts with two blanks between, as many as fit.
[[nodiscard]] screen_line line_of(std::vector<span> const& parts, std::size_t columns);

struct table_column {
    std::string_view heading;
    std::size_t width; // at least
    std::uint8_t rank; // of two that do not both fit the lower one stays; 0: always there
    bool right = false;
    bool elastic = false; // takes what is left
};

struct table_view {
    std::vector<table_column> columns;
    std::vector<std::vector<span>> rows; // a span for each column
    std::string title;                   // heading of the first column
    std::size_t selected = 0;            // is in view
    bool is_active = false;              // the selected row is marked
};

// Exactly `size.rows` lines: the heading, then rows.
[[nodiscard]] std::vector<screen_line> draw_table(table_view const& view, screen_size size);

} // namespace peyk::cli
