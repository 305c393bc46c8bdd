#include "broker/core/queue.hpp"

#include "broker/core/hold.hpp"

namespace peyk::core {

void queue::clear() {
    hungry.clear();
    open_.clear();
    for (auto& [key, in] : sections_) {
        in->order_.clear();
        in->for_each_track([](track& of) {
            of.order_.clear();
            return of.for_each_lane([](lane& each) {
                each.ready_.clear();
                return true;
            });
        });
    }
    contended_.clear();
    for (auto& [key, turn] : turns_) {
        turn->waiting.clear();
    }
    idle_flows_.clear();
    dead_.clear();
}

std::size_t queue::live() const {
    return count(message_state::scheduled) + count(message_state::ready) +
           count(message_state::leased) + count(message_state::blocked);
}

owned_queue_settings const& queue::settings() const {
    static owned_queue_settings const none;
    return policy == nullptr ? none : policy->settings;
}

void queue::count_in(message_entry& entry) {
    ++counts_[static_cast<std::size_t>(entry.state)];
    if (!entry.final()) {
        bytes_ += entry.body_bytes;
    } else if (entry.state == message_state::dead) {
        dead_.insert(dead_.end(), entry);
    }
}

void queue::count_out(message_entry& entry) {
    --counts_[static_cast<std::size_t>(entry.state)];
    if (!entry.final()) {
        bytes_ -= entry.body_bytes;
    } else if (entry.state == message_state::dead) {
        dead_.erase(dead_.iterator_to(entry));
    }
}

queue_stats queue::stats() const {
    queue_stats seen;
    seen.name = name_.text;
    seen.ready = count(message_state::ready);
    seen.scheduled = count(message_state::scheduled);
    seen.leased = count(message_state::leased);
    seen.blocked = count(message_state::blocked);
    seen.dead = count(message_state::dead);
    seen.consumers = consumers;
    seen.lanes = lanes_;
    message_entry const* const first = first_ready();
    seen.oldest_ready = first == nullptr ? unset : first->published;
    seen.published = published;
    seen.delivered = delivered;
    seen.settled = settled;
    seen.bytes = bytes_;
    seen.created = created;
    if (held != nullptr) {
        seen.held_until = held->until;
        seen.held_reason = held->reason;
    }
    seen.draining = draining != nullptr;
    seen.policy = policy == nullptr ? std::string_view{} : std::string_view{policy->pattern};
    return seen;
}

} // namespace peyk::core
