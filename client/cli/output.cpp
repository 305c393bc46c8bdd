#include "client/cli/output.hpp"

#include "client/cli/value.hpp"
#include "client/cli/yaml.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

#include <unistd.h>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr choice<output_format> formats[] = {{"table", output_format::table},
                                             {"json", output_format::json},
                                             {"yaml", output_format::yaml},
                                             {"jsonl", output_format::jsonl}};

// Characters on the screen, for texts that are not ASCII.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string emphasised(std::string text) {
    return has_colour() ? "\033[1m" + std::move(text) + "\033[0m" : text;
}

// States are told apart at a glance.
std::string coloured(std::string_view key, std::string text) {
    if (!has_colour() || key != "state")
        return text;
    auto const* const code = text.starts_with("SUCCESS")   ? "\033[32m"
                             : text.starts_with("FAILURE") ? "\033[31m"
                             : text.starts_with("REVOKED") ? "\033[31m"
                             : text.starts_with("RETRY")   ? "\033[33m"
                                                           : nullptr;
    return code == nullptr ? text : code + text + "\033[0m";
}

// Colours take no room on the screen.
void pad(std::string& line, std::string_view text, column const& how, std::size_t room) {
    auto const gap = room - std::min(room, width(text));
    line.append(how.right ? gap : 0, ' ');
    line += coloured(how.key, std::string{text});
    line.append(how.right ? 0 : gap, ' ');
}

void trim_end(std::string& line) {
    line.erase(line.find_last_not_of(' ') + 1);
}

bool is_terminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool wants_colour_by_itself() {
    auto const* no = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return is_terminal() && (no == nullptr || *no == '\0');
}

colour& colour_of_process() {
    static colour chosen = colour::by_itself;
    return chosen;
}

} // namespace

std::string_view to_string(output_format of) {
    return name_of(formats, of);
}

output_format parse_output_format(std::string_view text, std::string_view option) {
    return choose(formats, text, option);
}

void set_colour(colour when) {
    colour_of_process() = when;
}

bool has_colour() {
    static bool const by_itself = wants_colour_by_itself();
    auto const chosen = colour_of_process();
    return chosen == colour::always || (chosen == colour::by_itself && by_itself);
}

std::string plain_text(json::value const& value) {
    if (value.is_null())
        return {};
    if (auto const* text = value.if_string())
        return std::string{text->c_str(), text->size()};
    if (auto const* fields = value.if_object()) {
        std::string line;
        for (auto const& [key, field] : *fields) {
            auto const text = plain_text(field);
            if (text.empty())
                continue;
            line += line.empty() ? "" : ", ";
            line.append(key).append(" ").append(text);
        }
        return line;
    }
    if (value.is_double()) {
        // Three digits are what a reader compares; JSON keeps them all.
        std::ostringstream text;
        text.precision(value.get_double() >= 1'000 ? 0 : 3);
        text << std::fixed << value.get_double();
        return text.str();
    }
    return json::serialize(value);
}

namespace {

// A name from elsewhere must not look like the next row.
std::string on_one_line(std::string const& text) {
    return boost::algorithm::replace_all_copy(text, "\n", "\\n");
}

} // namespace

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const byte = static_cast<unsigned char>(text[at]);
        auto const next = static_cast<unsigned char>(at + 1 < text.size() ? text[at + 1] : 0);
        bool const low = (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;
        bool const high = byte == 0xc2 && next >= 0x80 && next < 0xa0; // U+0080 to U+009F
        if (!low && !high) {
            out += text[at];
            continue;
        }
        auto const code = high ? next : byte;
        out += {'\\', 'x', digits[code >> 4], digits[code & 15]};
        at += high ? 1 : 0;
    }
    return out;
}

void print_value(common_options const& options, json::value const& value) {
    if (options.output == output_format::yaml) {
        std::cout << to_yaml(value);
    } else if (options.output == output_format::jsonl && value.is_array()) {
        for (auto const& row : value.get_array())
            std::cout << json::serialize(row) << '\n';
    } else {
        std::cout << json::serialize(value) << '\n';
    }
}

void print_one_of_many(common_options const& options, json::value const& value) {
    if (options.output == output_format::yaml)
        std::cout << "---\n" << to_yaml(value);
    else
        std::cout << json::serialize(value) << '\n';
}

void print_table(json::array const& rows, std::span<column const> columns) {
    std::vector<std::vector<std::string>> lines(rows.size());
    std::vector<std::size_t> widths;
    for (auto const& c : columns) {
        auto widest = width(c.heading);
        for (std::size_t at = 0; at < rows.size(); ++at) {
            auto const* field = rows[at].as_object().if_contains(c.key);
            lines[at].push_back(field == nullptr ? std::string{}
                                                 : on_one_line(printable(plain_text(*field))));
            widest = std::max(widest, width(lines[at].back()));
        }
        widths.push_back(widest);
    }
    auto const row = [&](auto const& cell) {
        std::string line;
        for (std::size_t at = 0; at < columns.size(); ++at) {
            line += at == 0 ? "" : "  ";
            pad(line, cell(at), columns[at], widths[at]);
        }
        trim_end(line);
        return line;
    };
    std::cout << emphasised(row([&](std::size_t at) { return columns[at].heading; })) << '\n';
    for (auto const& line : lines)
        std::cout << row([&](std::size_t at) { return std::string_view{line[at]}; }) << '\n';
}

void print_fields(json::object const& fields) {
    std::size_t widest = 0;
    for (auto const& [key, value] : fields) {
        if (!plain_text(value).empty())
            widest = std::max(widest, key.size());
    }
    for (auto const& [key, value] : fields) {
        auto const text = printable(plain_text(value));
        if (text.empty())
            continue;
        auto name = std::string{key};
        name.resize(widest, ' ');
        auto const lines =
            boost::algorithm::replace_all_copy(text, "\n", "\n" + std::string(widest + 2, ' '));
        std::cout << emphasised(name) << "  " << coloured(key, lines) << '\n';
    }
}

void print(common_options const& options, json::object const& fields) {
    if (options.is_structured())
        print_value(options, fields);
    else
        print_fields(fields);
}

void print(common_options const& options,
           json::array const& rows,
           std::span<column const> columns) {
    if (options.is_structured())
        print_value(options, rows);
    else
        print_table(rows, columns);
}

void print_text(std::string_view text) {
    if (is_terminal())
        std::cout << printable(text);
    else
        std::cout << text;
}

void print_line(std::string_view line) {
    print_text(line);
    std::cout << '\n';
}

} // namespace peyk::cli
