#include "worker/src/queue_pools.hpp"

#include <thread>
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

void thread_pool::run() {
    std::vector<std::jthread> threads;
    threads.reserve(threads_);
    for (std::size_t at = 0; at < threads_; ++at)
        threads.emplace_back([this] { run_all(jobs_, runner_); });
}

std::unique_ptr<pool> make_pool(worker_options const& options, pool::runner run) {
    if (options.pool == pool_kind::solo)
        return std::make_unique<solo_pool>(std::move(run));
    return std::make_unique<thread_pool>(effective_concurrency(options), std::move(run));
}

} // namespace peyk::worker_detail
