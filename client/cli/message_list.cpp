#include "client/cli/message_list.hpp"

#include "client/cli/joined_text.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/present.hpp"
#include "client/cli/progress.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>

namespace peyk::cli {
namespace {

constexpr std::uint32_t page_max = 1'000; // messages asked for at once
constexpr std::uint32_t limit_max = 1'000'000;

constexpr std::array<column, 4> history_columns{
    {{"ended_at", "ENDED"}, {"worker", "WORKER"}, {"crash", "CRASH"}, {"error", "ERROR"}}};

// "type: message", as far as it fits a line.
std::string line_of(error_report const& of) {
    auto const text = of.type + (of.type.empty() || of.message.empty() ? "" : ": ") + of.message;
    return text.substr(0, text.find('\n'));
}

// A run that was lost has no error of its own. What the last one ended with is that of the message
// if that ended with it.
std::string line_of(status const& of, attempt const& run) {
    if (!run.crash || run.error != error_report{})
        return line_of(run.error);
    bool const ended_it = of.state == state::failure && &run == &of.history.back();
    return ended_it ? line_of(of.error) : "its worker or process was lost";
}

boost::json::array history_rows(status const& of) {
    boost::json::array rows;
    for (auto const& each : of.history) {
        auto row = present(each);
        row["error"] = line_of(of, each);
        row["crash"] = each.crash ? "yes" : "";
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

void add_page_options(CLI::App& command, page_options& into) {
    command.add_option("--limit,-n", into.limit, "At most so many")
        ->capture_default_str()
        ->check(whole_number_between(1, limit_max))
        ->option_text("N");
    command.add_option("--from", into.from, "Where the page before said that the next begins")
        ->option_text("CURSOR");
}

message_page
collect_messages(client& broker, selector const& which, std::uint64_t from, std::uint32_t limit) {
    message_page all{.next = from};
    do {
        auto const left = limit - static_cast<std::uint32_t>(all.messages.size());
        auto got = broker.messages(which, all.next, std::min(left, page_max));
        std::ranges::move(got.messages, std::back_inserter(all.messages));
        all.next = got.next;
    } while (all.next != 0 && all.messages.size() < limit);
    return all;
}

exit_code list_messages(common_options const& common,
                        selector const& which,
                        page_options const& page,
                        std::span<column const> columns,
                        std::string_view again) {
    auto broker = connect(common);
    boost::json::array rows;
    auto const got = collect_messages(broker, which, page.from, page.limit);
    for (auto const& each : got.messages) {
        rows.push_back(present(each));
        if (!common.is_structured())
            rows.back().as_object()["error"] = line_of(each.error);
    }
    auto const next = got.next;
    auto const more = "there are more: `" + std::string{again} + " --from " + std::to_string(next) +
                      "` with the same options";
    if (common.output == output_format::jsonl) {
        print_value(common, rows);
        if (next != 0)
            std::cerr << "peyk: " << more << '\n'; // the lines are messages and nothing else
        return exit_code::ok;
    }
    if (common.is_structured()) {
        print_value(common,
                    boost::json::object{
                        {"messages", std::move(rows)},
                        {"next", next == 0 ? boost::json::value{} : boost::json::value(next)}});
        return exit_code::ok;
    }
    print_table(rows, columns);
    if (next != 0)
        print_line(more);
    return exit_code::ok;
}

void print_history(common_options const& common, status const& of) {
    if (common.is_structured())
        print_value(common, present_whole(of).at("history"));
    else
        print_table(history_rows(of), history_columns);
}

void print_whole(common_options const& common, status const& of) {
    print_whole(common, of, {});
}

void print_whole(common_options const& common, status const& of, boost::json::object const& more) {
    auto fields = common.is_structured() ? present_whole(of) : present(of);
    fields.insert(more.begin(), more.end());
    if (common.is_structured()) {
        print_value(common, fields);
        return;
    }
    fields["result"] = data_text(fields.at("result"));
    fields["labels"] = joined(of.labels);
    fields["tags"] = joined(of.tags);
    print_fields(fields);
    if (of.history.empty())
        return;
    print_line("");
    print_history(common, of);
}

void for_each_page(client& broker,
                   selector const& which,
                   std::string const& caption,
                   std::function<void(std::vector<status> const&)> const& take) {
    progress bar{caption, 0};
    std::uint64_t next = 0;
    std::uint64_t seen = 0;
    do {
        auto const page = broker.messages(which, next, page_max);
        take(page.messages);
        seen += page.messages.size();
        bar.show(seen);
        next = page.next;
    } while (next != 0);
}

} // namespace peyk::cli
