#pragma once
// The two middle levels of a queue's places; lane.hpp says what each is for.

#include "broker/core/lane.hpp"
#include "broker/core/limiter.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string>
#include <vector>

namespace peyk::core {

// Why a part does not go now. `over` is set when a limiter refused and lifted when it passes again.
struct parking {
    bool held = false; // its task or its limit key is
    bool over = false; // a limit

    [[nodiscard]] bool parked() const { return held || over; }
};

class track : public ranked {
public:
    track(section& above, std::string_view limit_key) : above_(&above), key_(limit_key) {}

    [[nodiscard]] section& above() const { return *above_; }
    [[nodiscard]] std::string const& limit_key() const { return key_; }
    [[nodiscard]] std::size_t ready() const { return ready_; } // messages
    [[nodiscard]] std::size_t messages() const { return messages_; } // in any state
    [[nodiscard]] core::parking parking() const { return parking_; }
    // Only while something is ready.
    [[nodiscard]] lane& first() const { return order_.first(); }
    // visit(lane&) for all lanes, until it returns false; returns whether it never did.
    template <class Visitor>
    bool for_each_lane(Visitor visit) const {
        if (plain_ && !visit(*plain_)) {
            return false;
        }
        for (auto const& [key, each] : lanes_) {
            if (!visit(*each)) {
                return false;
            }
        }
        return true;
    }

    std::vector<limiter*> limiters; // of this limit key; all must pass

private:
    friend class queue;
    friend class section;

    section* above_;
    std::string key_;
    core::parking parking_;
    std::size_t ready_ = 0;
    std::size_t messages_ = 0;
    std::unique_ptr<lane> plain_; // of messages without a fairness key
    boost::unordered_flat_map<std::string_view, std::unique_ptr<lane>> lanes_; // by fairness key
    part_order<lane> order_;
};

class section : public ranked {
public:
    section(queue& home, section_key const& key) : home_(&home), key_(key) {}

    [[nodiscard]] queue& home() const { return *home_; }
    [[nodiscard]] section_key const& key() const { return key_; }
    [[nodiscard]] std::string_view task() const {
        return key_.task == nullptr ? std::string_view{} : std::string_view{key_.task->text};
    }
    [[nodiscard]] std::vector<std::string_view> const& labels() const; // empty: any worker
    [[nodiscard]] std::size_t ready() const { return ready_; } // messages, parked ones too
    [[nodiscard]] std::size_t messages() const { return messages_; }
    [[nodiscard]] core::parking parking() const { return parking_; }
    // Null: there is none of this key.
    [[nodiscard]] track* find_track(std::string_view limit_key) const {
        auto const found = tracks_.find(limit_key);
        return found == tracks_.end() ? nullptr : found->second.get();
    }
    // Only while a track may go.
    [[nodiscard]] track& first() const { return order_.first(); }
    // visit(track&) for all tracks, until it returns false; returns whether it never did.
    template <class Visitor>
    bool for_each_track(Visitor visit) const {
        if (plain_ && !visit(*plain_)) {
            return false;
        }
        for (auto const& [key, each] : tracks_) {
            if (!visit(*each)) {
                return false;
            }
        }
        return true;
    }

    std::vector<limiter*> limiters; // not about a limit key; all must pass

private:
    friend class queue;

    queue* home_;
    section_key key_;
    core::parking parking_;
    std::size_t ready_ = 0;
    std::size_t messages_ = 0;
    std::unique_ptr<track> plain_; // of messages without a limit key
    boost::unordered_flat_map<std::string_view, std::unique_ptr<track>> tracks_; // by limit key
    part_order<track> order_; // with a ready message, and not parked
};

inline queue& lane::home() const {
    return above_->above().home();
}

inline std::string_view lane::task() const {
    return above_->above().task();
}

inline std::string_view lane::limit_key() const {
    return above_->limit_key();
}

} // namespace peyk::core
