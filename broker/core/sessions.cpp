// Sessions come, are lost, come back, and are forgotten.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

session* broker_state::members::find_session(session_id id) {
    auto const found = sessions.find(id);
    return found == sessions.end() ? nullptr : found->second.get();
}

session* broker_state::members::client(session_id id, request_id request) {
    session* const found = find_session(id);
    if (found == nullptr) {
        out->effects.emplace_back(
            effect::refused{id, request, errc::invalid_argument, "session: it is not open"});
    } else if (found->state == session_state::connected) {
        found->heard = now.steady;
    }
    return found;
}

void broker_state::members::apply(connect const& command) {
    session* with = find_session(command.session);
    bool const known = with != nullptr;
    if ((!known && command.session.empty()) || !may_be(command.labels)) {
        out->effects.emplace_back(effect::closed{
            command.session,
            errc::invalid_argument,
            command.session.empty() ? "session: not zero" : allowed_in("labels", bounds)});
        return;
    }
    if (known) {
        drop_connection(*with);
    } else {
        with = open_session(command.session);
    }
    if (with == nullptr) {
        out->effects.emplace_back(effect::closed{command.session, errc::too_many_sessions});
        return;
    }
    if (with->state != session_state::connected) {
        ++counted.sessions;
    }
    with->state = session_state::connected;
    with->connection = command.connection;
    with->name = prefix(command.name, bounds.name_bytes_max);
    with->heartbeat =
        std::clamp(command.heartbeat == duration{0} ? bounds.heartbeat : command.heartbeat,
                   bounds.heartbeat_min,
                   bounds.heartbeat_max);
    with->heard = now.steady;
    with->since = now.wall;
    with->delivered_count = 0;
    with->delivered_at = now.steady;
    with->settled_count = 0;
    take_facts(*with, command.facts, command.metrics);
    with->labels.assign(command.labels.begin(), command.labels.end());
    std::ranges::sort(with->labels);
    with->labels.erase(std::ranges::unique(with->labels).begin(), with->labels.end());
    set_deadline(*with);
    effect::welcome answer{with->id, known, with->heartbeat, bounds.session_grace, {}};
    resume(*with, command, answer.lost);
    out->effects.emplace_back(std::move(answer));
}

bool broker_state::members::may_be(std::span<std::string_view const> labels) const {
    return labels.size() <= bounds.labels_max &&
           std::ranges::all_of(labels, [this](std::string_view each) {
               return !each.empty() && each.size() <= bounds.key_bytes_max;
           });
}

void broker_state::members::apply(disconnect const& command) {
    session* const of = find_session(command.session);
    if (of == nullptr) {
        return;
    }
    if (!command.goodbye) {
        if (of->state == session_state::connected) {
            lose_connection(*of);
        }
        return;
    }
    drop_connection(*of);
    while (!of->leases.empty()) {
        give_back(of->leases.front());
    }
    forget_session(*of);
}

// Null if there are too many, all of them in use.
session* broker_state::members::open_session(session_id id) {
    if (sessions.size() >= bounds.sessions_max) {
        session* idlest = nullptr;
        for (auto const& [other, candidate] : sessions) {
            bool const idle = candidate->state != session_state::connected &&
                              candidate->leases.empty() && !candidate->awaited;
            if (idle && (idlest == nullptr || candidate->heard < idlest->heard)) {
                idlest = candidate.get();
            }
        }
        if (idlest == nullptr) {
            return nullptr;
        }
        forget_session(*idlest);
    }
    return sessions.emplace(id, std::make_unique<session>(id)).first->second.get();
}

// The journal is to know this session, with or without consumers.
void broker_state::members::record_session(session& of, bool consumes) {
    if (of.recorded && of.consumes == consumes) {
        return;
    }
    of.recorded = true;
    of.consumes = consumes;
    out->records.emplace_back(
        record::session_opened{&of, of.id, of.name, consumes, of.accepted.intervals()});
    order.append(of);
}

// What a connection has, and loses with it: consumers and watches. What it holds stays.
void broker_state::members::drop_connection(session& of) {
    while (!of.consumers.empty()) {
        drop_consumer(of, *of.consumers.back());
        of.consumers.pop_back();
    }
    drop_watches(of);
    of.stalled = false;
    set_online(of, false);
}

void broker_state::members::lose_connection(session& of) {
    drop_connection(of);
    --counted.sessions;
    of.state = session_state::grace;
    of.heard = now.steady;
    set_deadline(of);
}

// The grace period is over.
void broker_state::members::end_lost_session(session& of) {
    while (!of.leases.empty()) {
        end_lost_lease(of.leases.front());
    }
    if (of.accepted.empty()) {
        forget_session(of);
        return;
    }
    no_longer_awaited(of);
    if (of.consumes) {
        record_session(of, false);
    }
    of.state = session_state::remembered;
    of.heard = now.steady;
    set_deadline(of);
}

// Holds nothing, has no connection.
void broker_state::members::forget_session(session& of) {
    if (of.state == session_state::connected) {
        --counted.sessions;
    }
    no_longer_awaited(of);
    if (of.recorded) {
        out->records.emplace_back(record::session_ended{of.id});
    }
    steady.remove(of);
    order.remove(of);
    facts_bytes -= of.facts_bytes;
    auto const found = sessions.find(of.id);
    ended_sessions.push_back(std::move(found->second));
    sessions.erase(found);
}

void broker_state::members::session_due(session& of) {
    switch (of.state) {
    case session_state::connected:
        if (of.heard + of.heartbeat * bounds.heartbeats_missed_max > now.steady) {
            set_deadline(of); // It was heard since.
            return;
        }
        out->effects.emplace_back(effect::closed{of.id, errc::heartbeat_missed});
        lose_connection(of);
        return;
    case session_state::grace:
        end_lost_session(of);
        return;
    case session_state::remembered:
        forget_session(of);
        return;
    }
}

void broker_state::members::no_longer_awaited(session& of) {
    if (!of.awaited) {
        return;
    }
    of.awaited = false;
    if (--awaited == 0 && holding) {
        release_dispatch();
    }
}

void broker_state::members::set_deadline(session& of) {
    duration wait{0};
    switch (of.state) {
    case session_state::connected:
        wait = of.heartbeat * bounds.heartbeats_missed_max;
        break;
    case session_state::grace:
        wait = bounds.session_grace;
        break;
    case session_state::remembered:
        wait = bounds.session_memory;
        break;
    }
    steady.set(of, of.heard + wait);
}

} // namespace peyk::core
