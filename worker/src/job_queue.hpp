#pragma once
// Deliveries that wait for a free slot of the pool. Never more than the consumer's credit, which is
// its bound. Thread-safe.

#include <peyk/delivery.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace peyk::worker_detail {

class job_queue {
public:
    void push(std::vector<delivery> batch);
    // Blocks until there is one; nothing: the queue was stopped and is empty, or there is one
    // thread too many, which is to end.
    [[nodiscard]] std::optional<delivery> pop();
    // So many of those that ask get nothing.
    void retire(std::size_t threads);
    // Takes back what retire() said, for those that have not ended; how many, `threads` at most.
    [[nodiscard]] std::size_t keep(std::size_t threads);
    // Blocks until stop() is called.
    void wait_until_stopped();
    [[nodiscard]] std::vector<delivery> take_all();
    // False: it is not here (any more).
    [[nodiscard]] bool remove(delivery_token token);
    void stop();

private:
    std::mutex mutex_; // guards all below
    std::condition_variable pushed_;
    std::condition_variable ended_;
    std::deque<delivery> waiting_;
    std::size_t retiring_ = 0;
    bool stopped_ = false;
};

} // namespace peyk::worker_detail
