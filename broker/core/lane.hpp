#pragma once
// The places of a queue's ready messages. What must not wait for each other stands apart:
//
//   queue     all of it
//   section   what its readers can tell apart: one task, for workers with certain labels
//   track     what its limits can tell apart: one limit key
//   lane      what its publishers can tell apart: one fairness key; by priority, then age
//
// Each keeps the parts below it that may go now in the order of their first messages. A part that
// is held or over a limit is parked: it is not in that order and stands in nobody's way. Messages
// with an ordering key take turns before they come into a lane at all.

#include "broker/core/message_entry.hpp"
#include "broker/core/name_table.hpp"
#include "broker/core/part_order.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::core {

class lane;
class queue;
class section;
class track;
struct consumer;
struct hold;
struct limiter;

// Labels a worker must have, sorted: "gpu=a100", "region=eu". Kept for the life of the process,
// like names; equal if their addresses are.
struct label_set {
    std::vector<std::string_view> labels;
};

struct section_key {
    interned_name const* task = nullptr; // null: plain messages
    label_set const* labels = nullptr;   // null: any worker

    bool operator==(section_key const&) const = default;
};

// All that places a message. Texts are borrowed from the message or from the places themselves.
struct place_key {
    section_key section;
    std::string_view limit_key = {};
    std::string_view fairness_key = {};
};

// The order inside a lane. With aging, waiting so long counts as one priority more: whoever has
// the smaller published - priority * aging goes first, whatever the time is.
struct dispatch_order {
    duration::rep const* aging_ms; // of the queue; 0: none

    bool operator()(message_entry const& a, message_entry const& b) const {
        return *aging_ms == 0 ? sooner{}(a, b) : aged(a, b);
    }

private:
    [[nodiscard]] bool aged(message_entry const& a, message_entry const& b) const {
        auto const rank = [this](message_entry const& e) {
            return e.published.time_since_epoch().count() - e.priority * *aging_ms;
        };
        auto const of_a = rank(a);
        auto const of_b = rank(b);
        return of_a != of_b ? of_a < of_b : a.number < b.number;
    }
};

// One fairness key of a queue, over all of its lanes. Start-time fair queueing (Goyal, Vin, Cheng
// 1996): each first message of a lane gets a tag, its turn in the queue's virtual time; the next of
// the same flow gets one that is later by cost / weight. A key that was idle begins at the present
// turn, so it waits for at most one message of each other key, however many those have.
struct flow : boost::intrusive::list_base_hook<> { // linked in its queue while it has no lane
    std::string key;                               // empty: messages without one
    std::uint32_t weight = 1;
    std::uint64_t finish = 0; // the turn after the last one given out
    std::size_t lanes = 0;
};

// What one weight of 1 pays for a cost of 1.
inline constexpr std::uint64_t turn_scale = 1'000'000;

[[nodiscard]] inline std::uint64_t price(message_entry const& of, flow const& payer) {
    return std::uint64_t{of.cost()} * turn_scale / payer.weight;
}

class lane : public ranked {
public:
    lane(track& above, flow& of, dispatch_order by) : above_(&above), flow_(&of), ready_(by) {}

    [[nodiscard]] queue& home() const;
    [[nodiscard]] track& above() const { return *above_; }
    [[nodiscard]] flow const& of_flow() const { return *flow_; }
    [[nodiscard]] std::string_view task() const;
    [[nodiscard]] std::string_view limit_key() const;
    [[nodiscard]] std::string_view fairness_key() const { return flow_->key; }
    [[nodiscard]] std::vector<std::string_view> const& labels() const; // empty: any worker
    // All that places its messages. Borrowed from the places.
    [[nodiscard]] place_key place() const;
    // There is at least one ready message.
    [[nodiscard]] message_entry& head() const {
        return const_cast<message_entry&>(*ready_.begin());
    }

private:
    friend class queue;
    friend class section;
    friend class track;

    using ready_set = boost::intrusive::set<message_entry,
                                            boost::intrusive::compare<dispatch_order>,
                                            boost::intrusive::constant_time_size<false>>;

    track* above_;
    flow* flow_;
    std::size_t messages_ = 0;  // in any state
    std::uint64_t tag_ = 0;     // of its first message
    std::uint64_t charged_ = 0; // what the flow paid for it
    // Linked in its queue since it was charged: cheap to take all turns back.
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
        charged_hook_;
    ready_set ready_;
};

} // namespace peyk::core
