#pragma once
// Which messages: what lists, sweeps and people choose by. All that is given must hold.

#include "broker/core/ids.hpp"
#include "broker/core/message.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace peyk::core {

// A set of message states.
class state_set {
public:
    constexpr state_set() = default;
    constexpr state_set(std::initializer_list<message_state> states) {
        for (message_state const each : states) {
            bits_ = static_cast<std::uint8_t>(bits_ | (1u << static_cast<unsigned>(each)));
        }
    }
    [[nodiscard]] static constexpr state_set of_bits(std::uint8_t bits) {
        state_set made;
        made.bits_ = bits;
        return made;
    }
    [[nodiscard]] constexpr bool contains(message_state state) const {
        return (bits_ >> static_cast<unsigned>(state) & 1u) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }

    bool operator==(state_set const&) const = default;

private:
    std::uint8_t bits_ = 0;
};

inline constexpr state_set waiting_states{message_state::scheduled,
                                          message_state::ready,
                                          message_state::blocked};
inline constexpr state_set live_states{message_state::scheduled,
                                       message_state::ready,
                                       message_state::blocked,
                                       message_state::leased};

// In patterns `*` stands for any characters, also none. An empty pattern matches everything.
template <class Text>
struct basic_selector {
    Text queue = {};
    Text task = {};
    Text error = {}; // pattern for the type of the last error
    state_set states = {}; // empty: any
    Text tag = {};    // pattern; one of its tags matches
    Text worker = {}; // pattern for the name of who holds it, or settled it
    message_id root = {};
    message_id parent = {};
    wall_time published_after = unset; // at or after
    wall_time published_before = unset;
};

using selector = basic_selector<std::string_view>; // borrowed
using owned_selector = basic_selector<std::string>;

// Whether it matches no text but itself.
[[nodiscard]] inline bool is_exact(std::string_view pattern) {
    return !pattern.empty() && pattern.find('*') == std::string_view::npos;
}
// Whether `text` matches `pattern`. Takes at most pattern x text steps.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text);

} // namespace peyk::core
