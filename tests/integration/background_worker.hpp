#pragma once
// A worker in the process of a test.

#include <peyk/worker.hpp>

#include <thread>
#include <utility>

namespace peyk::test {

// A worker on a thread of its own; the end of the object stops it.
class background_worker {
public:
    background_worker(task_registry const& registry, worker_options options)
        : worker_(registry, std::move(options)), thread_([this] { end_ = worker_.run(); }) {}
    ~background_worker() { stop(); }
    background_worker(background_worker const&) = delete;
    background_worker& operator=(background_worker const&) = delete;

    worker_end stop() {
        if (thread_.joinable()) {
            worker_.stop();
            thread_.join();
        }
        return end_;
    }
    // By itself, because it was told to.
    worker_end join() {
        thread_.join();
        return end_;
    }
    worker& it() { return worker_; }

private:
    worker worker_;
    worker_end end_ = worker_end::drained;
    std::thread thread_;
};

} // namespace peyk::test
