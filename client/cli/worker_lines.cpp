#include "client/cli/worker_lines.hpp"

#include "client/cli/joined_text.hpp"
#include "client/cli/value.hpp"
#include "client/cli/worker_choice.hpp"

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

json::object fields_of(session_info const& worker) {
    auto fields = present(worker);
    fields.erase("consumers");
    fields["health"] = health_of(worker);
    fields["labels"] = joined(worker.labels);
    fields["queues"] = joined(queues_of(worker));
    fields["tasks"] = tasks_line(worker);
    return fields;
}

} // namespace peyk::cli
