#pragma once
// Everything that must stay in the journal, in the order in which it stands there. Whatever stands
// before the first of them is garbage.

#include "broker/core/ids.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>

namespace peyk::core {

// Base of what is rebuilt from one record and those after it. Lives where its owner puts it.
class retained : public boost::intrusive::list_base_hook<> {
public:
    enum class kind : std::uint8_t {
        epoch,
        session,
        message,
        queue,
        policy,
        hold,
        schedule,
        unique_key,
        sweep,
        limit,
        share,
    };

    retained(retained const&) = delete;
    retained& operator=(retained const&) = delete;

    // Where its record stands; nowhere until that is told.
    [[nodiscard]] position at() const { return at_; }
    [[nodiscard]] kind what() const { return kind_; }

protected:
    explicit retained(kind what) : kind_(what) {}
    ~retained() = default;

private:
    friend class journal_order;

    position at_ = nowhere;
    std::uint32_t bytes_ = 0;
    kind kind_;
};

// The list of all retained things, oldest record first. Owns none of them.
class journal_order {
public:
    // A record of `what` is being produced: it is the newest now, and its place is told later.
    void append(retained& what) {
        remove(what);
        list_.push_back(what);
    }

    // Nothing of `what` is needed any more; harmless if nothing was.
    void remove(retained& what) {
        if (what.is_linked()) {
            bytes_ -= what.bytes_;
            list_.erase(list_.iterator_to(what));
        }
        what.at_ = nowhere;
        what.bytes_ = 0;
    }

    void place(retained& what, position at, std::uint32_t bytes) {
        if (!what.is_linked()) {
            return; // Ended by the same call that produced the record.
        }
        bytes_ += bytes - what.bytes_;
        what.at_ = at;
        what.bytes_ = bytes;
    }

    [[nodiscard]] retained* oldest() { return list_.empty() ? nullptr : &list_.front(); }
    [[nodiscard]] position oldest_at() const {
        return list_.empty() ? nowhere : list_.front().at();
    }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

    // In the order of their records.
    template <class Visitor>
    void for_each(Visitor visit) {
        for (auto& each : list_) {
            visit(each);
        }
    }

    // Ends the list; the elements go on without it.
    void clear() { list_.clear(); }

private:
    boost::intrusive::list<retained, boost::intrusive::constant_time_size<false>> list_;
    std::uint64_t bytes_ = 0;
};

} // namespace peyk::core
