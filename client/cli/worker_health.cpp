#include "client/cli/worker_health.hpp"

#include "client/cli/value.hpp"
#include "client/cli/worker_choice.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace peyk::cli {
namespace {

using std::chrono::milliseconds;

// Workers say something every five seconds.
constexpr milliseconds heard_max{30'000};
// Ready messages of one queue that are looked at for one the worker could take.
constexpr std::uint32_t looked_at = 200;

bool has_labels(session_info const& worker, std::vector<std::string> const& wanted) {
    return std::ranges::all_of(wanted, [&](std::string const& each) {
        return std::ranges::find(worker.labels, each) != worker.labels.end();
    });
}

// Whether a consumer of this worker reads the queue and takes such tasks.
bool takes(session_info const& worker, status const& message) {
    auto const has = [](std::vector<std::string> const& all, std::string const& one) {
        return std::ranges::find(all, one) != all.end();
    };
    return has_labels(worker, message.labels) &&
           std::ranges::any_of(worker.consumers, [&](consumer_info const& each) {
               return has(each.queues, message.queue) &&
                      (each.tasks.empty() || has(each.tasks, message.task));
           });
}

// No rule is in its way, only workers.
bool waits_for_workers(obstacle_kind why) {
    return why == obstacle_kind::none || why == obstacle_kind::slow_readers ||
           why == obstacle_kind::behind_others;
}

std::optional<status>
waiting_in(client& broker, std::string const& queue, session_info const& worker) {
    auto page =
        broker.messages({.queue = queue, .states = {message_state::ready}}, 0, looked_at).messages;
    std::erase_if(page, [&](status const& each) { return !takes(worker, each); });
    std::vector<message_id> ids;
    for (auto const& each : page)
        ids.push_back(each.id);
    if (ids.empty())
        return std::nullopt;
    auto const reasons = broker.why(ids);
    for (std::size_t at = 0; at < page.size() && at < reasons.size(); ++at) {
        if (waits_for_workers(reasons[at].kind))
            return page[at];
    }
    return std::nullopt;
}

// A message that is ready, that no rule holds back, and that this worker takes.
std::optional<status> waiting_for(client& broker, session_info const& worker) {
    auto const all = queues_of(worker);
    std::set<std::string> const reads{all.begin(), all.end()};
    for (auto const& queue : broker.queues()) {
        if (queue.ready == 0 || queue.held || !reads.contains(queue.name))
            continue;
        if (auto found = waiting_in(broker, queue.name, worker))
            return found;
    }
    return std::nullopt;
}

std::string ago(milliseconds length) {
    return format_duration(std::chrono::floor<std::chrono::seconds>(length)) + " ago";
}

std::string holds(worker_slots const& slots) {
    return "it holds " + std::to_string(slots.unsettled) + " of " + std::to_string(slots.credit);
}

} // namespace

worker_slots slots_of(session_info const& worker) {
    worker_slots all;
    for (auto const& each : worker.consumers) {
        all.credit += each.credit;
        all.unsettled += each.unsettled;
    }
    return all;
}

// One that is away, or shuts down, has no consumers any more; what it said of itself stays.
bool is_worker(session_info const& program) {
    return !program.consumers.empty() || program.facts.contains("pool");
}

worker_health judge(client& broker, session_info const& worker, milliseconds stalled_after) {
    if (!worker.connected)
        return {false, "its connection was lost " + ago(worker.heard)};
    if (worker.heard > heard_max)
        return {false, "nothing was heard of it since " + ago(worker.heard)};
    if (worker.consumers.empty())
        return {true, "takes nothing new: it shuts down"};
    auto const slots = slots_of(worker);
    auto const last = "the last delivery was " + ago(worker.since_delivery);
    if (slots.busy())
        return {true, "busy: " + holds(slots) + "; " + last};
    if (worker.since_delivery < stalled_after)
        return {true, "at work: " + holds(slots) + "; " + last};
    auto const waiting = waiting_for(broker, worker);
    if (!waiting)
        return {true, "nothing waits for it: " + holds(slots)};
    auto const why = slots.credit == 0 ? "all its slots are held by functions that do not end"
                     : worker.stalled  ? "it does not read what it is sent"
                                       : "it takes nothing";
    return {false,
            "stalled: " + waiting->id.to_string() + " waits in queue " + waiting->queue + ", " +
                why + "; " + last};
}

} // namespace peyk::cli
