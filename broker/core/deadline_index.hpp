#pragma once
// Who is due next: a binary heap whose elements know their place in it, so that a deadline moves or
// goes away in O(log n). One deadline per element, none per timer. Owns nothing.

#include "broker/core/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace peyk::core {

// What an element's slot holds while it has no deadline.
inline constexpr std::uint32_t no_deadline_slot = ~std::uint32_t{0};

// `Element` has a public `std::uint32_t deadline_slot`, no_deadline_slot at first.
template <class TimePoint, class Element>
class deadline_index {
public:
    // The element is due at `at`, whatever was said before.
    void set(Element& what, TimePoint at) {
        if (what.deadline_slot == no_deadline_slot) {
            what.deadline_slot = static_cast<std::uint32_t>(heap_.size());
            heap_.push_back({at, &what});
            rise(what.deadline_slot);
        } else {
            heap_[what.deadline_slot].at = at;
            settle(what.deadline_slot);
        }
    }

    // The element has no deadline any more; harmless if it had none.
    void remove(Element& what) {
        std::uint32_t const hole = what.deadline_slot;
        if (hole == no_deadline_slot) {
            return;
        }
        PEYK_ASSERT(hole < heap_.size() && heap_[hole].what == &what);
        what.deadline_slot = no_deadline_slot;
        item const last = heap_.back();
        heap_.pop_back();
        if (last.what != &what) {
            put(hole, last);
            settle(hole);
        }
    }

    // The earliest deadline, or `otherwise`.
    [[nodiscard]] TimePoint next(TimePoint otherwise) const {
        return heap_.empty() ? otherwise : heap_.front().at;
    }

    // Takes out one element that is due at `now`; null when none is.
    [[nodiscard]] Element* take_due(TimePoint now) {
        if (heap_.empty() || heap_.front().at > now) {
            return nullptr;
        }
        Element* const due = heap_.front().what;
        remove(*due);
        return due;
    }

    [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
    struct item {
        TimePoint at;
        Element* what;
    };

    void put(std::uint32_t slot, item const& it) {
        heap_[slot] = it;
        it.what->deadline_slot = slot;
    }

    void settle(std::uint32_t slot) {
        rise(slot);
        sink(slot);
    }

    void rise(std::uint32_t slot) {
        item const moving = heap_[slot];
        while (slot > 0) {
            std::uint32_t const parent = (slot - 1) / 2;
            if (heap_[parent].at <= moving.at) {
                break;
            }
            put(slot, heap_[parent]);
            slot = parent;
        }
        put(slot, moving);
    }

    void sink(std::uint32_t slot) {
        item const moving = heap_[slot];
        for (;;) {
            std::size_t child = 2 * std::size_t{slot} + 1;
            if (child >= heap_.size()) {
                break;
            }
            if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) {
                ++child;
            }
            if (moving.at <= heap_[child].at) {
                break;
            }
            put(slot, heap_[child]);
            slot = static_cast<std::uint32_t>(child);
        }
        put(slot, moving);
    }

    std::vector<item> heap_;
};

} // namespace peyk::core
