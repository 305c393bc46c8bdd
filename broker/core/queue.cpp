#include "broker/core/queue.hpp"

#include "broker/core/assert.hpp"
#include "broker/core/consumer.hpp"

namespace peyk::core {

void queue::clear() {
    hungry.clear();
    heads_.clear();
    for (auto& [key, lane] : lanes_) {
        lane->ready_.clear();
    }
}

lane& queue::lane_of(lane_key key) {
    if (last_lane_ != nullptr && last_lane_->key_ == key) {
        return *last_lane_;
    }
    auto& place = lanes_[key];
    if (!place) {
        place = std::make_unique<lane>(*this, key);
    }
    return *(last_lane_ = place.get());
}

void queue::enter(message_entry& entry, lane_key key) {
    entry.lane = &lane_of(key);
    ++entry.lane->messages_;
}

void queue::leave(message_entry& entry) {
    lane& left = *entry.lane;
    entry.lane = nullptr;
    if (--left.messages_ == 0 && lanes_.size() > idle_lanes_max) {
        if (last_lane_ == &left) {
            last_lane_ = nullptr;
        }
        lanes_.erase(lane_key{left.key_});
    }
}

void queue::push_ready(message_entry& entry) {
    lane& into = *entry.lane;
    if (into.ready_.empty()) {
        into.ready_.push_back(entry);
        heads_.insert(into);
        return;
    }
    // Most messages come in order: behind the last one there is nothing to search for.
    if (sooner{}(*into.ready_.rbegin(), entry)) {
        into.ready_.push_back(entry);
        return;
    }
    bool const new_head = sooner{}(entry, into.head());
    if (new_head) {
        unlink_head(into);
    }
    into.ready_.insert(entry);
    if (new_head && !into.is_linked()) {
        heads_.insert(into);
    }
}

void queue::remove_ready(message_entry& entry) {
    lane& from = *entry.lane;
    PEYK_ASSERT(!from.ready_.empty());
    bool const head = &from.head() == &entry;
    if (head) {
        unlink_head(from);
    }
    from.ready_.erase(from.ready_.iterator_to(entry));
    if (!head) {
        return;
    }
    if (from.ready_.empty()) {
        if (from.is_linked()) {
            heads_.erase(heads_.iterator_to(from));
        }
    } else if (!from.is_linked()) {
        heads_.insert(from);
    }
}

// The lane's head is about to change, and with it the lane's place among the others. A lane that
// is alone keeps its place whatever its head.
void queue::unlink_head(lane& changing) {
    if (heads_.size() > 1) {
        heads_.erase(heads_.iterator_to(changing));
    }
}

message_entry* queue::best_for(consumer const& reader) const {
    for (lane const& candidate : heads_) {
        if (reader.takes(candidate.key())) {
            return &candidate.head();
        }
    }
    return nullptr;
}

queue_stats queue::stats() const {
    auto const counted = [this](message_state state) {
        return counts_[static_cast<std::size_t>(state)];
    };
    queue_stats seen;
    seen.name = name_.text;
    seen.ready = counted(message_state::ready);
    seen.scheduled = counted(message_state::scheduled);
    seen.leased = counted(message_state::leased);
    seen.dead = counted(message_state::dead);
    seen.consumers = consumers;
    seen.lanes = lanes_.size();
    seen.oldest_ready = heads_.empty() ? unset : heads_.begin()->head().published;
    seen.published = published;
    seen.delivered = delivered;
    seen.settled = settled;
    return seen;
}

} // namespace peyk::core
