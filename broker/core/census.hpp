#pragma once
// How many messages are in which state, and whereabouts in their memory: blocks of it, each with
// its counts and a hint of the names in it. Who looks for few among millions passes over the blocks
// that have none. Costs a few additions per change of a message's state.

#include "broker/core/message.hpp"
#include "broker/core/selector.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace peyk::core {

// What a look for messages is about, as far as the census knows them.
struct census_filter {
    state_set states = {};   // empty: any
    std::uint64_t names = 0; // bits of names it must have all of; see interned_name::bit
};

class census {
public:
    // In places; as memory comes.
    static constexpr std::size_t block_places = 256;

    // A message at this place came into a state, or is about to leave it.
    void count_in(std::size_t place, message_state state) {
        if (place / block_places >= blocks_.size()) {
            blocks_.resize(place / block_places + 1);
        }
        ++blocks_[place / block_places].counts[index(state)];
    }
    void count_out(std::size_t place, message_state state) {
        --blocks_[place / block_places].counts[index(state)];
    }
    // It has come to a queue, with its task. It is counted there, or will be next.
    void name(std::size_t place, std::uint64_t bits) {
        if (place / block_places >= blocks_.size()) {
            blocks_.resize(place / block_places + 1);
        }
        block& at = blocks_[place / block_places];
        at.names = at.empty() ? bits : at.names | bits;
    }

    // The first place from `place` on that may have such a message, or the end of its block: a look
    // at so many blocks at most.
    [[nodiscard]] std::size_t
    next(std::size_t place, census_filter const& wanted, std::size_t blocks_max) const {
        std::size_t at = place / block_places;
        if (at >= blocks_.size() || blocks_[at].may_have(wanted)) {
            return place;
        }
        std::size_t const end = std::min(blocks_.size(), at + blocks_max);
        while (at < end && !blocks_[at].may_have(wanted)) {
            ++at;
        }
        return at * block_places;
    }

private:
    struct block {
        std::array<std::uint16_t, message_states> counts{};
        std::uint64_t names = 0; // of all that came since there was none

        [[nodiscard]] bool empty() const { return counts == decltype(counts){}; }
        [[nodiscard]] bool may_have(census_filter const& wanted) const {
            if ((names & wanted.names) != wanted.names) {
                return false;
            }
            bool any = false;
            for (std::size_t i = 0; i < message_states; ++i) {
                bool const asked =
                    wanted.states.empty() || wanted.states.contains(static_cast<message_state>(i));
                any = any || (asked && counts[i] != 0);
            }
            return any;
        }
    };

    [[nodiscard]] static std::size_t index(message_state state) {
        return static_cast<std::size_t>(state);
    }

    std::vector<block> blocks_;
};

} // namespace peyk::core
