#include "broker/core/sequence_set.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

// The first interval that ends at or after `sequence`.
template <class Intervals>
auto reaching(Intervals& intervals, publish_sequence sequence) {
    return std::lower_bound(
        intervals.begin(),
        intervals.end(),
        sequence,
        [](sequence_set::interval const& i, publish_sequence s) { return i.second < s; });
}

} // namespace

bool sequence_set::contains(publish_sequence sequence) const {
    if (intervals_.empty() || sequence > intervals_.back().second) {
        return false;
    }
    auto const found = reaching(intervals_, sequence);
    return found != intervals_.end() && found->first <= sequence;
}

void sequence_set::insert(publish_sequence sequence) {
    if (!intervals_.empty() && intervals_.back().second.value + 1 == sequence.value) {
        intervals_.back().second = sequence;
        return;
    }
    auto const next = reaching(intervals_, sequence);
    if (next != intervals_.end() && next->first <= sequence) {
        return;
    }
    bool const joins_next = next != intervals_.end() && next->first.value == sequence.value + 1;
    bool const joins_previous =
        next != intervals_.begin() && std::prev(next)->second.value + 1 == sequence.value;
    if (joins_previous && joins_next) {
        std::prev(next)->second = next->second;
        intervals_.erase(next);
    } else if (joins_previous) {
        std::prev(next)->second = sequence;
    } else if (joins_next) {
        next->first = sequence;
    } else {
        intervals_.insert(next, {sequence, sequence});
    }
}

void sequence_set::prune_below(publish_sequence sequence) {
    if (intervals_.size() < 2 || intervals_.front().second >= sequence) {
        return;
    }
    auto const last = std::min(reaching(intervals_, sequence), std::prev(intervals_.end()));
    intervals_.erase(intervals_.begin(), last);
}

void sequence_set::assign(std::span<interval const> intervals) {
    intervals_.assign(intervals.begin(), intervals.end());
}

publish_sequence sequence_set::highest() const {
    return intervals_.empty() ? publish_sequence{} : intervals_.back().second;
}

} // namespace peyk::core
