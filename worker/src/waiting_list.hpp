#pragma once
// Deliveries that wait for a free slot of a pool that is a loop. Never more than the consumer's
// credit, which is its bound. Thread-safe.

#include <peyk/delivery.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace peyk::worker_detail {

class waiting_list {
public:
    void push(std::vector<delivery> batch) {
        std::lock_guard const lock{mutex_};
        std::ranges::move(batch, std::back_inserter(waiting_));
    }
    [[nodiscard]] std::optional<delivery> pop() {
        std::lock_guard const lock{mutex_};
        if (waiting_.empty())
            return std::nullopt;
        auto what = std::move(waiting_.front());
        waiting_.pop_front();
        return what;
    }
    [[nodiscard]] std::vector<delivery> take_all() {
        std::lock_guard const lock{mutex_};
        std::vector<delivery> all{std::move_iterator{waiting_.begin()},
                                  std::move_iterator{waiting_.end()}};
        waiting_.clear();
        return all;
    }
    // False: it is not here (any more).
    [[nodiscard]] bool remove(delivery_token token) {
        std::lock_guard const lock{mutex_};
        return std::erase_if(waiting_, [&](delivery const& each) { return each.token == token; }) >
               0;
    }
    [[nodiscard]] std::size_t size() const {
        std::lock_guard const lock{mutex_};
        return waiting_.size();
    }

private:
    mutable std::mutex mutex_; // guards all below
    std::deque<delivery> waiting_;
};

} // namespace peyk::worker_detail
