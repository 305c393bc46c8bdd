#pragma once
// A queue is a set of lanes. A lane holds the ready messages of one kind (today: of one task name)
// by priority, then age; the queue keeps its lanes in the order of their heads, so that a lane
// nobody may read now never stands in the way of another.

#include "broker/core/broker_stats.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/name_table.hpp"
#include "broker/core/queue_policy.hpp"
#include "broker/core/retained.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace peyk::core {

class queue;
struct consumer;
struct hold;

// What makes messages one lane. Limits, fairness and order will act on lanes: their keys go here.
struct lane_key {
    interned_name const* task = nullptr; // null: plain messages

    bool operator==(lane_key const&) const = default;
};

// The order inside a queue. With aging, waiting so long counts as one priority more: whoever has
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

// Dead letters, the longest dead first.
struct dead_before {
    bool operator()(message_entry const& a, message_entry const& b) const {
        wall_time const of_a = a.detail->finished;
        wall_time const of_b = b.detail->finished;
        return of_a != of_b ? of_a < of_b : a.number < b.number;
    }
};
using dead_set = boost::intrusive::set<message_entry,
                                       boost::intrusive::compare<dead_before>,
                                       boost::intrusive::constant_time_size<false>>;

class lane : public boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>> {
public:
    lane(queue& home, lane_key key);

    [[nodiscard]] queue& home() const { return home_; }
    [[nodiscard]] lane_key const& key() const { return key_; }
    [[nodiscard]] std::string_view task() const {
        return key_.task == nullptr ? std::string_view{} : std::string_view{key_.task->text};
    }
    // There is at least one ready message.
    [[nodiscard]] message_entry& head() const {
        return const_cast<message_entry&>(*ready_.begin());
    }

private:
    friend class queue;

    using ready_set = boost::intrusive::set<message_entry,
                                            boost::intrusive::compare<dispatch_order>,
                                            boost::intrusive::constant_time_size<false>>;

    queue& home_;
    lane_key key_;
    std::size_t messages_ = 0; // in any state
    bool held_;                // its task is: not among the queue's heads
    ready_set ready_;
};

// One consumer's place at one queue; linked there while the consumer has free credit.
struct subscription : boost::intrusive::list_base_hook<> {
    consumer* reader = nullptr;
    queue* source = nullptr;
};

// In the journal by itself only if it was created.
class queue final : public retained {
public:
    explicit queue(interned_name const& name) : retained(kind::queue), name_(name) {}

    // Lets go of all messages and consumers, which end elsewhere.
    void clear();

    [[nodiscard]] std::string_view name() const { return name_.text; }

    // Takes the message into its lane, uncounted as to its state; see count_in().
    void enter(message_entry& entry, lane_key key);
    // The message is gone from memory, or to another queue. Not while it is ready.
    void leave(message_entry& entry);

    void push_ready(message_entry& entry);
    void remove_ready(message_entry& entry);
    // Of those no hold on a task keeps back.
    [[nodiscard]] bool has_ready() const { return !heads_.empty(); }
    // The first message this consumer may read; null if there is none.
    [[nodiscard]] message_entry* best_for(consumer const& reader) const;
    // The first of all ready messages, held back or not; null if there is none.
    [[nodiscard]] message_entry* first_ready() const;

    [[nodiscard]] dead_set& dead_letters() { return dead_; }

    // Nothing of this task is delivered, or it is again.
    void hold_task(interned_name const& task, bool held);
    // Orders anew what is ready. 0: priority, then age.
    void set_aging(duration aging);

    // Consumers with free credit, the longest unserved first.
    using hungry_list = boost::intrusive::list<subscription>;
    hungry_list hungry;
    std::size_t consumers = 0;
    bool touched = false; // a match may have become possible
    bool listed = false;  // people see it: it exists, and was not deleted since
    bool created = false; // stays when empty
    queue_policy const* policy = nullptr; // in force; null: none
    hold* held = nullptr;                 // nothing is delivered from it
    hold* draining = nullptr;             // nothing is published into it
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;

    // What the policy in force says; nothing, if there is none.
    [[nodiscard]] owned_queue_settings const& settings() const;

    // Messages by state.
    [[nodiscard]] std::size_t count(message_state state) const {
        return counts_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] std::size_t live() const; // not final
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }            // bodies of the live
    [[nodiscard]] std::uint64_t ready_bytes() const { return ready_bytes_; } // of the ready
    // The message has come into its state, or is about to leave it. A dead one is told how it ended
    // before, and unlinked from the ready ones.
    void count_in(message_entry& entry);
    void count_out(message_entry& entry);
    // A live message's body turned out to have another size.
    void recount(message_entry& entry, std::uint32_t body_bytes) {
        bytes_ += std::uint64_t{body_bytes} - entry.body_bytes;
        entry.body_bytes = body_bytes;
    }
    [[nodiscard]] queue_stats stats() const;

private:
    friend class lane;

    struct key_hash {
        std::size_t operator()(lane_key const& key) const {
            return mix(reinterpret_cast<std::uintptr_t>(key.task), 0);
        }
    };
    struct head_order {
        dispatch_order by;
        bool operator()(lane const& a, lane const& b) const { return by(a.head(), b.head()); }
    };
    // Empty lanes are kept for their next message, up to so many.
    static constexpr std::size_t idle_lanes_max = 64;

    lane& lane_of(lane_key key);
    void link_head(lane& changed);
    void unlink_head(lane& changing);

    interned_name const& name_;
    duration::rep aging_ms_ = 0;
    boost::unordered_flat_map<lane_key, std::unique_ptr<lane>, key_hash> lanes_;
    lane* last_lane_ = nullptr; // most messages go where the one before went
    // With a ready message, and not held.
    boost::intrusive::set<lane, boost::intrusive::compare<head_order>> heads_{
        head_order{{&aging_ms_}}};
    std::array<std::size_t, message_states> counts_{};
    dead_set dead_;
    std::uint64_t bytes_ = 0;
    std::uint64_t ready_bytes_ = 0;
};

} // namespace peyk::core
