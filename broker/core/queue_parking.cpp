// What takes parts of a queue out of their order, and puts them back into it.

#include "broker/core/queue.hpp"

#include <algorithm>
#include <vector>

namespace peyk::core {

namespace {

parking held(parking now, bool yes) {
    now.held = yes;
    return now;
}

parking over(parking now, bool yes) {
    now.over = yes;
    return now;
}

} // namespace

void queue::park(section& part) {
    set_parking(part, over(part.parking_, true));
}

void queue::unpark(section& part) {
    set_parking(part, over(part.parking_, false));
}

void queue::park(track& part) {
    set_parking(part, over(part.parking_, true));
}

// Its first message may cost less than the one its section was refused for: that is asked again.
void queue::unpark(track& part) {
    if (part.parking_.over) {
        set_parking(part, over(part.parking_, false));
    }
    if (section& above = *part.above_; above.parking_.over) {
        unpark(above);
    }
}

void queue::hold_task(interned_name const& task, bool task_held) {
    for (auto& [key, each] : sections_) {
        if (key.task == &task) {
            set_parking(*each, core::held(each->parking_, task_held));
        }
    }
}

void queue::hold_key(std::string_view limit_key, bool key_held) {
    for (auto& [key, in] : sections_) {
        if (auto const found = in->tracks_.find(limit_key); found != in->tracks_.end()) {
            track& of = *found->second;
            set_parking(of, core::held(of.parking_, key_held));
            if (of.ready_ != 0) {
                unpark(of); // Another one is first in its section now.
            }
        }
    }
}

// The tags stay: who was served how often does not change.
void queue::set_aging(duration aging) {
    if (aging.count() == aging_ms_) {
        return;
    }
    open_.clear();
    std::vector<lane*> lanes;
    for (auto& [key, in] : sections_) {
        in->order_.clear();
        in->for_each_track([&lanes](track& of) {
            of.order_.clear();
            return of.for_each_lane([&lanes](lane& each) {
                if (!each.ready_.empty()) {
                    lanes.push_back(&each);
                }
                return true;
            });
        });
    }
    aging_ms_ = aging.count();
    std::vector<message_entry*> ready;
    for (lane* const each : lanes) {
        ready.clear();
        each->ready_.clear_and_dispose([&ready](message_entry* e) { ready.push_back(e); });
        std::ranges::sort(ready, [before = dispatch_order{&aging_ms_}](auto* a, auto* b) {
            return before(*a, *b);
        });
        for (message_entry* const e : ready) {
            each->ready_.push_back(*e);
        }
        reorder(*each);
    }
    for (auto& [key, in] : sections_) { // What is first now may cost less than what was refused.
        in->for_each_track([this](track& of) {
            unpark(of);
            return true;
        });
        if (in->parking_.over) {
            unpark(*in);
        }
    }
}

} // namespace peyk::core
