#pragma once
// The pools around one job_queue: `solo` runs on the thread that calls run(), `threads` on threads
// of its own.

#include "worker/src/job_queue.hpp"
#include "worker/src/pool.hpp"

#include <mutex>
#include <thread>
#include <vector>

namespace peyk::worker_detail {

class solo_pool final : public pool {
public:
    explicit solo_pool(runner run) : runner_(std::move(run)) {}

    [[nodiscard]] std::size_t slots() const override { return 1; }
    [[nodiscard]] bool resize(std::size_t) override { return false; }
    void submit(std::vector<delivery> batch) override { jobs_.push(std::move(batch)); }
    [[nodiscard]] std::vector<delivery> take_back() override { return jobs_.take_all(); }
    [[nodiscard]] bool take_back(delivery_token token) override { return jobs_.remove(token); }
    void run() override;
    void stop() override { jobs_.stop(); }

private:
    job_queue jobs_;
    runner runner_;
};

class thread_pool final : public pool {
public:
    thread_pool(std::size_t slots, runner run) : runner_(std::move(run)), slots_(slots) {}

    [[nodiscard]] std::size_t slots() const override;
    [[nodiscard]] bool resize(std::size_t slots) override;
    void submit(std::vector<delivery> batch) override { jobs_.push(std::move(batch)); }
    [[nodiscard]] std::vector<delivery> take_back() override { return jobs_.take_all(); }
    [[nodiscard]] bool take_back(delivery_token token) override { return jobs_.remove(token); }
    void run() override;
    void stop() override { jobs_.stop(); }

private:
    void add_threads(std::size_t count); // with the mutex

    job_queue jobs_;
    runner runner_;
    mutable std::mutex mutex_; // guards all below
    std::size_t slots_;
    bool running_ = false;
    std::vector<std::jthread> threads_; // those that were retired too, until the end
};

} // namespace peyk::worker_detail
