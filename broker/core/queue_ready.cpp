// Ready messages: their turns, their lanes, and where that puts the parts above.

#include "broker/core/assert.hpp"
#include "broker/core/queue.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

ordering_turn* turn_of_key(message_entry const& e) {
    return e.options ? e.options->turn : nullptr;
}

} // namespace

void queue::push_ready(message_entry& entry) {
    ready_bytes_ += entry.body_bytes;
    if (ordering_turn* const turn = turn_of_key(entry)) {
        message_entry* const before = turn->current;
        bool const older_one = before != nullptr && before != &entry && !turn->delivered &&
                               older{}(entry, *before);
        if (older_one) {
            unlink(*before, false);
            unpark(*before->lane->above_);
            set_waiting(*before, true);
        } else if (before != nullptr && before != &entry) {
            set_waiting(entry, true);
            return;
        }
        turn->current = &entry;
    }
    link(entry);
}

void queue::remove_ready(message_entry& entry) {
    ready_bytes_ -= entry.body_bytes;
    ordering_turn* const turn = turn_of_key(entry);
    if (turn != nullptr && turn->current != &entry) {
        set_waiting(entry, false);
        return;
    }
    unlink(entry, false);
    if (turn != nullptr && !turn->delivered) {
        next_turn(*turn);
    }
}

void queue::take_ready(message_entry& entry) {
    ready_bytes_ -= entry.body_bytes;
    if (ordering_turn* const turn = turn_of_key(entry)) {
        PEYK_ASSERT(turn->current == &entry);
        turn->delivered = true;
    }
    unlink(entry, true);
}

void queue::end_turn(message_entry& entry) {
    ordering_turn* const turn = turn_of_key(entry);
    if (turn != nullptr && turn->current == &entry) {
        next_turn(*turn);
    }
}

void queue::keep_turn(message_entry& entry) {
    if (ordering_turn* const turn = turn_of_key(entry)) {
        turn->current = &entry;
        turn->delivered = true;
    }
}

bool queue::keeps_turn(message_entry const& entry) const {
    ordering_turn const* const turn = turn_of_key(entry);
    return turn != nullptr && turn->current == &entry && turn->delivered;
}

bool queue::has_turn(message_entry const& entry) const {
    ordering_turn const* const turn = turn_of_key(entry);
    return turn == nullptr || turn->current == nullptr || turn->current == &entry;
}

// Among those that wait for their turn, or out of there.
void queue::set_waiting(message_entry& entry, bool waits) {
    ordering_turn& turn = *entry.options->turn;
    if (waits) {
        turn.waiting.insert(turn.waiting.end(), entry);
        ++waiting_for_turn_;
    } else {
        turn.waiting.erase(turn.waiting.iterator_to(entry));
        --waiting_for_turn_;
    }
    if (turn.is_linked() == turn.waiting.empty()) {
        if (turn.waiting.empty()) {
            contended_.erase(contended_.iterator_to(turn));
        } else {
            contended_.push_back(turn);
        }
    }
}

// The oldest that waits comes into its lane.
void queue::next_turn(ordering_turn& of) {
    of.current = nullptr;
    of.delivered = false;
    if (!of.waiting.empty()) {
        message_entry& next = *of.waiting.begin();
        set_waiting(next, false);
        of.current = &next;
        link(next);
        unpark(*next.lane->above_); // It may cost less than what a limit refused there.
    }
}

// Into its lane.
void queue::link(message_entry& entry) {
    lane& into = *entry.lane;
    ++into.above_->ready_;
    ++into.above_->above_->ready_;
    dispatch_order const before{&aging_ms_};
    bool const alone = into.ready_.empty();
    // Most messages come in order: behind the last one there is nothing to search for.
    if (!alone && before(*into.ready_.rbegin(), entry)) {
        into.ready_.push_back(entry);
        return;
    }
    if (!alone && before(into.head(), entry)) {
        into.ready_.insert(entry);
        return;
    }
    into.ready_.push_front(entry);
    if (alone) {
        charge(into);
    }
    reorder(into);
}

// Out of its lane.
void queue::unlink(message_entry& entry, bool served) {
    lane& from = *entry.lane;
    PEYK_ASSERT(!from.ready_.empty());
    --from.above_->ready_;
    --from.above_->above_->ready_;
    bool const first = &from.head() == &entry;
    from.ready_.erase(from.ready_.iterator_to(entry));
    if (!first) {
        return;
    }
    if (served) {
        turn_now_ = std::max(turn_now_, from.tag_);
    } else {
        refund(from);
    }
    charge(from);
    reorder(from);
}

// The lane's first message gets its turn.
void queue::charge(lane& to) {
    if (keyed_ > 0 && !to.ready_.empty()) {
        flow& payer = *to.flow_;
        to.tag_ = std::max(turn_now_, payer.finish);
        to.charged_ = price(to.head(), payer);
        payer.finish = to.tag_ + to.charged_;
        if (!to.charged_hook_.is_linked()) {
            charged_.push_back(to);
        }
    }
}

// It leaves without having been delivered. Of several lanes the last one charged gets its due.
void queue::refund(lane& to) {
    if (to.charged_ != 0 && to.flow_->finish == to.tag_ + to.charged_) {
        to.flow_->finish = to.tag_;
    }
    to.charged_ = 0;
}

core::rank queue::rank_of(message_entry const& first, std::uint64_t tag) const {
    core::rank of;
    of.tag = tag;
    of.number = first.number.value;
    if (aging_ms_ == 0) {
        of.level = -std::int32_t{first.priority};
    } else {
        of.age = first.published.time_since_epoch().count() - first.priority * aging_ms_;
    }
    return of;
}

// Its first message is another one now, or there is one now, or none any more.
void queue::reorder(lane& changed) {
    track& above = *changed.above_;
    if (changed.ready_.empty()) {
        above.order_.drop(changed);
    } else {
        above.order_.place(changed, rank_of(changed.head(), changed.tag_));
    }
    reorder(above);
}

void queue::reorder(track& changed) {
    section& above = *changed.above_;
    if (changed.order_.empty() || changed.parking_.parked()) {
        above.order_.drop(changed);
    } else {
        above.order_.place(changed, changed.order_.first().rank());
    }
    reorder(above);
}

void queue::reorder(section& changed) {
    if (changed.order_.empty() || changed.parking_.parked()) {
        open_.drop(changed);
    } else {
        open_.place(changed, changed.order_.first().rank());
    }
}

} // namespace peyk::core
