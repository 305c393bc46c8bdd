#include "client/cli/top/top_rows.hpp"

#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace peyk::cli {
namespace {

namespace json = boost::json;

using milliseconds = std::chrono::milliseconds;

std::string fact(session_info const& of, std::string const& name) {
    auto const found = of.facts.find(name);
    return found == of.facts.end() ? std::string{} : found->second;
}

// A program says what it likes about itself: 0 for what is no number.
std::uint64_t number(session_info const& of, std::string const& name) {
    auto const text = fact(of, name);
    std::uint64_t value = 0;
    auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    return wrong == std::errc{} && end == text.data() + text.size() ? value : 0;
}

milliseconds between(time_point from, time_point to) {
    return std::max(std::chrono::floor<milliseconds>(to - from), milliseconds{0});
}

} // namespace

top_header
make_header(broker_stats const& broker, std::vector<queue_row> const& queues, time_point now) {
    top_header made{.broker = broker};
    if (broker.started_at)
        made.up = between(*broker.started_at, now);
    for (auto const& each : queues) {
        if (each.in_per_s)
            made.in_per_s = made.in_per_s.value_or(0) + *each.in_per_s;
        if (each.out_per_s)
            made.out_per_s = made.out_per_s.value_or(0) + *each.out_per_s;
    }
    return made;
}

worker_row make_row(session_info const& of) {
    worker_row made{.id = of.id,
                    .name = of.name,
                    .pool = fact(of, "pool"),
                    .slots = number(of, "concurrency"),
                    .busy = of.started,
                    .reserved = of.leased - std::min(of.leased, of.started),
                    .processed =
                        of.facts.contains("processed") ? number(of, "processed") : of.settled,
                    .rss_bytes = number(of, "rss_bytes"),
                    .load = fact(of, "load"),
                    .heard = of.heard,
                    .connected = of.connected,
                    .stalled = of.stalled};
    for (auto const& consumer : of.consumers)
        made.queues.insert(made.queues.end(), consumer.queues.begin(), consumer.queues.end());
    std::ranges::sort(made.queues);
    auto const [rest, end] = std::ranges::unique(made.queues);
    made.queues.erase(rest, end);
    return made;
}

failure_row make_row(event const& of) {
    auto error = of.error_type;
    if (!of.error_text.empty())
        error += (error.empty() ? "" : ": ") + of.error_text;
    return {.at = of.at,
            .id = of.id,
            .task = of.task,
            .queue = of.queue,
            .worker = of.worker,
            .error = std::move(error),
            .is_final = of.kind == event_kind::task_failed};
}

running_row make_row(status const& of, time_point now) {
    running_row made{
        .id = of.id, .task = of.task, .queue = of.queue, .state = std::string{to_string(of.state)}};
    if (of.started_at)
        made.since = between(*of.started_at, now);
    return made;
}

json::object present(top_header const& of) {
    auto fields = present(of.broker);
    fields["up_ms"] = of.up ? json::value(of.up->count()) : json::value{};
    fields["in_per_s"] = of.in_per_s ? json::value(*of.in_per_s) : json::value{};
    fields["out_per_s"] = of.out_per_s ? json::value(*of.out_per_s) : json::value{};
    return fields;
}

json::object present(worker_row const& of) {
    json::array queues;
    for (auto const& each : of.queues)
        queues.push_back(json::string{each});
    return {{"id", of.id},
            {"name", of.name},
            {"pool", text_or_null(of.pool)},
            {"slots", of.slots},
            {"busy", of.busy},
            {"reserved", of.reserved},
            {"processed", of.processed},
            {"rss_bytes", of.rss_bytes},
            {"load", text_or_null(of.load)},
            {"heard_ms", of.heard.count()},
            {"connected", of.connected},
            {"stalled", of.stalled},
            {"queues", std::move(queues)}};
}

json::object present(failure_row const& of) {
    return {{"at", format_time(of.at)},
            {"id", of.id.to_string()},
            {"task", text_or_null(of.task)},
            {"queue", text_or_null(of.queue)},
            {"worker", text_or_null(of.worker)},
            {"error", text_or_null(of.error)},
            {"final", of.is_final}};
}

} // namespace peyk::cli
