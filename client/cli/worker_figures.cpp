#include "client/cli/worker_figures.hpp"

#include "client/cli/figures.hpp"

#include <boost/json.hpp>

#include <array>
#include <chrono>
#include <cmath>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 4> columns{
    {{"task", "TASK"}, {"runs", "RUNS", true}, {"ran", "RAN", true}, {"mean", "MEAN", true}}};

double ms_of(std::chrono::microseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

json::object present(task_runs const& of) {
    return {{"task", of.task}, {"runs", of.runs}, {"ran_ms", ms_of(of.ran)}};
}

std::string text_of(std::chrono::microseconds time) {
    return short_time(std::chrono::round<std::chrono::milliseconds>(time));
}

json::object row_of(task_runs const& of, std::string const& name) {
    return {{"task", name},
            {"runs", of.runs},
            {"ran", text_of(of.ran)},
            {"mean", of.runs == 0 ? "" : text_of(of.ran / static_cast<std::int64_t>(of.runs))}};
}

} // namespace

json::object present(worker_metrics const& of) {
    json::array tasks;
    for (auto const& each : of.tasks)
        tasks.push_back(present(each));
    json::array pools;
    for (auto const& each : of.pools)
        pools.push_back({{"pool", each.pool}, {"slots", each.slots}, {"busy", each.busy}});
    auto others = present(of.others);
    others.erase("task");
    return {{"succeeded", of.succeeded},
            {"failed", of.failed},
            {"retried", of.retried},
            {"handed_back", of.handed_back},
            {"crashed", of.crashed},
            {"tasks", std::move(tasks)},
            {"others", std::move(others)},
            {"pools", std::move(pools)}};
}

std::string busy_text(worker_metrics const& of) {
    std::string text;
    for (auto const& each : of.pools) {
        if (of.pools.size() > 1)
            text += (text.empty() ? "" : ", ") + each.pool + " ";
        text += std::to_string(std::lround(each.busy * 100)) + "%";
    }
    return text;
}

json::array run_rows(worker_metrics const& of) {
    json::array rows;
    for (auto const& each : of.tasks)
        rows.push_back(row_of(each, each.task));
    if (of.others.runs > 0)
        rows.push_back(row_of(of.others, "(others)"));
    return rows;
}

std::span<column const> run_columns() {
    return columns;
}

} // namespace peyk::cli
