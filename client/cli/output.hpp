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

// Control characters but tab and line feed as \xNN: a text from elsewhere must not steer a
// terminal.
[[nodiscard]] std::string printable(std::string_view text);

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

// On standard output; on a terminal, printable.
void print_text(std::string_view text);
void print_line(std::string_view line);

} // namespace peyk::cli
