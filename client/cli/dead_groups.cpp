#include "client/cli/dead_groups.hpp"

#include "client/cli/present.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace peyk::cli {

void dead_groups::add(std::vector<status> const& letters) {
    for (auto const& each : letters) {
        auto& into = groups_[{each.queue, each.task, each.error.type, each.death}];
        ++into.count;
        if (!each.finished_at)
            continue;
        if (!into.first || *each.finished_at < *into.first)
            into.first = each.finished_at;
        if (!into.last || *each.finished_at >= *into.last) {
            into.last = each.finished_at;
            into.example = each.id;
        }
    }
}

boost::json::array dead_groups::present() const {
    std::vector<std::pair<key, group>> sorted{groups_.begin(), groups_.end()};
    std::ranges::stable_sort(sorted, std::greater{}, [](auto const& g) { return g.second.count; });
    boost::json::array rows;
    for (auto const& [what, letters] : sorted) {
        auto const& [queue, task, type, reason] = what;
        rows.push_back({{"queue", queue},
                        {"task", text_or_null(task)},
                        {"error_type", text_or_null(type)},
                        {"death", text_or_null(to_string(reason))},
                        {"count", letters.count},
                        {"first_at", time_or_null(letters.first)},
                        {"last_at", time_or_null(letters.last)},
                        {"last_id", letters.example.to_string()}});
    }
    return rows;
}

} // namespace peyk::cli
