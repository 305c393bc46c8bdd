#pragma once
// The segments of a log, oldest first. Looks batches up, drops old segments, and keeps the number
// of open files bounded.

#include "broker/storage/segment.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace peyk::storage {

// All members may be called from any thread.
class segment_set {
public:
    using segment_ptr = std::shared_ptr<segment>;

    explicit segment_set(file_system& files);

    void add(segment_ptr newest);
    [[nodiscard]] segment_ptr find(batch_number number) const; // null: not there
    [[nodiscard]] segment_ptr newest() const;                  // null: none
    [[nodiscard]] std::size_t size() const;

    // Takes out the segments that hold nothing at or after `before`, never the newest.
    [[nodiscard]] std::vector<segment_ptr> take_before(batch_number before);

    // The open file of `of`. Above 64 open ones the one opened first is closed.
    [[nodiscard]] boost::system::result<std::shared_ptr<file>> open(segment_ptr const& of);

    // The files of all but the newest, and what is used of that one.
    [[nodiscard]] std::uint64_t bytes() const;
    // The number after the last batch of the oldest segment; 0 when there is only the newest.
    [[nodiscard]] batch_number oldest_end() const;

private:
    file_system& files_;

    mutable std::mutex mutex_; // guards all below
    std::deque<segment_ptr> segments_;
    std::deque<std::weak_ptr<segment>> open_; // in the order of opening
    std::uint64_t closed_bytes_ = 0;          // of all but the newest
};

} // namespace peyk::storage
