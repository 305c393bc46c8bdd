#pragma once
// A queue is a set of lanes. A lane holds the ready messages of one kind (today: of one task name)
// by priority, then age; the queue keeps its lanes in the order of their heads, so that a lane
// nobody may read now never stands in the way of another.

#include "broker/core/broker_stats.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/name_table.hpp"

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

// What makes messages one lane. Limits, fairness and order will act on lanes: their keys go here.
struct lane_key {
    interned_name const* task = nullptr; // null: plain messages

    bool operator==(lane_key const&) const = default;
};

class lane : public boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>> {
public:
    lane(queue& home, lane_key key) : home_(home), key_(key) {}

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

    queue& home_;
    lane_key key_;
    std::size_t messages_ = 0; // in any state
    boost::intrusive::set<message_entry,
                          boost::intrusive::compare<sooner>,
                          boost::intrusive::constant_time_size<false>>
        ready_;
};

// One consumer's place at one queue; linked there while the consumer has free credit.
struct subscription : boost::intrusive::list_base_hook<> {
    consumer* reader = nullptr;
    queue* source = nullptr;
};

class queue {
public:
    explicit queue(interned_name const& name) : name_(name) {}
    queue(queue const&) = delete;
    queue& operator=(queue const&) = delete;

    // Lets go of all messages and consumers, which end elsewhere.
    void clear();

    [[nodiscard]] std::string_view name() const { return name_.text; }

    // Takes the message into its lane, uncounted as to its state; see count().
    void enter(message_entry& entry, lane_key key);
    // The message is gone from memory. Not while it is ready.
    void leave(message_entry& entry);

    void push_ready(message_entry& entry);
    void remove_ready(message_entry& entry);
    [[nodiscard]] bool has_ready() const { return !heads_.empty(); }
    // The first message this consumer may read; null if there is none.
    [[nodiscard]] message_entry* best_for(consumer const& reader) const;

    // Consumers with free credit, the longest unserved first.
    using hungry_list = boost::intrusive::list<subscription>;
    hungry_list hungry;
    std::size_t consumers = 0;
    bool touched = false; // a match may have become possible
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;

    // Messages by state.
    [[nodiscard]] std::size_t& count(message_state state) {
        return counts_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] queue_stats stats() const;

private:
    struct key_hash {
        std::size_t operator()(lane_key const& key) const {
            return mix(reinterpret_cast<std::uintptr_t>(key.task), 0);
        }
    };
    struct head_sooner {
        bool operator()(lane const& a, lane const& b) const { return sooner{}(a.head(), b.head()); }
    };
    // Empty lanes are kept for their next message, up to so many.
    static constexpr std::size_t idle_lanes_max = 64;

    lane& lane_of(lane_key key);
    void unlink_head(lane& changing);

    interned_name const& name_;
    boost::unordered_flat_map<lane_key, std::unique_ptr<lane>, key_hash> lanes_;
    lane* last_lane_ = nullptr; // most messages go where the one before went
    boost::intrusive::set<lane, boost::intrusive::compare<head_sooner>>
        heads_; // with a ready message
    std::array<std::size_t, 7> counts_{};
};

} // namespace peyk::core
