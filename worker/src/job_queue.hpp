#pragma once
// Deliveries that wait for a free slot of the pool. Never more than the consumer's credit, which is
// its bound. Thread-safe.

#include <peyk/delivery.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace peyk::worker_detail {

class job_queue {
public:
    void push(std::vector<delivery> batch);
    // Blocks until there is one; nothing: the queue was stopped and is empty.
    [[nodiscard]] std::optional<delivery> pop();
    [[nodiscard]] std::vector<delivery> take_all();
    // False: it is not here (any more).
    [[nodiscard]] bool remove(delivery_token token);
    void stop();

private:
    std::mutex mutex_; // guards all below
    std::condition_variable pushed_;
    std::deque<delivery> waiting_;
    bool stopped_ = false;
};

} // namespace peyk::worker_detail
