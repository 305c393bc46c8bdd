// Which of a queue's ready messages is first, and for whom.

#include "broker/core/assert.hpp"
#include "broker/core/consumer.hpp"
#include "broker/core/queue.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <vector>

namespace peyk::core {

message_entry* queue::best_for(consumer const& reader, admission& by) {
    if (held != nullptr) {
        return nullptr;
    }
    section* next = open_.empty() ? nullptr : &open_.first();
    while (next != nullptr) {
        section& part = *next;
        next = open_.after(part);
        if (!reader.takes(part)) {
            continue;
        }
        // A track that is refused is parked, which may put its section behind the next one: it is
        // met again there. Otherwise the section is asked again, about what is first in it now.
        while (part.is_linked() && (next == nullptr || part.rank() < next->rank()) &&
               by.admits(part, reader)) {
            track& best = part.first();
            if (by.admits(best)) {
                return &best.first().head();
            }
            PEYK_ASSERT(best.parking_.parked());
        }
    }
    return nullptr;
}

message_entry* queue::first_ready() const {
    lane const* first = open_.empty() ? nullptr : &open_.first().first().first();
    if (parked_ != 0) {
        for_each_section([&](section& in) {
            return in.for_each_track([&](track& of) {
                bool const sooner = of.ready_ != 0 &&
                                    (first == nullptr || of.first().rank() < first->rank());
                first = sooner ? &of.first() : first;
                return true;
            });
        });
    }
    if (first != nullptr) {
        return &first->head();
    }
    return contended_.empty()
               ? nullptr
               : const_cast<message_entry*>(&*contended_.front().waiting.begin());
}

// Serves the lanes in thought, from now on.
std::size_t queue::ahead_of(message_entry const& entry, std::size_t count_max) const {
    struct cursor {
        core::rank at;
        lane const* of;
        lane::ready_set::const_iterator next;
    };
    if (entry.options && entry.options->turn != nullptr &&
        entry.options->turn->current != &entry) {
        return 0;
    }
    std::vector<cursor> lanes;
    auto const add = [&lanes](lane const& each) {
        lanes.push_back({each.rank(), &each, each.ready_.begin()});
    };
    open_.for_each([&](section& in) {
        return in.order_.for_each([&](track& of) {
            return of.order_.for_each([&](lane& each) {
                if (&each != entry.lane) {
                    add(each);
                }
                return lanes.size() < count_max;
            });
        });
    });
    add(*entry.lane);
    auto const later = [](cursor const& a, cursor const& b) {
        return b.at < a.at;
    };
    std::ranges::make_heap(lanes, later);
    boost::unordered_flat_map<flow const*, std::uint64_t> finish;
    std::uint64_t now = turn_now_;
    for (std::size_t ahead = 0; ahead < count_max; ++ahead) {
        std::ranges::pop_heap(lanes, later);
        cursor& first = lanes.back();
        if (&*first.next == &entry) {
            return ahead;
        }
        now = std::max(now, first.at.tag);
        if (++first.next == first.of->ready_.end()) {
            lanes.pop_back();
            continue;
        }
        std::uint64_t tag = first.at.tag;
        if (keyed_ > 0) {
            flow const& payer = first.of->of_flow();
            std::uint64_t& end = finish.try_emplace(&payer, payer.finish).first->second;
            tag = std::max(now, end);
            end = tag + price(*first.next, payer);
        }
        first.at = rank_of(*first.next, tag);
        std::ranges::push_heap(lanes, later);
    }
    return count_max;
}

} // namespace peyk::core
