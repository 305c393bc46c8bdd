#include "client/cli/queue_rates.hpp"

#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

// Counts begin anew with the broker: then the rate is not known.
std::optional<double> rate(std::uint64_t before, std::uint64_t now, double seconds) {
    if (now < before || seconds <= 0)
        return std::nullopt;
    return static_cast<double>(now - before) / seconds;
}

std::string why_held(queue_stats const& of) {
    if (of.held)
        return "paused" + (of.held_until ? " until " + format_time(*of.held_until) : "") +
               (of.held_reason.empty() ? "" : ": " + of.held_reason);
    for (auto const& each : of.obstacles) {
        if (each.kind != obstacle_kind::none && each.kind != obstacle_kind::behind_others) {
            std::string text{to_string(each.kind)};
            return each.name.empty() ? text : text + ' ' + each.name;
        }
    }
    if (of.draining)
        return "draining";
    return of.ready > 0 && of.consumers == 0 ? "nobody_reads" : "";
}

json::value or_null(auto const& given) {
    return given ? json::value(*given) : json::value{};
}

} // namespace

std::vector<queue_row> queue_rates::take(std::vector<queue_stats> queues, look_time when) {
    auto const seconds = std::chrono::duration<double>{when.steady - looked_}.count();
    std::map<std::string, counts, std::less<>> seen;
    std::vector<queue_row> rows;
    for (auto& queue : queues) {
        queue_row row;
        if (auto const old = before_.find(queue.name); old != before_.end()) {
            row.in_per_s = rate(old->second.published, queue.published, seconds);
            row.out_per_s = rate(old->second.settled, queue.settled, seconds);
        }
        if (queue.oldest_ready) {
            auto const age =
                std::chrono::floor<std::chrono::milliseconds>(when.wall - *queue.oldest_ready);
            row.oldest = std::max(age, std::chrono::milliseconds{0});
        }
        row.why = why_held(queue);
        seen[queue.name] = {queue.published, queue.settled};
        row.now = std::move(queue);
        rows.push_back(std::move(row));
    }
    before_ = std::move(seen);
    looked_ = when.steady;
    return rows;
}

json::object present(queue_row const& of) {
    auto fields = present(of.now);
    fields["in_per_s"] = or_null(of.in_per_s);
    fields["out_per_s"] = or_null(of.out_per_s);
    fields["oldest_ready_ms"] = of.oldest ? json::value(of.oldest->count()) : json::value{};
    fields["why"] = text_or_null(of.why);
    return fields;
}

} // namespace peyk::cli
