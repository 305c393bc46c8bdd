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
    queue_choice choice = queue_choice::message;
    std::uint64_t turn_now = 0; // virtual time between its queues

    consumer() = default;
    consumer(consumer const&) = delete;
    consumer& operator=(consumer const&) = delete;

    // Tasks and labels of the section are for it.
    [[nodiscard]] bool takes(section const& part) const;
    // Whether it reads this task at all, whatever the labels.
    [[nodiscard]] bool announces(interned_name const* task) const {
        return tasks.empty() || std::ranges::binary_search(tasks, task);
    }
    // The message it should have next, from the queues it reads as `choice` says; null if there is
    // none.
    [[nodiscard]] message_entry* best(admission& by) const;
    // It has got one from there.
    void served(queue const& from, std::uint32_t cost);

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
