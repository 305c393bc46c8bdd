// What programs say of themselves, and who is there.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <utility>

namespace peyk::core {

// Replaces what it said before; what is too much is left out.
void broker_state::members::take_facts(session& of,
                                       std::span<fact const> facts,
                                       std::string_view metrics) {
    constexpr std::size_t fact_cost = sizeof(of.facts.front()) + 32;
    of.facts.clear();
    facts_bytes -= std::exchange(of.facts_bytes, 0);
    std::size_t bytes = 0;
    for (fact const& each : facts) {
        bytes += each.name.size() + each.value.size();
        if (of.facts.size() >= bounds.facts_max || bytes > bounds.facts_bytes_max) {
            break;
        }
        of.facts.emplace_back(each.name, each.value);
        of.facts_bytes += each.name.size() + each.value.size() + fact_cost;
    }
    of.metrics = metrics.size() <= bounds.metrics_bytes_max ? metrics : std::string_view{};
    of.facts_bytes += of.metrics.size();
    facts_bytes += of.facts_bytes;
}

void broker_state::members::apply(introduce const& command) {
    session* const by = client(command.session, {});
    if (by == nullptr || by->state != session_state::connected) {
        return;
    }
    take_facts(*by, command.facts, command.metrics);
    if (by->online && now.wall - by->told_heartbeat >= bounds.worker_heartbeat_every) {
        by->told_heartbeat = now.wall;
        tell(event_kind::worker_heartbeat, *by);
    }
}

namespace {

consumer_view view_of(consumer const& from) {
    consumer_view seen;
    seen.id = from.id;
    seen.credit = from.credit;
    seen.unsettled = from.unsettled;
    for (auto const& source : from.sources) {
        seen.queues.push_back(source->source->name());
    }
    for (interned_name const* const task : from.tasks) {
        seen.tasks.push_back(task->text);
    }
    std::ranges::sort(seen.tasks);
    return seen;
}

session_view view_of(session const& from) {
    session_view seen;
    seen.id = from.id;
    seen.name = from.name;
    seen.connected = from.state == session_state::connected;
    seen.stalled = from.stalled;
    seen.heard = from.heard;
    seen.since = from.since;
    seen.facts = from.facts;
    seen.metrics = from.metrics;
    seen.labels = from.labels;
    for (auto const& each : from.consumers) {
        seen.consumers.push_back(view_of(*each));
    }
    for (lease const& each : from.leases) {
        ++seen.leased;
        seen.started += each.started ? 1 : 0;
    }
    seen.delivered = from.delivered_count;
    seen.delivered_at = from.delivered_at;
    seen.settled = from.settled_count;
    return seen;
}

// Away, it subscribes to nothing; what it did before is remembered.
bool is_worker(session const& of) {
    return of.state == session_state::connected ? !of.consumers.empty() : of.consumes;
}

} // namespace

std::vector<session_view> broker_state::members::session_list(session_id after,
                                                              std::size_t count_max,
                                                              bool workers_only) const {
    std::vector<session_view> seen;
    for (auto next = sessions.upper_bound(after); next != sessions.end() && seen.size() < count_max;
         ++next) {
        session const& of = *next->second;
        if (of.state != session_state::remembered && (!workers_only || is_worker(of))) {
            seen.push_back(view_of(of));
        }
    }
    return seen;
}

} // namespace peyk::core
