#include "worker/src/job_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace peyk::worker_detail {

void job_queue::push(std::vector<delivery> batch) {
    auto const count = batch.size();
    {
        std::lock_guard const lock{mutex_};
        std::ranges::move(batch, std::back_inserter(waiting_));
    }
    if (count == 1)
        pushed_.notify_one();
    else
        pushed_.notify_all();
}

std::optional<delivery> job_queue::pop() {
    std::unique_lock lock{mutex_};
    pushed_.wait(lock, [this] { return stopped_ || retiring_ > 0 || !waiting_.empty(); });
    if (retiring_ > 0) {
        --retiring_;
        return std::nullopt;
    }
    if (waiting_.empty())
        return std::nullopt;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
}

void job_queue::retire(std::size_t threads) {
    {
        std::lock_guard const lock{mutex_};
        retiring_ += threads;
    }
    pushed_.notify_all();
}

std::size_t job_queue::keep(std::size_t threads) {
    std::lock_guard const lock{mutex_};
    auto const kept = std::min(threads, retiring_);
    retiring_ -= kept;
    return kept;
}

void job_queue::wait_until_stopped() {
    std::unique_lock lock{mutex_};
    ended_.wait(lock, [this] { return stopped_; });
}

std::vector<delivery> job_queue::take_all() {
    std::lock_guard const lock{mutex_};
    std::vector<delivery> all{std::move_iterator{waiting_.begin()},
                              std::move_iterator{waiting_.end()}};
    waiting_.clear();
    return all;
}

bool job_queue::remove(delivery_token token) {
    std::lock_guard const lock{mutex_};
    return std::erase_if(waiting_, [&](delivery const& each) { return each.token == token; }) > 0;
}

void job_queue::stop() {
    {
        std::lock_guard const lock{mutex_};
        stopped_ = true;
        retiring_ = 0; // what is left is still run
    }
    pushed_.notify_all();
    ended_.notify_all();
}

} // namespace peyk::worker_detail
