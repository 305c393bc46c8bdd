#include "client/cli/figures.hpp"

#include "client/cli/output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace peyk::cli {
namespace {

struct code_range {
    char32_t first;
    char32_t last;
};

// Of Unicode's East Asian Width and combining marks what names and error texts have.
constexpr std::array<code_range, 10> wide{{{0x1100, 0x115f},
                                           {0x2e80, 0xa4cf},
                                           {0xac00, 0xd7a3},
                                           {0xf900, 0xfaff},
                                           {0xfe30, 0xfe6f},
                                           {0xff00, 0xff60},
                                           {0xffe0, 0xffe6},
                                           {0x1f300, 0x1f64f},
                                           {0x1f680, 0x1faff},
                                           {0x20000, 0x3fffd}}};
constexpr std::array<code_range, 5> combining{
    {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}}};

bool is_in(auto const& ranges, char32_t code) {
    return std::ranges::any_of(ranges,
                               [&](code_range r) { return r.first <= code && code <= r.last; });
}

std::size_t width_of(char32_t code) {
    if (is_in(combining, code))
        return 0;
    return is_in(wide, code) ? 2 : 1;
}

// The next character of a text that is not empty; what is no UTF-8 is one byte.
struct character {
    std::size_t bytes;
    std::size_t width;
};
character next_of(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (bytes == 1 || bytes > text.size())
        return {1, 1};
    char32_t code = lead & (0xffu >> (bytes + 1));
    for (std::size_t at = 1; at < bytes; ++at) {
        auto const byte = static_cast<unsigned char>(text[at]);
        if ((byte & 0xc0u) != 0x80)
            return {1, 1};
        code = code << 6 | (byte & 0x3fu);
    }
    return {bytes, width_of(code)};
}

std::string with_unit(double value, std::string_view unit) {
    char text[32];
    std::snprintf(text, sizeof text, value < 99.95 ? "%.1f" : "%.0f", value);
    return text + std::string{unit};
}

// The first step that makes it shorter than 1,000.
std::string
scaled(double value, double step, std::initializer_list<std::string_view> const& units) {
    auto const* unit = units.begin();
    for (value /= step; value >= 999.5 && unit + 1 != units.end(); ++unit)
        value /= step;
    return with_unit(value, *unit);
}

} // namespace

std::string short_count(std::uint64_t count) {
    if (count < 1'000)
        return std::to_string(count);
    return scaled(static_cast<double>(count), 1'000, {"k", "M", "G", "T"});
}

std::string short_bytes(std::uint64_t bytes) {
    if (bytes < 1'000)
        return std::to_string(bytes) + 'B';
    return scaled(static_cast<double>(bytes), 1'024, {"K", "M", "G", "T"});
}

std::string short_rate(std::optional<double> per_s) {
    if (!per_s)
        return "-";
    if (*per_s < 0.005)
        return "0";
    if (*per_s >= 999.5)
        return scaled(*per_s, 1'000, {"k", "M", "G"});
    char text[32];
    std::snprintf(text,
                  sizeof text,
                  *per_s < 0.995   ? "%.2f"
                  : *per_s < 99.95 ? "%.1f"
                                   : "%.0f",
                  *per_s);
    return text;
}

std::string short_time(std::chrono::milliseconds length) {
    using namespace std::chrono;
    if (length < 1s)
        return std::to_string(length.count()) + "ms";
    if (length < 1min)
        return with_unit(duration<double>{length}.count(), "s");
    auto const two = [](auto large, char const* unit, auto small, char const* rest) {
        return std::to_string(large.count()) + unit +
               (small.count() == 0 ? std::string{} : std::to_string(small.count()) + rest);
    };
    if (length < 1h)
        return two(floor<minutes>(length), "m", floor<seconds>(length % 1min), "s");
    if (length < 24h)
        return two(floor<hours>(length), "h", floor<minutes>(length % 1h), "m");
    return two(floor<days>(length), "d", floor<hours>(length % 24h), "h");
}

std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        auto const next = next_of(text);
        width += next.width;
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string fitted(std::string_view text, std::size_t columns, bool right) {
    auto line = printable(text);
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    auto const width = text_width(line);
    if (width <= columns) {
        auto const gap = std::string(columns - width, ' ');
        return right ? gap + line : line + gap;
    }
    if (columns == 0)
        return {};
    std::string cut;
    std::size_t used = 1; // the mark
    for (std::string_view rest = line;;) {
        auto const next = next_of(rest);
        if (used + next.width > columns)
            break;
        used += next.width;
        cut += rest.substr(0, next.bytes);
        rest.remove_prefix(next.bytes);
    }
    return cut + "…" + std::string(columns - used, ' ');
}

std::string fitted_end(std::string_view text, std::size_t columns) {
    while (text_width(text) > columns)
        text.remove_prefix(next_of(text).bytes);
    return fitted(text, columns);
}

} // namespace peyk::cli
