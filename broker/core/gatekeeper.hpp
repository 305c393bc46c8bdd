#pragma once
// Between the places of the queues and the limiters. Internal to the core.

#include "broker/core/broker_members.hpp"

namespace peyk::core {

struct broker_state::members::gatekeeper final : admission, place_listener {
    explicit gatekeeper(members& owner) : of(owner) {}
    virtual ~gatekeeper() = default;

    // Parks what a limit refuses. What only this reader may not have stays where it is.
    bool admits(section& part, consumer const& reader) override;
    bool admits(track& part) override;

    void came(section& part) override;
    void came(track& part) override;
    void goes(section& part) override;
    void goes(track& part) override;
    void turns_ended(core::queue& of_these) override;

    members& of;
};

// visit(limiter&) for all that are about this message.
template <class Visitor>
void for_each_limiter(message_entry const& e, Visitor visit) {
    track& in = e.lane->above();
    for (limiter* const each : in.above().limiters) {
        visit(*each);
    }
    for (limiter* const each : in.limiters) {
        visit(*each);
    }
}

} // namespace peyk::core
