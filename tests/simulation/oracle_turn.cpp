// Between two turns of the engine: what may not be left undone, and what the core says of itself.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

void oracle::check_turn(broker_state const& core, moment now) {
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.waits() && m.has_expired(advanced_to_.wall)) {
            violated("expired and still there", {number});
        }
        if (m.state == message_state::scheduled && m.due > advanced_to_.wall &&
            m.due <= last_turn_.wall) {
            violated("due a turn ago, and nobody told the core", {number});
        }
        auto const held = patience_.find(m.lease);
        if (m.state == message_state::leased && held != patience_.end() &&
            held->second.must <= advanced_to_.wall) {
            violated("held longer than its queue allows", {number});
        }
        if (m.state == message_state::leased && !connections_.contains(m.holder) &&
            !just_lost_.contains(m.holder)) {
            auto const lost = lost_at_.find(m.holder);
            if (lost == lost_at_.end() ||
                lost->second + limits_.session_grace <= advanced_to_.steady) {
                violated("a lost session still holds it", {number});
            }
        }
    }
    for (auto const& [id, c] : connections_) {
        must(c.heard + c.heartbeat * limits_.heartbeats_missed_max > advanced_to_.steady,
             "a silent session counts as there: " + text(id));
        for (auto const& [request, ids] : c.watches) {
            for (auto const message : ids) {
                auto const* m = recorded_.find(message);
                must(m && !m->is_final(), "a watcher was not told of the end: " + text(message));
            }
        }
    }
    auto const stats = core.stats();
    must(stats.messages == recorded_.unfinished(), "another count of messages");
    if (!stats.settling) {
        check_hungry(now);
        check_obstacles(core, now);
    }
    check_schedules();
    note_selective_queues();
    check_queues(core);
    check_deadline(core);
    last_turn_ = now;
}

// Every slot that has come is used up, by a message or by being left out.
void oracle::check_schedules() {
    if (disk_full_ || full_until_ > advanced_to_.wall || !advanced_) {
        return; // a fire that found no room is tried again
    }
    for (auto const& [name, s] : recorded_.schedules()) {
        auto& [since, up_to] = fired_up_to_[name];
        if (since != s.since) {
            since = s.since;
            up_to = unset;
        }
        if (!s.paused) {
            must(slots_between(s, std::max(s.last_slot, up_to), advanced_to_.wall) == 0,
                 "a slot has come and nothing fired: " + name);
            up_to = advanced_to_.wall;
        }
    }
}

// Sweeps work at the begin of a turn: what they meet there is what the turn before left.
void oracle::note_selective_queues() {
    for (auto const& [id, sweep] : recorded_.sweeps()) {
        auto& noted = sweeps_[id].selective;
        for (auto const& [number, m] : recorded_.messages()) {
            for (std::string const* queue : {&m.queue, &m.origin, &sweep.spec.to}) {
                if (!queue->empty() && selective(*queue, advanced_to_.wall)) {
                    noted.insert(*queue);
                }
            }
        }
    }
}

// Queues say what is in them.
void oracle::check_queues(broker_state const& core) const {
    std::map<std::string, queue_stats> counted;
    for (auto const& [number, m] : recorded_.messages()) {
        auto& q = counted[m.queue];
        q.bytes += m.is_final() ? 0 : m.what->content.size();
        switch (m.state) {
        case message_state::scheduled:
        case message_state::ready:
            ++q.ready;
            break;
        case message_state::leased:
            ++q.leased;
            break;
        case message_state::blocked:
            ++q.blocked;
            break;
        case message_state::dead:
            ++q.dead;
            break;
        default:
            break;
        }
    }
    for (auto const& [name, is] : counted) {
        auto const told = core.queue(name);
        if (!told) {
            must(is.ready + is.leased + is.blocked + is.dead == 0, "a queue is missing: " + name);
            continue;
        }
        must(told->ready + told->scheduled == is.ready && told->leased == is.leased &&
                 told->blocked == is.blocked && told->dead == is.dead && told->bytes == is.bytes,
             "a queue counts otherwise: " + name);
        must(told->draining == recorded_.held(hold_scope::publishing, name, advanced_to_.wall) ||
                 !advanced_,
             "a queue drains, or not, though it should not: " + name);
    }
}

// What a session kept through a reconnect counts against each of its consumers: nobody outside
// knows which of them it belongs to.
oracle::leases_by_session oracle::kept_leases() const {
    leases_by_session kept;
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.state == message_state::leased) {
            ++kept[m.holder];
        }
    }
    for (auto const& [session, connection] : connections_) {
        for (auto const& [id, c] : connection.consumers) {
            kept[session] -= c.in_flight.size();
        }
    }
    return kept;
}

// A session with a consumer that has room for it and takes it; none: nobody.
std::optional<session_id> oracle::who_waits_for(model_message const& m,
                                                leases_by_session const& kept) const {
    for (auto const& [session, connection] : connections_) {
        auto const at = kept.find(session);
        auto const of_before = at == kept.end() ? 0 : at->second;
        for (auto const& [id, c] : connection.consumers) {
            if (!connection.stalled && c.in_flight.size() + of_before < c.credit && c.takes(m)) {
                return session;
            }
        }
    }
    return std::nullopt;
}

// Nobody waits for a message that is ready.
void oracle::check_hungry(moment now) const {
    auto const kept = kept_leases();
    for (auto const& [number, m] : recorded_.messages()) {
        bool const ready = m.state_at(advanced_to_.wall) == message_state::ready;
        if (!ready || m.has_expired(now.wall) || held_back(m, advanced_to_.wall) ||
            !free_to_go(m, {number})) {
            continue;
        }
        if (auto const session = who_waits_for(m, kept)) {
            violated("ready, and the consumer of " + text(*session) + " waits", {number});
        }
    }
}

void oracle::check_deadline(broker_state const& core) const {
    auto const deadline = core.next_deadline();
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.state == message_state::scheduled && m.due > advanced_to_.wall &&
            deadline.wall > m.due) {
            violated("the deadline is later than it is due", {number});
        }
        if (m.waits() && m.expires > advanced_to_.wall && deadline.wall > m.expires) {
            violated("the deadline is later than it expires", {number});
        }
    }
    for (auto const& [number, m] : recorded_.messages()) {
        if (m.is_final() && m.until > advanced_to_.wall && deadline.wall > m.until) {
            violated("the deadline is later than its result ends", {number});
        }
    }
    for (auto const& [what, until] : recorded_.holds()) {
        must(until <= advanced_to_.wall || deadline.wall <= until,
             "the deadline is later than the end of a hold: " + what.second);
    }
    for (auto const& [id, c] : connections_) {
        must(deadline.steady <= c.heard + c.heartbeat * limits_.heartbeats_missed_max,
             "the deadline is later than the end of a session: " + text(id));
    }
}

void oracle::check_states(broker_state const& core) const {
    for (auto const& [number, m] : recorded_.messages()) {
        check_status(core.status(m.what->fields.id), &m);
    }
}

} // namespace peyk::simulation
