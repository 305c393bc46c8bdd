#include "worker/src/queue_pools.hpp"

#include "worker/src/async_pool.hpp"
#include "worker/src/prefork_pool.hpp"

#include <utility>

namespace peyk::worker_detail {
namespace {

void run_all(job_queue& jobs, pool::runner const& runner) {
    while (auto next = jobs.pop())
        runner(std::move(*next));
}

} // namespace

void solo_pool::run() {
    run_all(jobs_, runner_);
}

void thread_pool::add_threads(std::size_t count) {
    for (std::size_t at = 0; at < count; ++at)
        threads_.emplace_back([this] { run_all(jobs_, runner_); });
}

std::size_t thread_pool::slots() const {
    std::lock_guard const lock{mutex_};
    return slots_;
}

bool thread_pool::resize(std::size_t slots) {
    std::lock_guard const lock{mutex_};
    if (running_ && slots < slots_)
        jobs_.retire(slots_ - slots);
    else if (running_)
        add_threads(slots - slots_ - jobs_.keep(slots - slots_));
    slots_ = slots;
    return true;
}

void thread_pool::run() {
    {
        std::lock_guard const lock{mutex_};
        running_ = true;
        add_threads(slots_);
    }
    jobs_.wait_until_stopped();
    std::vector<std::jthread> ending;
    {
        std::lock_guard const lock{mutex_};
        running_ = false;
        ending.swap(threads_);
    }
}

std::unique_ptr<pool>
make_pool(pool_share const& share, child_options const& children, pool_runners with) {
    switch (share.pool) {
    case pool_kind::solo:
        return std::make_unique<solo_pool>(std::move(with.run));
    case pool_kind::threads:
        return std::make_unique<thread_pool>(share.concurrency, std::move(with.run));
    case pool_kind::prefork:
        return std::make_unique<prefork_pool>(share.concurrency, children, std::move(with));
    case pool_kind::async:
        break;
    }
    return std::make_unique<async_pool>(share.concurrency, std::move(with.run_async));
}

} // namespace peyk::worker_detail
