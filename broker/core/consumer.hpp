#pragma once
// One subscription of a session: which queues it reads, for which tasks, with how much credit.
// Holds at most `credit` unsettled deliveries, unless the credit was lowered meanwhile.

#include "broker/core/ids.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/queue.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace peyk::core {

struct session;

struct consumer {
    session* owner = nullptr;
    consumer_id id;
    std::uint32_t credit = 0;
    std::uint32_t unsettled = 0;
    bool stalled = false; // its session takes nothing now
    bool hungry = false;  // linked in the queues it reads
    std::vector<std::unique_ptr<subscription>> sources;
    std::vector<interned_name const*> tasks; // sorted by address; empty: everything

    consumer() = default;
    consumer(consumer const&) = delete;
    consumer& operator=(consumer const&) = delete;

    [[nodiscard]] bool takes(lane_key const& key) const {
        return tasks.empty() || std::ranges::binary_search(tasks, key.task);
    }

    // The best message over all of its queues; null if there is none.
    [[nodiscard]] message_entry* best() const {
        message_entry* found = nullptr;
        for (auto const& source : sources) {
            message_entry* const head = source->source->best_for(*this);
            if (head != nullptr && (found == nullptr || sooner{}(*head, *found))) {
                found = head;
            }
        }
        return found;
    }

    // Links it in, or unlinks it from, the queues it reads, as its credit says.
    void update_hunger() {
        bool const now = unsettled < credit && !stalled;
        if (now == hungry) {
            return;
        }
        hungry = now;
        for (auto const& source : sources) {
            auto& waiting = source->source->hungry;
            if (now) {
                waiting.push_back(*source);
            } else {
                waiting.erase(waiting.iterator_to(*source));
            }
        }
    }
};

} // namespace peyk::core
