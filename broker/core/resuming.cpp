// A client comes back and says what it still holds. What it names and may keep goes on; what it
// does not name never reached it.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

void broker_state::members::resume(session& with,
                                   connect const& command,
                                   std::vector<held_delivery>& lost) {
    std::vector<delivery_token> named;
    named.reserve(command.held.size());
    for (held_delivery const& held : command.held) {
        named.push_back(held.token);
    }
    std::ranges::sort(named);
    for (auto next = with.leases.begin(); next != with.leases.end();) {
        lease& held = *next++;
        if (!std::ranges::binary_search(named, held.token)) {
            give_back(held);
        }
    }
    for (held_delivery const& held : command.held) {
        if (!with.settled.contains(held.token) && !adopt(with, held)) {
            lost.push_back(held);
        }
    }
}

// Whether the delivery is the session's, from now on or still.
bool broker_state::members::adopt(session& by, held_delivery const& held) {
    lease* known = deliveries.find(held.token);
    if (known != nullptr) {
        if (known->holder != &by || known->message->id != held.message) {
            return false;
        }
    } else {
        message_entry* const e = adoptable(held);
        if (e == nullptr) {
            return false;
        }
        if (e->final()) { // Ended by this very delivery, only the client does not know.
            by.settled.add(held.token);
            return true;
        }
        if (e->state == message_state::ready) {
            e->lane->home().take_ready(*e);
            if (e->cost() > 1) {
                look_again(*e); // The next one may cost less.
            }
        }
        wall.remove(*e);
        record_session(by, true);
        // What was delivered in this epoch has been charged then.
        bool const charged = held.token.epoch != mark.epoch;
        known = &grant(*e, held.token, by, charged);
        renew(*known);
        record_lease(*e, held.token, by, charged);
        key_started(*e); // Its delivery freed the key; the crash took that back.
    }
    if (held.started && !known->started) {
        mark_started(*known);
    }
    return true;
}

// The message, if nobody else has it and it did not end otherwise.
message_entry* broker_state::members::adoptable(held_delivery const& held) {
    delivery_token const newest{mark.epoch, last_delivery};
    message_entry* const e = messages.find(held.message);
    if (e == nullptr || held.token.epoch.value == 0 || held.token > newest) {
        return nullptr;
    }
    switch (e->state) {
    case message_state::ready:
        return may_run(*e) ? e : nullptr;
    case message_state::scheduled:
        return e->due <= now.wall && may_run(*e) ? e : nullptr;
    case message_state::leased:
    case message_state::blocked:
        return nullptr;
    case message_state::succeeded:
    case message_state::failed:
    case message_state::revoked:
    case message_state::dead:
        break;
    }
    return e->detail && e->detail->settled_by == held.token ? e : nullptr;
}

} // namespace peyk::core
