#include "broker/core/consumer.hpp"

#include "broker/core/assert.hpp"
#include "broker/core/session.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

// Turns begin anew before their numbers end.
constexpr std::uint64_t turn_max = std::uint64_t{1} << 62;

} // namespace

bool consumer::takes(section const& part) const {
    return announces(part.key().task) &&
           (part.key().labels == nullptr ||
            std::ranges::includes(owner->labels, part.key().labels->labels));
}

message_entry* consumer::best(admission& by) const {
    message_entry* found = nullptr;
    std::uint64_t first_turn = 0;
    for (auto const& source : sources) {
        message_entry* const head = source->source->best_for(*this, by);
        if (head == nullptr) {
            continue;
        }
        std::uint64_t const turn = std::max(source->turn, turn_now);
        switch (choice) {
        case queue_choice::listed:
            return head;
        case queue_choice::message:
            if (found == nullptr || sooner{}(*head, *found)) {
                found = head;
            }
            break;
        case queue_choice::weighted:
            if (found == nullptr || turn < first_turn) {
                found = head;
                first_turn = turn;
            }
            break;
        }
    }
    return found;
}

// Start-time fair queueing, as between the flows of a queue: who had nothing begins at the present
// turn.
void consumer::served(queue const& from, std::uint32_t cost) {
    if (choice != queue_choice::weighted) {
        return;
    }
    auto const source =
        std::ranges::find_if(sources, [&](auto const& each) { return each->source == &from; });
    PEYK_ASSERT(source != sources.end());
    subscription& of = **source;
    turn_now = std::max(of.turn, turn_now);
    of.turn = turn_now + cost * turn_scale / of.weight;
    if (turn_now > turn_max) {
        for (auto const& each : sources) {
            each->turn -= std::min(each->turn, turn_now);
        }
        turn_now = 0;
    }
}

} // namespace peyk::core
