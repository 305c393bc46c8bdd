#pragma once
// A queue: its places (lane.hpp), counts and settings. What nobody may read now never stands in the
// way of anything else.

#include "broker/core/broker_stats.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/ordering.hpp"
#include "broker/core/queue_policy.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/section.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::core {

struct series;

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

// Asked before a message of a part may go; parks the part where the answer is no.
class admission {
public:
    virtual bool admits(section& part, consumer const& reader) = 0;
    virtual bool admits(track& part) = 0;

protected:
    ~admission() = default;
};

// Told of every section and track: it has come into being, with its names, or is about to go. And
// when the turns of fairness keys have ended: what is first may be another one.
class place_listener {
public:
    virtual void came(section& part) = 0;
    virtual void came(track& part) = 0;
    virtual void goes(section& part) = 0;
    virtual void goes(track& part) = 0;
    virtual void turns_ended(queue& of) = 0;

protected:
    ~place_listener() = default;
};

// What the queues of one broker share.
struct place_store {
    std::size_t parts = 0; // of all queues
    // These are gone, but records of the call under way may still borrow their keys.
    std::vector<std::unique_ptr<track>> ended_tracks;
    std::vector<std::unique_ptr<flow>> ended_flows;
    std::vector<std::unique_ptr<ordering_turn>> ended_turns;

    void end_all() {
        ended_tracks.clear();
        ended_flows.clear();
        ended_turns.clear();
    }
};

// One consumer's place at one queue; linked there while the consumer has free credit.
struct subscription : boost::intrusive::list_base_hook<> {
    consumer* reader = nullptr;
    queue* source = nullptr;
    std::uint32_t weight = 1; // with queue_choice::weighted
    std::uint64_t turn = 0;   // its next one, in the consumer's virtual time
};

// In the journal by itself only if it was created.
class queue final : public retained {
public:
    // `store` and `told` outlive it. Not told of what goes with the queue itself.
    queue(interned_name const& name, place_store& store, place_listener* told = nullptr)
        : retained(kind::queue), name_(name), store_(store), told_(told) {}

    // Lets go of all messages and consumers, which end elsewhere.
    void clear();

    [[nodiscard]] std::string_view name() const { return name_.text; }
    [[nodiscard]] interned_name const& interned() const { return name_; }

    // Takes the message into its lane, uncounted as to its state; see count_in(). With an ordering
    // key its options name the turn.
    void enter(message_entry& entry, place_key const& place);
    // The message is gone from memory, or to another place. Not while it is ready. Ends its turn.
    void leave(message_entry& entry);
    // Parts that would come into being with a message there.
    [[nodiscard]] std::size_t parts_missing(place_key const& place,
                                            std::string_view ordering_key) const;

    // Into its lane, or to those that wait for its ordering key.
    void push_ready(message_entry& entry);
    // Out of there again; whose turn it was may let the next one into a lane.
    void remove_ready(message_entry& entry);
    // It is being delivered: remove_ready(), but it keeps its turn, and its flow has been served.
    void take_ready(message_entry& entry);
    // It will not be delivered again: the turn of its ordering key, if it had it, goes on.
    void end_turn(message_entry& entry);
    // It was delivered, now or before a restart: the turn is its own until its end. Nobody else of
    // its key is in a lane then.
    void keep_turn(message_entry& entry);
    // The turn is its own until its end.
    [[nodiscard]] bool keeps_turn(message_entry const& entry) const;
    // The turn is free, or this message's.
    [[nodiscard]] bool has_turn(message_entry const& entry) const;
    // Something is ready that is not parked.
    [[nodiscard]] bool has_ready() const { return !open_.empty(); }
    // The first message this consumer may read; null if there is none.
    [[nodiscard]] message_entry* best_for(consumer const& reader, admission& by);
    // The first of all ready messages, held back or not; one that waits for its turn only if all
    // do. Null if there is none.
    [[nodiscard]] message_entry* first_ready() const;
    // Ready messages that would be dispatched before this one if nothing else became ready, as far
    // as `count_max`; 0 if it waits for its turn. Looks at so many lanes at most.
    [[nodiscard]] std::size_t ahead_of(message_entry const& entry, std::size_t count_max) const;

    // A limiter refused, or lets pass again. An unparked part takes its place at once.
    void park(section& part);
    void unpark(section& part);
    void park(track& part);
    void unpark(track& part);
    // visit(section&) for all sections, until it returns false; returns whether it never did.
    template <class Visitor>
    bool for_each_section(Visitor visit) const {
        for (auto const& [key, each] : sections_) {
            if (!visit(*each)) {
                return false;
            }
        }
        return true;
    }
    // The turn of this ordering key, which comes into being by being asked for.
    [[nodiscard]] ordering_turn& turn_of(std::string_view ordering_key);
    // Ready messages that wait for their turn.
    [[nodiscard]] std::size_t waiting_for_turn() const { return waiting_for_turn_; }
    // Of flows that exist and that come.
    void set_weight(std::string_view fairness_key, std::uint32_t weight);
    // Sections, tracks, lanes and turns.
    [[nodiscard]] std::size_t parts() const { return parts_; }

    [[nodiscard]] dead_set& dead_letters() { return dead_; }

    // Nothing of this task is delivered, or it is again.
    void hold_task(interned_name const& task, bool held);
    // Nothing with this limit key is delivered, or it is again.
    void hold_key(std::string_view limit_key, bool held);
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
    series* counted = nullptr; // its statistics, while there are any
    std::array<std::uint64_t, 2> delivered_before{}; // when samples were taken, the last two times

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
    struct section_hash {
        std::size_t operator()(section_key const& key) const {
            return mix(reinterpret_cast<std::uintptr_t>(key.task),
                       reinterpret_cast<std::uintptr_t>(key.labels));
        }
    };
    // Empty lanes and turns are kept for their next message, up to so many.
    static constexpr std::size_t idle_parts_max = 64;
    // Flows without a lane are remembered while they are ahead of the others, up to so many; when
    // one more comes, the queue's turn goes on to where one of them is.
    static constexpr std::size_t idle_flows_max = 10'000;

    // queue_places.cpp
    [[nodiscard]] lane& lane_of(place_key const& place);
    [[nodiscard]] section& section_of(section_key const& key);
    [[nodiscard]] track& track_of(section& in, std::string_view limit_key);
    [[nodiscard]] flow& flow_of(std::string_view fairness_key);
    void joined(flow const& of); // by a message
    void parted(flow const& of);
    void end(lane& gone);
    void end(track& gone);
    void end(section& gone);
    void end_idle_flows();
    void end(ordering_turn& gone);
    void count_parts(std::ptrdiff_t more);

    // queue_ready.cpp
    void link(message_entry& entry);
    void unlink(message_entry& entry, bool served);
    void charge(lane& to);
    void refund(lane& to);
    void set_waiting(message_entry& entry, bool waits);
    void next_turn(ordering_turn& of);
    [[nodiscard]] core::rank rank_of(message_entry const& first, std::uint64_t tag) const;
    void reorder(lane& changed);
    void reorder(track& changed);
    void reorder(section& changed);

    template <class Part>
    void set_parking(Part& part, parking as) {
        parked_ -= part.parking_.parked() ? 1u : 0u;
        part.parking_ = as;
        parked_ += part.parking_.parked() ? 1u : 0u;
        reorder(part);
    }

    interned_name const& name_;
    place_store& store_;
    place_listener* const told_; // null: nobody is
    duration::rep aging_ms_ = 0;
    boost::unordered_flat_map<section_key, std::unique_ptr<section>, section_hash> sections_;
    std::size_t lanes_ = 0;
    std::size_t parts_ = 0;
    std::size_t parked_ = 0;    // sections and tracks
    lane* last_lane_ = nullptr; // most messages go where the one before went
    part_order<section> open_;  // with a ready message, and not parked

    // Fairness.
    flow keyless_; // of messages without a key
    boost::unordered_flat_map<std::string_view, std::unique_ptr<flow>> flows_; // of all others
    boost::intrusive::list<flow> idle_flows_;
    std::map<std::string, std::uint32_t, std::less<>> weights_; // other than 1
    std::size_t keyed_ = 0; // messages with a key, in any state; without any, age tells
    boost::intrusive::list<
        lane,
        boost::intrusive::member_hook<lane, decltype(lane::charged_hook_), &lane::charged_hook_>,
        boost::intrusive::constant_time_size<false>>
        charged_;
    std::uint64_t turn_now_ = 0;                                // virtual time; see flow

    // Ordering.
    boost::unordered_flat_map<std::string_view, std::unique_ptr<ordering_turn>> turns_;
    boost::intrusive::list<ordering_turn> contended_; // some wait; in the order in which that began
    std::size_t waiting_for_turn_ = 0;

    std::array<std::size_t, message_states> counts_{};
    dead_set dead_;
    std::uint64_t bytes_ = 0;
    std::uint64_t ready_bytes_ = 0;
};

} // namespace peyk::core
