#pragma once
// The publishes of one session that were accepted, as closed intervals in order. Usually one
// interval: a gap is a publish that was refused and may be sent again.

#include "broker/core/ids.hpp"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace peyk::core {

class sequence_set {
public:
    using interval = std::pair<publish_sequence, publish_sequence>; // first, last

    [[nodiscard]] bool contains(publish_sequence sequence) const;
    void insert(publish_sequence sequence);

    // Forgets what lies wholly below `sequence`, but never the highest interval.
    void prune_below(publish_sequence sequence);

    // Replaces everything. The intervals are in order and apart.
    void assign(std::span<interval const> intervals);

    [[nodiscard]] std::span<interval const> intervals() const { return intervals_; }
    [[nodiscard]] bool empty() const { return intervals_.empty(); }
    [[nodiscard]] publish_sequence highest() const;
    [[nodiscard]] std::size_t gaps() const {
        return intervals_.empty() ? 0 : intervals_.size() - 1;
    }

private:
    std::vector<interval> intervals_;
};

} // namespace peyk::core
