#pragma once
// In front of a pool in which a run may take several slots: lets a delivery through when as many
// as it takes are free, one after the other as they came. The first that waits keeps all behind it
// waiting, so that it is not waiting for ever. Pure: the station owns the pool and the thread. What
// waits here is never more than the consumer's credit, which is its bound.

#include <peyk/delivery.hpp>
#include <peyk/task_registry.hpp>

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <vector>

namespace peyk::worker_detail {

// What one run takes. A batch task has a pool to itself, whose slots are its messages.
[[nodiscard]] std::size_t slots_of(registered_task const* task);

class slot_gate {
public:
    // `spare`: deliveries the consumer may hold beyond the slots.
    slot_gate(std::size_t slots, std::size_t spare) : slots_(slots), spare_(spare) {}

    void push(delivery what, std::size_t wanted);
    // What begins now. Its slots are taken until left(); all of the pool's if it wants more.
    [[nodiscard]] std::vector<delivery> admit();
    // The function is over, or it never began.
    void left(delivery_token token);
    // The broker no longer counts it, and its function keeps its slots.
    void disown(delivery_token token);
    // False: it does not wait here.
    [[nodiscard]] bool remove(delivery_token token);
    [[nodiscard]] std::vector<delivery> take_all();
    // What has begun keeps what it took.
    void resize(std::size_t slots) { slots_ = slots; }

    // All that was let through or waits, whatever the pool has.
    [[nodiscard]] std::size_t wanted() const;
    // Deliveries the consumer may hold, so that no more come than there are slots that are free and
    // not waited for.
    [[nodiscard]] std::size_t credit() const;

private:
    struct waiting {
        delivery what;
        std::size_t wanted;
    };
    struct running {
        std::size_t wanted;
        std::size_t taken;
        bool is_counted = true; // by the broker, against the credit
    };

    std::size_t slots_;
    std::size_t spare_;
    std::deque<waiting> waiting_;
    std::unordered_map<delivery_token, running> running_;
    std::size_t taken_ = 0; // by those that run; may be more than there are after resize()
    std::size_t wanted_ = 0;
    std::size_t counted_ = 0;
};

} // namespace peyk::worker_detail
