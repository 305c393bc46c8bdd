#pragma once
// Messages for people and programs: lists, page by page, and one with all that is known of it.

#include "client/cli/invocation.hpp"
#include "client/cli/output.hpp"
#include "client/cli/selector_options.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace peyk::cli {

struct page_options {
    std::uint32_t limit = 100;
    std::uint64_t from = 0; // `next` of the page before
};

void add_page_options(CLI::App& command, page_options& into);

// `limit` messages and where to go on: asks until there are so many, or no more.
[[nodiscard]] message_page
collect_messages(client& broker, selector const& which, std::uint64_t from, std::uint32_t limit);

// One page. JSON and YAML: {"messages": [...], "next": 123 or null}; jsonl: one line per message.
// For people the last line is `again` with what it needs for the next page; with jsonl standard
// error has that line.
exit_code list_messages(common_options const& common,
                        selector const& which,
                        page_options const& page,
                        std::span<column const> columns,
                        std::string_view again);

// One message as client::info() gives it. For people its history follows as a table.
void print_whole(common_options const& common, status const& of);
// With more fields at its end.
void print_whole(common_options const& common, status const& of, boost::json::object const& more);
void print_history(common_options const& common, status const& of);

// Every message there is, in pages, under a progress bar.
void for_each_page(client& broker,
                   selector const& which,
                   std::string const& caption,
                   std::function<void(std::vector<status> const&)> const& take);

} // namespace peyk::cli
