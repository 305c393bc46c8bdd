#include "client/cli/worker_lines.hpp"

#include "client/cli/joined_text.hpp"
#include "client/cli/value.hpp"
#include "client/cli/worker_choice.hpp"
#include "client/cli/worker_figures.hpp"

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 10> columns{{{"name", "WORKER"},
                                          {"health", "HEALTH"},
                                          {"pool", "POOL"},
                                          {"concurrency", "SLOTS", true},
                                          {"started", "RUNNING", true},
                                          {"reserved", "RESERVED", true},
                                          {"settled", "SETTLED", true},
                                          {"heard", "HEARD", true},
                                          {"queues", "QUEUES"},
                                          {"labels", "LABELS"}}};

constexpr std::array<column, 11> count_columns{{{"name", "WORKER"},
                                                {"health", "HEALTH"},
                                                {"pool", "POOL"},
                                                {"concurrency", "SLOTS", true},
                                                {"busy", "BUSY", true},
                                                {"load", "LOAD", true},
                                                {"succeeded", "SUCCEEDED", true},
                                                {"failed", "FAILED", true},
                                                {"retried", "RETRIED", true},
                                                {"handed_back", "HANDED BACK", true},
                                                {"crashed", "CRASHED", true}}};

// Of a worker that counts.
void add_counts(json::object& to, worker_metrics const& of) {
    to["busy"] = busy_text(of);
    to["succeeded"] = of.succeeded;
    to["failed"] = of.failed;
    to["retried"] = of.retried;
    to["handed_back"] = of.handed_back;
    to["crashed"] = of.crashed;
}

std::string fact(session_info const& worker, std::string const& name) {
    auto const found = worker.facts.find(name);
    return found == worker.facts.end() ? std::string{} : found->second;
}

std::string tasks_line(session_info const& worker) {
    auto const tasks = joined(tasks_of(worker));
    return tasks.empty() ? "every task" : tasks;
}

} // namespace

std::string health_of(session_info const& worker) {
    if (!worker.connected)
        return "away";
    return worker.stalled ? "stalled" : "ok";
}

json::object line_of(session_info const& worker) {
    return {{"name", worker.name},
            {"health", health_of(worker)},
            {"pool", fact(worker, "pool")},
            {"concurrency", fact(worker, "concurrency")},
            {"started", worker.started},
            {"reserved", worker.leased - std::min(worker.leased, worker.started)},
            {"settled", worker.settled},
            {"heard", format_duration(worker.heard) + " ago"},
            {"queues", joined(queues_of(worker))},
            {"tasks", tasks_line(worker)},
            {"labels", joined(worker.labels)}};
}

std::span<column const> worker_columns() {
    return columns;
}

json::object counts_of(session_info const& worker) {
    auto row = line_of(worker);
    row["load"] = fact(worker, "load");
    if (worker.metrics)
        add_counts(row, *worker.metrics);
    return row;
}

std::span<column const> worker_count_columns() {
    return count_columns;
}

json::object fields_of(session_info const& worker) {
    auto fields = present(worker);
    fields.erase("consumers");
    fields.erase("metrics");
    if (worker.metrics)
        add_counts(fields, *worker.metrics);
    fields["health"] = health_of(worker);
    fields["labels"] = joined(worker.labels);
    fields["queues"] = joined(queues_of(worker));
    fields["tasks"] = tasks_line(worker);
    return fields;
}

} // namespace peyk::cli
