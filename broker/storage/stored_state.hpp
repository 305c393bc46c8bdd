#pragma once
// The numbers that stand for states on disk. They stay as they are whatever becomes of the
// enumeration.

#include "broker/core/message.hpp"
#include "broker/core/record.hpp"

#include <array>
#include <cstdint>

namespace peyk::storage {

// By number.
inline constexpr std::array<core::message_state, core::message_states> stored_states{
    core::message_state::scheduled,
    core::message_state::ready,
    core::message_state::leased,
    core::message_state::succeeded,
    core::message_state::failed,
    core::message_state::revoked,
    core::message_state::dead,
    core::message_state::blocked,
};

[[nodiscard]] constexpr std::uint32_t number_of(core::message_state state) {
    std::uint32_t number = 0;
    while (stored_states[number] != state) {
        ++number;
    }
    return number;
}

// A set of states: bit n is the state with the number n.
[[nodiscard]] constexpr std::uint32_t bits_of(core::state_set states) {
    std::uint32_t bits = 0;
    for (std::uint32_t number = 0; number < stored_states.size(); ++number) {
        bits |= states.contains(stored_states[number]) ? 1u << number : 0u;
    }
    return bits;
}

[[nodiscard]] constexpr core::state_set states_of(std::uint8_t bits) {
    std::uint8_t states = 0;
    for (std::uint32_t number = 0; number < stored_states.size(); ++number) {
        if ((bits >> number & 1u) != 0) {
            states =
                static_cast<std::uint8_t>(states | core::state_set{stored_states[number]}.bits());
        }
    }
    return core::state_set::of_bits(states);
}

} // namespace peyk::storage
