#pragma once
// The two ways to say something: JSON for programs, aligned text for people. Both are made from
// the same JSON values, so that they cannot tell different stories.

#include "client/cli/invocation.hpp"

#include <boost/json/fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace peyk::cli {

struct column {
    std::string_view key;     // of the field
    std::string_view heading; // for people
    bool right = false;       // numbers
};

// Whether standard output takes colours: a terminal, and no NO_COLOR in the environment.
[[nodiscard]] bool has_colour();

// A value as people read it: strings without quotes, nothing for null, the rest as JSON.
[[nodiscard]] std::string plain_text(boost::json::value const& value);

// One line of JSON.
void print_json(boost::json::value const& value);
// Rows of objects under headings.
void print_table(boost::json::array const& rows, std::span<column const> columns);
// One field per line; those without a value are left out.
void print_fields(boost::json::object const& fields);

// As `options` asks: JSON, or one field per line.
void print(common_options const& options, boost::json::object const& fields);
// As `options` asks: JSON, or a table.
void print(common_options const& options,
           boost::json::array const& rows,
           std::span<column const> columns);

// A line on standard output.
void print_line(std::string_view line);

} // namespace peyk::cli
