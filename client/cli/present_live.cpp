#include "client/cli/present_live.hpp"

#include "client/cli/figures.hpp"
#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t id_tail = 12; // the random part: the first half is the time
constexpr std::size_t kind_width = 16;

json::value id_or_null(message_id id) {
    return id.is_nil() ? json::value{} : json::value(id.to_string());
}

} // namespace

json::object present(event const& of) {
    // The broker tells in one field who published a message and who works on it.
    bool const sent = of.kind == event_kind::task_sent;
    return {{"sequence", of.sequence},
            {"kind", to_string(of.kind)},
            {"at", format_time(of.at)},
            {"id", id_or_null(of.id)},
            {"task", text_or_null(of.task)},
            {"queue", text_or_null(of.queue)},
            {"publisher", text_or_null(sent ? of.worker : std::string{})},
            {"worker", text_or_null(sent ? std::string{} : of.worker)},
            {"attempt", of.attempt},
            {"error_type", text_or_null(of.error_type)},
            {"error_text", text_or_null(of.error_text)},
            {"waited_ms", of.waited.count()},
            {"ran_ms", of.ran.count()},
            {"missed", of.missed}};
}

std::string event_detail(event const& of) {
    std::string text = of.error_type;
    if (!of.error_text.empty())
        text += (text.empty() ? "" : ": ") + of.error_text;
    auto const add = [&](std::string const& part) {
        text += (text.empty() ? "" : ", ") + part;
    };
    if (of.kind == event_kind::task_received)
        add("waited " + short_time(of.waited));
    if (of.kind == event_kind::task_succeeded || of.kind == event_kind::task_failed ||
        of.kind == event_kind::task_retried)
        add("ran " + short_time(of.ran));
    if (of.attempt > 1)
        add("attempt " + std::to_string(of.attempt));
    // One line for each event.
    std::ranges::replace(text, '\n', ' ');
    return text;
}

std::string event_line(event const& of) {
    auto line = format_time(of.at) + "  " + fitted(to_string(of.kind), kind_width);
    auto const add = [&](std::string const& part) {
        line += "  " + (part.empty() ? "-" : part);
    };
    add(of.id.is_nil() ? std::string{} : of.id.to_string().substr(36 - id_tail));
    add(of.task);
    add(of.queue);
    add(of.kind == event_kind::task_sent && !of.worker.empty() ? "by " + of.worker : of.worker);
    if (auto const detail = event_detail(of); !detail.empty())
        add(detail);
    return line;
}

json::object present(quantiles const& of) {
    return {{"count", of.count},
            {"p50_ms", of.p50.count()},
            {"p95_ms", of.p95.count()},
            {"p99_ms", of.p99.count()}};
}

json::object present(statistics_sample const& of) {
    return {{"published", of.published},
            {"delivered", of.delivered},
            {"succeeded", of.succeeded},
            {"failed", of.failed},
            {"retried", of.retried},
            {"revoked", of.revoked},
            {"crashed", of.crashed},
            {"waited", present(of.waited)},
            {"ran", present(of.ran)}};
}

} // namespace peyk::cli
