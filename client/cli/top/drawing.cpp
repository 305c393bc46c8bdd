#include "client/cli/top/drawing.hpp"

#include "client/cli/figures.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace peyk::cli {
namespace {

// 0: left out.
std::vector<std::size_t> widths_of(std::vector<table_column> const& columns, std::size_t room) {
    std::vector<std::size_t> order(columns.size());
    for (std::size_t each = 0; each < order.size(); ++each)
        order[each] = each;
    std::ranges::stable_sort(order, {}, [&](std::size_t each) { return columns[each].rank; });
    std::vector<std::size_t> widths(columns.size());
    std::size_t used = 0;
    std::size_t elastic = 0;
    for (auto const each : order) {
        auto const gap = used == 0 ? 0u : 1u;
        if (columns[each].rank != 0 && used + gap + columns[each].width > room)
            continue;
        widths[each] = columns[each].width;
        used += gap + columns[each].width;
        elastic += columns[each].elastic ? 1 : 0;
    }
    for (std::size_t each = 0; each < columns.size(); ++each) {
        if (!columns[each].elastic || widths[each] == 0 || used >= room)
            continue;
        auto const share = (room - used) / elastic--;
        widths[each] += share;
        used += share;
    }
    return widths;
}

// Cut if even what must be there is too wide.
void add(screen_line& line, std::string text, look how, std::size_t& room) {
    if (text_width(text) > room)
        text = fitted(text, room);
    room -= text_width(text);
    if (!line.empty() && line.back().how == how)
        line.back().text += text;
    else if (!text.empty())
        line.push_back({std::move(text), how});
}

} // namespace

std::string text_of(screen_line const& line) {
    std::string text;
    for (auto const& part : line)
        text += part.text;
    return text;
}

screen_line line_of(std::vector<span> const& parts, std::size_t columns) {
    screen_line line;
    auto room = columns;
    for (auto const& part : parts) {
        if (part.text.empty())
            continue;
        auto const gap = line.empty() ? 0u : 2u;
        if (!line.empty() && gap + text_width(part.text) > room)
            break;
        add(line, std::string(gap, ' '), look::plain, room);
        add(line, fitted(part.text, text_width(part.text)), part.how, room);
    }
    return line;
}

std::vector<screen_line> draw_table(table_view const& view, screen_size size) {
    std::vector<screen_line> lines;
    auto const widths = widths_of(view.columns, size.columns);
    auto const line = [&](auto const& cell, look all) {
        screen_line made;
        auto room = size.columns;
        for (std::size_t each = 0; each < widths.size(); ++each) {
            if (widths[each] == 0)
                continue;
            span const one = cell(each);
            auto const how = all == look::plain ? one.how : all;
            if (!made.empty())
                add(made, " ", all, room);
            add(made, fitted(one.text, widths[each], view.columns[each].right), how, room);
        }
        if (all == look::reverse || all == look::bold) // a bar over the whole line
            add(made, std::string(room, ' '), all, room);
        return made;
    };
    auto const heading = [&](std::size_t each) {
        return span{each == 0 ? view.title : std::string{view.columns[each].heading}};
    };
    if (size.rows == 0)
        return lines;
    lines.push_back(line(heading, view.is_active ? look::bold : look::dim));
    auto const shown = size.rows - 1;
    auto const first = view.selected >= shown ? view.selected - shown + 1 : 0;
    for (auto row = first; row < view.rows.size() && lines.size() < size.rows; ++row) {
        auto const cell = [&](std::size_t each) {
            return view.rows[row][each];
        };
        bool const marked = view.is_active && row == view.selected;
        lines.push_back(line(cell, marked ? look::reverse : look::plain));
    }
    lines.resize(size.rows);
    return lines;
}

} // namespace peyk::cli
