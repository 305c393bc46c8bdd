#include "broker/storage/segment_set.hpp"

#include <algorithm>

namespace peyk::storage {

namespace {

// 64: more than readers use at once, far below every system's limit of open files.
constexpr std::size_t open_files_max = 64;

} // namespace

segment_set::segment_set(file_system& files) : files_(files) {}

void segment_set::add(segment_ptr newest) {
    std::lock_guard const lock{mutex_};
    if (!segments_.empty()) {
        closed_bytes_ += segments_.back()->file_bytes();
    }
    segments_.push_back(std::move(newest));
}

segment_set::segment_ptr segment_set::find(batch_number number) const {
    std::lock_guard const lock{mutex_};
    auto const after = std::upper_bound(
        segments_.begin(), segments_.end(), number, [](batch_number n, segment_ptr const& s) {
            return n < s->first();
        });
    return after == segments_.begin() ? nullptr : *std::prev(after);
}

segment_set::segment_ptr segment_set::newest() const {
    std::lock_guard const lock{mutex_};
    return segments_.empty() ? nullptr : segments_.back();
}

std::size_t segment_set::size() const {
    std::lock_guard const lock{mutex_};
    return segments_.size();
}

std::vector<segment_set::segment_ptr> segment_set::take_before(batch_number before) {
    std::lock_guard const lock{mutex_};
    std::vector<segment_ptr> taken;
    while (segments_.size() > 1 && segments_[1]->first() <= before) {
        closed_bytes_ -= segments_.front()->file_bytes();
        taken.push_back(std::move(segments_.front()));
        segments_.pop_front();
    }
    return taken;
}

boost::system::result<std::shared_ptr<file>> segment_set::open(segment_ptr const& of) {
    bool const was_open = of->is_open();
    auto opened = of->open(files_);
    if (opened && !was_open) {
        std::lock_guard const lock{mutex_};
        open_.push_back(of);
        while (open_.size() > open_files_max) {
            auto const oldest = open_.front().lock();
            open_.pop_front();
            if (oldest && oldest != of) {
                oldest->close();
            }
        }
    }
    return opened;
}

std::uint64_t segment_set::bytes() const {
    std::lock_guard const lock{mutex_};
    return closed_bytes_ + (segments_.empty() ? 0 : segments_.back()->used_bytes());
}

batch_number segment_set::oldest_end() const {
    std::lock_guard const lock{mutex_};
    return segments_.size() > 1 ? segments_[1]->first() : batch_number{0};
}

} // namespace peyk::storage
