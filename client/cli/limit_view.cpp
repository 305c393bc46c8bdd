#include "client/cli/limit_view.hpp"

#include "client/cli/limit_changes.hpp"
#include "client/cli/limit_text.hpp"
#include "client/cli/output.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>
#include <vector>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 7> limiter_columns{{{"task", "TASK"},
                                                 {"queue", "QUEUE"},
                                                 {"key", "KEY"},
                                                 {"running", "RUNNING", true},
                                                 {"passed", "PASSED", true},
                                                 {"waiting", "WAITING", true},
                                                 {"next_at", "NEXT"}}};

json::array rows_of(std::vector<limiter_info> const& all) {
    json::array rows;
    for (auto const& each : all)
        rows.push_back(present(each));
    return rows;
}

// One limit as it is shown: what was asked for may fall under its pattern.
struct shown_limit {
    limit_info const& limit;
    limit_names const& asked;
    limit_info const* wider;          // which it stands instead of
    std::vector<limit_info> narrower; // which stand instead of it
    std::vector<limiter_info> busiest;

    [[nodiscard]] bool is_exact() const { return limit.names == asked; }
};

json::object fields_of(shown_limit const& of) {
    auto fields = present(of.limit);
    fields["asked"] = present(of.asked);
    fields["overrides"] =
        of.wider == nullptr ? json::value{} : json::value(present(of.wider->names));
    json::array narrower;
    for (auto const& each : of.narrower)
        narrower.push_back(present(each));
    fields["overridden_by"] = std::move(narrower);
    fields["busiest"] = rows_of(of.busiest);
    return fields;
}

void print_limit(shown_limit const& of) {
    auto line = text_of(of.asked) + ": " + text_of(of.limit);
    if (!of.is_exact())
        line += "; by the limit about " + text_of(of.limit.names);
    if (of.limit.configured)
        line += ", from the configuration of the broker";
    print_line(line + instead_of(of.wider));
    for (auto const& each : of.narrower)
        print_line("other than that, " + text_of(each.names) + ": " + text_of(each));
    print_line("");
    print_table(rows_of(of.busiest), limiter_columns);
}

// The one with these names, or that these names fall under. Throws failure(unknown).
limit_info const& limit_about(std::vector<limit_info> const& all, limit_names const& names) {
    if (auto const* const exact = find(all, names))
        return *exact;
    auto const* const counts = has_pattern(names) ? nullptr : overridden(all, names);
    if (counts == nullptr)
        no_limit(names);
    return *counts;
}

} // namespace

// What the broker says of a limit it does not know is for programs.
void no_limit(limit_names const& names) {
    throw failure{exit_code::unknown,
                  "no limit is about exactly " + text_of(names) +
                      "; `peyk limit ls` shows those there are, names and patterns as they were "
                      "set"};
}

exit_code
show_limit(common_options const& common, limit_names const& names, std::uint32_t count_max) {
    check_given(names);
    admin const broker{connect(common)};
    auto const all = broker.limits();
    auto const& limit = limit_about(all.limits, names);
    shown_limit what{.limit = limit,
                     .asked = names,
                     .wider = overridden(all.limits, limit.names),
                     .narrower = overriding(all.limits, names),
                     .busiest = {}};
    what.busiest = broker.limiters(limit.names, what.is_exact() ? count_max : shown_limiters_max);
    if (!what.is_exact())
        std::erase_if(what.busiest, [&](auto const& each) { return each.names != names; });
    if (common.is_structured()) {
        print(common, fields_of(what));
        return exit_code::ok;
    }
    print_limit(what);
    auto const count = what.busiest.size();
    if (!what.is_exact() && count == 0 && limit.limiters > shown_limiters_max)
        print_line("not among the busiest " + std::to_string(shown_limiters_max));
    if (what.is_exact() && count == count_max && limit.limiters > count)
        print_line("the busiest " + std::to_string(count) + " of " +
                   std::to_string(limit.limiters) + "; --limit shows more");
    return exit_code::ok;
}

} // namespace peyk::cli
