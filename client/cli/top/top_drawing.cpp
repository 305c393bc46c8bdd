#include "client/cli/top/top_drawing.hpp"

#include "client/cli/figures.hpp"
#include "client/cli/value.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace peyk::cli {
namespace {

constexpr std::size_t three_panes_least = 12; // lines
constexpr std::size_t header_lines = 2;
constexpr std::chrono::seconds heard_late{15}; // three heartbeats of a default client

std::string number(std::uint64_t value) {
    return short_count(value);
}

span figure(std::uint64_t value, look how = look::plain) {
    return {number(value), value == 0 ? look::dim : how};
}

screen_line first_line(top_model const& model, std::size_t columns) {
    auto const& broker = model.header().broker;
    std::vector<span> parts{{"peyk " + broker.version, look::bold}, {model.url()}};
    if (!model.lost().empty())
        parts.push_back({model.lost(), look::bad});
    else if (!model.is_known())
        parts.push_back({"waiting for the broker", look::warning});
    if (model.header().up)
        parts.push_back({"up " + short_time(*model.header().up)});
    if (broker.settling)
        parts.push_back({"settling", look::warning});
    if (!model.filter().empty())
        parts.push_back({"filter '" + model.filter() + "'", look::warning});
    return line_of(parts, columns);
}

span pressure_of(broker_stats const& broker) {
    std::string const text = "publishing " + std::string{to_string(broker.pressure)};
    switch (broker.pressure) {
    case pressure::none:
        return {"no pressure", look::good};
    case pressure::slowed:
        return {text, look::warning};
    default:
        return {text, look::bad};
    }
}

screen_line second_line(top_model const& model, std::size_t columns) {
    auto const& header = model.header();
    auto memory = short_bytes(header.broker.memory_bytes);
    if (header.broker.memory_bytes_max != 0)
        memory += " of " + short_bytes(header.broker.memory_bytes_max);
    return line_of({{number(header.broker.messages) + " messages"},
                    {"in " + short_rate(header.in_per_s) + "/s"},
                    {"out " + short_rate(header.out_per_s) + "/s"},
                    pressure_of(header.broker),
                    {"memory " + memory},
                    {"journal " + short_bytes(header.broker.journal_bytes)}},
                   columns);
}

std::string title(std::string_view name, std::size_t count, std::string_view order) {
    return std::string{name} + ' ' + std::to_string(count) + " by " + std::string{order};
}

table_view queue_table(top_model const& model) {
    table_view view{.columns = {{"", 12, 0, false, true},
                                {"READY", 6, 1, true},
                                {"RUN", 6, 2, true},
                                {"SCHED", 6, 8, true},
                                {"DEAD", 6, 3, true},
                                {"IN/S", 6, 5, true},
                                {"OUT/S", 6, 4, true},
                                {"OLDEST", 6, 7, true},
                                {"WHY HELD", 12, 6, false, true}},
                    .rows = {},
                    .title = title("QUEUES", model.queues().size(), model.order(top_pane::queues)),
                    .selected = model.selected(top_pane::queues),
                    .is_active = model.pane() == top_pane::queues};
    for (auto const& row : model.queues()) {
        view.rows.push_back({{row.now.name},
                             figure(row.now.ready),
                             figure(row.now.leased, look::good),
                             figure(row.now.scheduled),
                             figure(row.now.dead, look::bad),
                             {short_rate(row.in_per_s)},
                             {short_rate(row.out_per_s)},
                             {row.oldest ? short_time(*row.oldest) : ""},
                             {row.why, look::warning}});
    }
    return view;
}

span state_of(worker_row const& row) {
    if (!row.connected)
        return {"gone " + short_time(row.heard), look::bad};
    if (row.stalled)
        return {"stalled", look::bad};
    return {short_time(row.heard), row.heard > heard_late ? look::warning : look::plain};
}

table_view worker_table(top_model const& model) {
    table_view view{.columns = {{"", 12, 0, false, true},
                                {"POOL", 8, 5},
                                {"BUSY", 7, 1, true},
                                {"DONE", 6, 2, true},
                                {"RSS", 6, 4, true},
                                {"LOAD", 5, 6, true},
                                {"HEARD", 10, 3, true}},
                    .rows = {},
                    .title =
                        title("WORKERS", model.workers().size(), model.order(top_pane::workers)),
                    .selected = model.selected(top_pane::workers),
                    .is_active = model.pane() == top_pane::workers};
    for (auto const& row : model.workers()) {
        auto busy = number(row.busy) + (row.slots == 0 ? "" : "/" + number(row.slots));
        view.rows.push_back({{row.name},
                             {row.pool},
                             {busy, row.busy == 0 ? look::dim : look::good},
                             figure(row.processed),
                             {row.rss_bytes == 0 ? "" : short_bytes(row.rss_bytes)},
                             {row.load},
                             state_of(row)});
    }
    return view;
}

// UTC, as everything this program says.
std::string clock_of(time_point at) {
    return format_time(at).substr(11, 8);
}

table_view failure_table(top_model const& model) {
    table_view view{.columns = {{"", 10, 0},
                                {"", 7, 3},
                                {"TASK", 14, 2, false, true},
                                {"QUEUE", 10, 4},
                                {"ERROR", 12, 1, false, true}},
                    .rows = {},
                    .title = "FAILURES",
                    .selected = model.selected(top_pane::failures),
                    .is_active = model.pane() == top_pane::failures};
    for (auto const& row : model.failures()) {
        view.rows.push_back(
            {{clock_of(row.at)},
             row.is_final ? span{"failed", look::bad} : span{"retries", look::warning},
             {row.task},
             {row.queue},
             {row.error}});
    }
    return view;
}

table_view running_table(top_model const& model) {
    table_view view{.columns = {{"", 14, 0, false, true},
                                {"QUEUE", 10, 3},
                                {"STATE", 8, 2},
                                {"SINCE", 7, 1, true},
                                {"ID", 36, 4}},
                    .rows = {},
                    .title = "RUNNING ON " + *model.opened(),
                    .selected = model.selected(top_pane::failures),
                    .is_active = model.pane() == top_pane::failures};
    for (auto const& row : model.running()) {
        view.rows.push_back({{row.task.empty() ? row.id.to_string() : row.task},
                             {row.queue},
                             {row.state},
                             {row.since ? short_time(*row.since) : ""},
                             {row.id.to_string()}});
    }
    return view;
}

table_view table_of(top_model const& model, top_pane pane) {
    if (pane == top_pane::queues)
        return queue_table(model);
    if (pane == top_pane::workers)
        return worker_table(model);
    return model.opened() ? running_table(model) : failure_table(model);
}

// Lines of each pane: the least first, then what the queues and the workers have, the queues half
// of it all at most; what is left is for the failures.
std::array<std::size_t, 3> share(std::array<table_view, 3> const& panes, std::size_t lines) {
    std::array<std::size_t, 3> heights{3, 3, 3};
    auto left = lines - 9;
    for (std::size_t each = 0; each < 2; ++each) {
        auto const most = each == 0 ? lines / 2 : lines / 3;
        auto const wanted = std::clamp<std::size_t>(panes[each].rows.size() + 2, 3, most);
        auto const more = std::min(left, wanted - 3);
        heights[each] += more;
        left -= more;
    }
    heights[2] += left;
    return heights;
}

std::vector<screen_line> draw_panes(top_model const& model, screen_size size) {
    if (size.rows < three_panes_least)
        return draw_table(table_of(model, model.pane()), size);
    std::array<table_view, 3> const panes{table_of(model, top_pane::queues),
                                          table_of(model, top_pane::workers),
                                          table_of(model, top_pane::failures)};
    auto const heights = share(panes, size.rows);
    std::vector<screen_line> lines;
    for (std::size_t each = 0; each < panes.size(); ++each) {
        auto part = draw_table(panes[each], {heights[each], size.columns});
        std::ranges::move(part, std::back_inserter(lines));
    }
    return lines;
}

std::vector<screen_line> draw_help(screen_size size) {
    std::vector<screen_line> lines;
    for (char const* text : {"Up Down PgUp PgDn Home End  a row",
                             "Tab Left Right              a pane",
                             "Enter  on a worker: what it runs",
                             "p      pause or resume the queue",
                             "c      revoke what waits in the queue,",
                             "       or cancel a running task; asks",
                             "r      redrive its dead letters; asks",
                             "s      sort by the next column",
                             "/      show only what has this in its name",
                             "Esc    no filter; back to the failures",
                             "q      quit",
                             "Any key goes on."})
        lines.push_back(line_of({{text}}, size.columns));
    lines.resize(size.rows);
    return lines;
}

screen_line status_line(top_model const& model, std::size_t columns) {
    if (auto const prompt = model.prompt()) {
        // The end is what is being typed.
        return {{fitted_end(*prompt + "_", columns), look::warning}};
    }
    if (!model.notice().empty())
        return {{fitted(model.notice(), columns), look::warning}};
    return line_of({{"q quit", look::dim},
                    {"? help", look::dim},
                    {"p pause", look::dim},
                    {"c cancel", look::dim},
                    {"r redrive", look::dim},
                    {"s sort", look::dim},
                    {"/ filter", look::dim},
                    {"Tab pane", look::dim}},
                   columns);
}

} // namespace

std::vector<screen_line> draw(top_model const& model, screen_size size) {
    std::vector<screen_line> lines{first_line(model, size.columns),
                                   second_line(model, size.columns)};
    if (size.rows > header_lines + 1) {
        screen_size const body{size.rows - header_lines - 1, size.columns};
        auto middle = model.is_help() ? draw_help(body) : draw_panes(model, body);
        std::ranges::move(middle, std::back_inserter(lines));
    }
    lines.push_back(status_line(model, size.columns));
    lines.resize(size.rows);
    return lines;
}

std::vector<screen_line> draw_all(top_model const& model, std::size_t columns) {
    std::vector<screen_line> lines{first_line(model, columns), second_line(model, columns)};
    for (auto const pane : {top_pane::queues, top_pane::workers, top_pane::failures}) {
        auto const table = table_of(model, pane);
        lines.emplace_back();
        auto part = draw_table(table, {table.rows.size() + 1, columns});
        std::ranges::move(part, std::back_inserter(lines));
    }
    return lines;
}

} // namespace peyk::cli
