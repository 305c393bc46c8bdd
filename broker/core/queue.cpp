#include "broker/core/queue.hpp"

#include "broker/core/assert.hpp"
#include "broker/core/consumer.hpp"
#include "broker/core/hold.hpp"

#include <algorithm>
#include <vector>

namespace peyk::core {

lane::lane(queue& home, lane_key key)
    : home_(home), key_(key), held_(key.task != nullptr && key.task->held != nullptr),
      ready_(dispatch_order{&home.aging_ms_}) {}

void queue::clear() {
    hungry.clear();
    heads_.clear();
    for (auto& [key, lane] : lanes_) {
        lane->ready_.clear();
    }
    dead_.clear();
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
    ready_bytes_ += entry.body_bytes;
    if (into.ready_.empty()) {
        into.ready_.push_back(entry);
        link_head(into);
        return;
    }
    // Most messages come in order: behind the last one there is nothing to search for.
    dispatch_order const before{&aging_ms_};
    if (before(*into.ready_.rbegin(), entry)) {
        into.ready_.push_back(entry);
        return;
    }
    bool const new_head = before(entry, into.head());
    if (new_head) {
        unlink_head(into);
    }
    into.ready_.insert(entry);
    if (new_head) {
        link_head(into);
    }
}

void queue::remove_ready(message_entry& entry) {
    lane& from = *entry.lane;
    PEYK_ASSERT(!from.ready_.empty());
    ready_bytes_ -= entry.body_bytes;
    bool const head = &from.head() == &entry;
    if (head) {
        unlink_head(from);
    }
    from.ready_.erase(from.ready_.iterator_to(entry));
    if (!head) {
        return;
    }
    if (!from.ready_.empty()) {
        link_head(from);
    } else if (from.is_linked()) {
        heads_.erase(heads_.iterator_to(from));
    }
}

// The lane's head has changed, or it has one now.
void queue::link_head(lane& changed) {
    if (!changed.is_linked() && !changed.held_) {
        heads_.insert(changed);
    }
}

// The lane's head is about to change, and with it the lane's place among the others. A lane that
// is alone keeps its place whatever its head.
void queue::unlink_head(lane& changing) {
    if (changing.is_linked() && heads_.size() > 1) {
        heads_.erase(heads_.iterator_to(changing));
    }
}

message_entry* queue::best_for(consumer const& reader) const {
    if (held != nullptr) {
        return nullptr;
    }
    for (lane const& candidate : heads_) {
        if (reader.takes(candidate.key())) {
            return &candidate.head();
        }
    }
    return nullptr;
}

message_entry* queue::first_ready() const {
    message_entry* first = heads_.empty() ? nullptr : &heads_.begin()->head();
    if (heads_.size() == lanes_.size()) {
        return first;
    }
    dispatch_order const before{&aging_ms_};
    for (auto const& [key, lane] : lanes_) {
        bool const apart = lane->held_ && !lane->ready_.empty();
        if (apart && (first == nullptr || before(lane->head(), *first))) {
            first = &lane->head();
        }
    }
    return first;
}

void queue::hold_task(interned_name const& task, bool task_held) {
    auto const found = lanes_.find(lane_key{&task});
    if (found == lanes_.end()) {
        return;
    }
    lane& of = *found->second;
    of.held_ = task_held;
    if (task_held && of.is_linked()) {
        heads_.erase(heads_.iterator_to(of));
    } else if (!task_held && !of.ready_.empty()) {
        link_head(of);
    }
}

void queue::set_aging(duration aging) {
    if (aging.count() == aging_ms_) {
        return;
    }
    heads_.clear();
    std::vector<message_entry*> ready;
    auto const take = [&ready](message_entry* each) {
        ready.push_back(each);
    };
    for (auto& [key, lane] : lanes_) {
        lane->ready_.clear_and_dispose(take);
    }
    aging_ms_ = aging.count();
    ready_bytes_ = 0;
    std::ranges::sort(ready, [before = dispatch_order{&aging_ms_}](auto const* a, auto const* b) {
        return before(*a, *b);
    });
    for (message_entry* const each : ready) {
        push_ready(*each);
    }
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
    seen.lanes = lanes_.size();
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
