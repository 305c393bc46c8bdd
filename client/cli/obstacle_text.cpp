#include "client/cli/obstacle_text.hpp"

#include "client/cli/limit_text.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 3> obstacle_columns{
    {{"reason", "READY BUT"}, {"name", "NAME"}, {"messages", "MESSAGES", true}}};

} // namespace

json::object present(obstacle const& of) {
    bool const limited = of.limited != limit_names{};
    return {{"reason", to_string(of.kind)},
            {"text", of.text},
            {"name", text_or_null(of.name)},
            {"by", of.by.is_nil() ? json::value{} : json::value(of.by.to_string())},
            {"until", time_or_null(of.until)},
            {"ahead", of.ahead},
            {"more_ahead", of.more_ahead},
            {"workers", of.workers},
            {"expected_ms",
             of.expected.count() == 0 ? json::value{} : json::value(of.expected.count())},
            {"limit", limited ? json::value(present(of.limited)) : json::value{}}};
}

json::object present(obstacle_count const& of) {
    return {{"reason", to_string(of.kind)},
            {"name", text_or_null(of.name)},
            {"messages", of.messages}};
}

json::array present_obstacles(queue_stats const& of) {
    json::array rows;
    for (auto const& each : of.obstacles)
        rows.push_back(present(each));
    return rows;
}

void print_obstacles(queue_stats const& of) {
    if (of.obstacles.empty())
        return;
    print_line("");
    print_table(present_obstacles(of), obstacle_columns);
}

} // namespace peyk::cli
