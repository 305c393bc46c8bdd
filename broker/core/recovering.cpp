// From the last fact replayed to the first command: the new epoch, who is waited for, and every
// message in its place.

#include "broker/core/broker_members.hpp"

#include <utility>

namespace peyk::core {

void broker_state::members::recovered() {
    by_number = {};
    touched.clear();
    for (auto const& q : queue_list) {
        q->touched = false;
    }
    ++mark.epoch.value;
    mark.since = now.wall;
    sampled = {now.steady, now.steady};
    out->records.emplace_back(record::epoch_started{mark.epoch, now.wall, &mark});
    order.append(mark);
    recover_queues();
    // By the order of their records most messages go behind the last one of their lane; by the
    // order of the index, a place would have to be searched for each.
    order.for_each([this](retained& each) {
        if (each.what() != retained::kind::message) {
            return;
        }
        auto& e = static_cast<message_entry&>(each);
        if (e.state == message_state::scheduled && e.due <= now.wall) {
            set_state(e, message_state::ready); // Before or meanwhile; no fact tells.
        }
        if (e.state == message_state::ready) {
            e.lane->home().push_ready(e);
        }
        if (e.lease != nullptr) {
            renew(*e.lease); // The clock stood still for whoever holds it.
        } else {
            set_deadline(e);
        }
    });
    recover_keys();
    recover_sessions();
    recover_schedules();
    find_all_limiters();
    record_configured_debts();
}

void broker_state::members::recover_sessions() {
    for (auto next = sessions.begin(); next != sessions.end();) {
        session& of = *next->second;
        ++next;
        of.state = session_state::grace;
        of.heard = now.steady;
        if (!of.recorded) { // Ended, or its record was lost: nobody will come back as it.
            while (!of.leases.empty()) {
                give_back(of.leases.front());
            }
            forget_session(of);
            continue;
        }
        set_deadline(of);
        if (of.consumes && !stopped_cleanly) {
            of.awaited = true;
            ++awaited;
        }
    }
    holding = awaited > 0;
    settling_end = now.steady + bounds.settling;
}

} // namespace peyk::core
