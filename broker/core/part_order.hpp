#pragma once
// Parts of a queue in the order in which they go; lane.hpp says what the parts are.

#include <boost/intrusive/set.hpp>

#include <compare>
#include <cstdint>
#include <iterator>

namespace peyk::core {

// Where a part stands among its like: that of its first message. Smaller goes first. Priority comes
// before fairness, fairness before age; in a queue with aging, fairness before aged priority.
struct rank {
    std::int32_t level = 0; // the priority, negated; 0 in a queue with aging
    std::uint64_t tag = 0;  // of the lane, in a queue with fairness keys; see flow
    std::int64_t age = 0;   // the aged publish time in a queue with aging, else 0
    std::uint64_t number = 0;

    auto operator<=>(rank const&) const = default;
};

using part_hook = boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>>;

// A part knows its rank itself: to compare it, nothing below it is looked at.
class ranked : public part_hook {
public:
    // As of the last time it was in its order.
    [[nodiscard]] core::rank const& rank() const { return rank_; }

private:
    template <class Part>
    friend class part_order;

    core::rank rank_;
};

// Owns nothing.
template <class Part>
class part_order {
public:
    [[nodiscard]] bool empty() const { return parts_.empty(); }
    [[nodiscard]] Part& first() const { return const_cast<Part&>(*parts_.begin()); }
    // The one after it; null: it is the last.
    [[nodiscard]] Part* after(Part& part) const {
        auto const next = std::next(parts_.iterator_to(part));
        return next == parts_.end() ? nullptr : const_cast<Part*>(&*next);
    }

    // Puts the part where its rank says. Mostly that is where it stands already, or the end.
    void place(Part& part, core::rank const& by) {
        if (part.is_linked() && &*parts_.begin() == &part && &*parts_.rbegin() == &part) {
            part.rank_ = by; // Alone it stays where it is.
            return;
        }
        if (part.is_linked()) {
            auto const here = parts_.iterator_to(part);
            auto const next = std::next(here);
            bool const stays = (here == parts_.begin() || std::prev(here)->rank() < by) &&
                               (next == parts_.end() || by < next->rank());
            if (!stays) {
                parts_.erase(here);
            }
        }
        part.rank_ = by;
        if (part.is_linked()) {
            return;
        }
        if (parts_.empty() || parts_.rbegin()->rank() < by) {
            parts_.push_back(part);
        } else {
            parts_.insert(part);
        }
    }

    // Harmless if it is not there.
    void drop(Part& part) {
        if (part.is_linked()) {
            parts_.erase(parts_.iterator_to(part));
        }
    }

    void clear() { parts_.clear(); }

    // visit(Part&), until it returns false; returns whether it never did.
    template <class Visitor>
    bool for_each(Visitor visit) const {
        for (Part const& each : parts_) {
            if (!visit(const_cast<Part&>(each))) {
                return false;
            }
        }
        return true;
    }

private:
    struct by_rank {
        bool operator()(Part const& a, Part const& b) const { return a.rank() < b.rank(); }
    };

    boost::intrusive::set<Part,
                          boost::intrusive::compare<by_rank>,
                          boost::intrusive::constant_time_size<false>>
        parts_;
};

} // namespace peyk::core
