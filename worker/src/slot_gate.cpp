#include "worker/src/slot_gate.hpp"

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {

std::size_t slots_of(registered_task const* task) {
    return task == nullptr || task->is_batch() ? 1 : task->settings.slots;
}

void slot_gate::push(delivery what, std::size_t wanted) {
    waiting_.push_back({std::move(what), wanted});
}

std::vector<delivery> slot_gate::admit() {
    std::vector<delivery> through;
    while (!waiting_.empty()) {
        auto& next = waiting_.front();
        auto const taken = std::min(next.wanted, slots_);
        if (taken_ + taken > slots_)
            break;
        taken_ += taken;
        wanted_ += next.wanted;
        ++counted_;
        running_.insert_or_assign(next.what.token, running{next.wanted, taken});
        through.push_back(std::move(next.what));
        waiting_.pop_front();
    }
    return through;
}

void slot_gate::left(delivery_token token) {
    auto const found = running_.find(token);
    if (found == running_.end())
        return;
    disown(token);
    taken_ -= found->second.taken;
    wanted_ -= found->second.wanted;
    running_.erase(found);
}

void slot_gate::disown(delivery_token token) {
    auto const found = running_.find(token);
    if (found != running_.end() && std::exchange(found->second.is_counted, false))
        --counted_;
}

bool slot_gate::remove(delivery_token token) {
    return std::erase_if(waiting_, [&](waiting const& each) { return each.what.token == token; }) >
           0;
}

std::vector<delivery> slot_gate::take_all() {
    std::vector<delivery> all;
    all.reserve(waiting_.size());
    for (auto& each : waiting_)
        all.push_back(std::move(each.what));
    waiting_.clear();
    return all;
}

std::size_t slot_gate::wanted() const {
    auto sum = wanted_;
    for (auto const& each : waiting_)
        sum += each.wanted;
    return sum;
}

// The broker takes one off for each that it counts, so only the others are left to take off here.
// None at all would say that nothing runs but what does not end; with one that counts, one is none.
std::size_t slot_gate::credit() const {
    auto more = taken_ - counted_;
    for (auto const& each : waiting_)
        more += std::min(each.wanted, slots_) - 1;
    auto const most = slots_ + spare_;
    return std::max<std::size_t>(most - std::min(more, most), counted_ > 0 ? 1 : 0);
}

} // namespace peyk::worker_detail
