// Parts of a queue come into being with their first message, and go some time after their last.

#include "broker/core/assert.hpp"
#include "broker/core/queue.hpp"

#include <algorithm>
#include <utility>

namespace peyk::core {

namespace {

bool is_place(lane const& of, place_key const& wanted) {
    return of.above().above().key() == wanted.section && of.limit_key() == wanted.limit_key &&
           of.fairness_key() == wanted.fairness_key;
}

} // namespace

void queue::enter(message_entry& entry, place_key const& place) {
    lane& into = lane_of(place);
    entry.lane = &into;
    joined(*into.flow_);
    ++into.messages_;
    ++into.above_->messages_;
    ++into.above_->above_->messages_;
    if (entry.options && entry.options->turn != nullptr) {
        ++entry.options->turn->messages;
    }
}

void queue::leave(message_entry& entry) {
    lane& left = *entry.lane;
    if (entry.options && entry.options->turn != nullptr) {
        ordering_turn& turn = *entry.options->turn;
        end_turn(entry);
        entry.options->turn = nullptr;
        if (--turn.messages == 0 && turns_.size() > idle_parts_max) {
            end(turn);
        }
    }
    entry.lane = nullptr;
    parted(*left.flow_);
    --left.above_->above_->messages_;
    --left.above_->messages_;
    if (--left.messages_ == 0 && lanes_ > idle_parts_max) {
        end(left);
    }
}

std::size_t queue::parts_missing(place_key const& place, std::string_view ordering_key) const {
    std::size_t const turn = !ordering_key.empty() && !turns_.contains(ordering_key) ? 1 : 0;
    auto const in = sections_.find(place.section);
    if (in == sections_.end()) {
        return turn + 3;
    }
    section const& above = *in->second;
    track const* below = above.plain_.get();
    if (!place.limit_key.empty()) {
        auto const found = above.tracks_.find(place.limit_key);
        below = found == above.tracks_.end() ? nullptr : found->second.get();
    }
    if (below == nullptr) {
        return turn + 2;
    }
    bool const known = place.fairness_key.empty() ? below->plain_ != nullptr
                                                  : below->lanes_.contains(place.fairness_key);
    return turn + (known ? 0 : 1);
}

lane& queue::lane_of(place_key const& place) {
    if (last_lane_ != nullptr && is_place(*last_lane_, place)) {
        return *last_lane_;
    }
    track& above = track_of(section_of(place.section), place.limit_key);
    if (place.fairness_key.empty() && above.plain_) {
        return *(last_lane_ = above.plain_.get());
    }
    if (auto const found = above.lanes_.find(place.fairness_key); found != above.lanes_.end()) {
        return *(last_lane_ = found->second.get());
    }
    flow& of = flow_of(place.fairness_key);
    ++of.lanes;
    ++lanes_;
    count_parts(1);
    auto made = std::make_unique<lane>(above, of, dispatch_order{&aging_ms_});
    last_lane_ = made.get();
    (of.key.empty() ? above.plain_ : above.lanes_[of.key]) = std::move(made);
    return *last_lane_;
}

section& queue::section_of(section_key const& key) {
    auto& place = sections_[key];
    if (!place) {
        place = std::make_unique<section>(*this, key);
        count_parts(1);
        if (key.task != nullptr && key.task->held != nullptr) {
            set_parking(*place, {true, false});
        }
        if (told_ != nullptr) {
            told_->came(*place);
        }
    }
    return *place;
}

track& queue::track_of(section& in, std::string_view limit_key) {
    if (limit_key.empty() && in.plain_) {
        return *in.plain_;
    }
    if (auto const found = in.tracks_.find(limit_key); found != in.tracks_.end()) {
        return *found->second;
    }
    count_parts(1);
    auto made = std::make_unique<track>(in, limit_key);
    track& whole = *made;
    (limit_key.empty() ? in.plain_ : in.tracks_[whole.key_]) = std::move(made);
    if (told_ != nullptr) {
        told_->came(whole);
    }
    return whole;
}

flow& queue::flow_of(std::string_view fairness_key) {
    if (fairness_key.empty()) {
        return keyless_;
    }
    if (auto const found = flows_.find(fairness_key); found != flows_.end()) {
        flow& known = *found->second;
        if (known.is_linked()) {
            idle_flows_.erase(idle_flows_.iterator_to(known));
        }
        return known;
    }
    auto made = std::make_unique<flow>();
    made->key = fairness_key;
    if (auto const weight = weights_.find(fairness_key); weight != weights_.end()) {
        made->weight = weight->second;
    }
    flow& whole = *made;
    flows_.emplace(whole.key, std::move(made));
    return whole;
}

void queue::joined(flow const& of) {
    keyed_ += of.key.empty() ? 0 : 1;
}

// With the last one that has a key the turns of the others end: these go by priority and age again.
void queue::parted(flow const& of) {
    if (of.key.empty() || --keyed_ > 0) {
        return;
    }
    while (!charged_.empty()) {
        lane& each = charged_.front();
        charged_.pop_front();
        each.tag_ = 0;
        each.charged_ = 0;
        if (!each.ready_.empty()) {
            reorder(each);
            unpark(*each.above_); // What is first now may cost less than what was refused.
        }
    }
    keyless_.finish = 0;
    if (told_ != nullptr) {
        told_->turns_ended(*this);
    }
}

ordering_turn& queue::turn_of(std::string_view ordering_key) {
    if (auto const found = turns_.find(ordering_key); found != turns_.end()) {
        return *found->second;
    }
    count_parts(1);
    auto made = std::make_unique<ordering_turn>();
    made->key = ordering_key;
    ordering_turn& whole = *made;
    turns_.emplace(whole.key, std::move(made));
    return whole;
}

void queue::set_weight(std::string_view fairness_key, std::uint32_t weight) {
    PEYK_ASSERT(weight > 0);
    if (fairness_key.empty()) {
        keyless_.weight = weight;
        return;
    }
    if (weight == 1) {
        if (auto const known = weights_.find(fairness_key); known != weights_.end()) {
            weights_.erase(known);
        }
    } else {
        weights_.insert_or_assign(std::string{fairness_key}, weight);
    }
    if (auto const found = flows_.find(fairness_key); found != flows_.end()) {
        found->second->weight = weight;
    }
}

void queue::end(lane& gone) {
    track& from = *gone.above_;
    flow& of = *gone.flow_;
    if (last_lane_ == &gone) {
        last_lane_ = nullptr;
    }
    if (of.key.empty()) {
        from.plain_.reset();
    } else {
        from.lanes_.erase(of.key);
    }
    --lanes_;
    count_parts(-1);
    if (--of.lanes == 0 && !of.key.empty()) {
        idle_flows_.push_back(of);
        end_idle_flows();
    }
    if (!from.plain_ && from.lanes_.empty()) {
        end(from);
    }
}

void queue::end(track& gone) {
    if (told_ != nullptr) {
        told_->goes(gone);
    }
    set_parking(gone, {});
    section& from = *gone.above_;
    count_parts(-1);
    if (gone.key_.empty()) {
        from.plain_.reset();
    } else {
        auto const found = from.tracks_.find(gone.key_);
        store_.ended_tracks.push_back(std::move(found->second));
        from.tracks_.erase(found);
    }
    if (!from.plain_ && from.tracks_.empty()) {
        end(from);
    }
}

void queue::end(section& gone) {
    if (told_ != nullptr) {
        told_->goes(gone);
    }
    set_parking(gone, {});
    count_parts(-1);
    sections_.erase(section_key{gone.key_});
}

// A key that took no more than the others may be forgotten. Each flow that becomes idle ends two,
// so that there are never many.
void queue::end_idle_flows() {
    for (int i = 0; i < 2 && !idle_flows_.empty(); ++i) {
        flow& oldest = idle_flows_.front();
        if (oldest.finish > turn_now_ && idle_flows_.size() <= idle_flows_max) {
            idle_flows_.splice(idle_flows_.end(), idle_flows_, idle_flows_.begin());
            continue;
        }
        turn_now_ = std::max(turn_now_, oldest.finish);
        idle_flows_.pop_front();
        auto const found = flows_.find(oldest.key);
        store_.ended_flows.push_back(std::move(found->second));
        flows_.erase(found);
    }
}

void queue::end(ordering_turn& gone) {
    count_parts(-1);
    auto const found = turns_.find(gone.key);
    store_.ended_turns.push_back(std::move(found->second));
    turns_.erase(found);
}

void queue::count_parts(std::ptrdiff_t more) {
    parts_ += static_cast<std::size_t>(more);
    store_.parts += static_cast<std::size_t>(more);
}

} // namespace peyk::core
