#pragma once
// The ways to say something: JSON and YAML for programs, aligned text for people. All are made from
// the same JSON values, so that they cannot tell different stories.

#include "client/cli/invocation.hpp"

#include <boost/json/fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace peyk::cli {

// "table", "json", "yaml", "jsonl"; and back. Throws failure(usage), naming `option`.
[[nodiscard]] std::string_view to_string(output_format of);
[[nodiscard]] output_format parse_output_format(std::string_view text, std::string_view option);

struct column {
    std::string_view key;     // of the field
    std::string_view heading; // for people
    bool right = false;       // numbers
};

// When standard output takes colours. By itself: on a terminal, without NO_COLOR in the
// environment.
enum class colour : unsigned char { by_itself, always, never };

// For this process; before anything is printed.
void set_colour(colour when);
[[nodiscard]] bool has_colour();

// A value as people read it: strings without quotes, nothing for null, of an object the fields that
// have a text, the rest as JSON.
[[nodiscard]] std::string plain_text(boost::json::value const& value);

// Control characters but tab and line feed as \xNN: a text from elsewhere must not steer a
// terminal.
[[nodiscard]] std::string printable(std::string_view text);

// A whole answer, for programs: one line of JSON, a YAML document, or with jsonl one line for each
// element of an array.
void print_value(common_options const& options, boost::json::value const& value);
// One of many that come one after the other: a line of JSON, or a YAML document of its own.
void print_one_of_many(common_options const& options, boost::json::value const& value);
// Rows of objects under headings.
void print_table(boost::json::array const& rows, std::span<column const> columns);
// One field per line; those without a value are left out.
void print_fields(boost::json::object const& fields);

// As `options` asks: a value, or one field per line.
void print(common_options const& options, boost::json::object const& fields);
// As `options` asks: a value, or a table.
void print(common_options const& options,
           boost::json::array const& rows,
           std::span<column const> columns);

// On standard output; on a terminal, printable.
void print_text(std::string_view text);
void print_line(std::string_view line);

} // namespace peyk::cli
