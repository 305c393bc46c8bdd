#pragma once
// Takes messages from the broker, runs the tasks they name and settles them. app.main() is one with
// a command line and signals; use this to embed a worker into a program of your own.

#include <peyk/client.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace peyk {

class worker_runtime;

enum class worker_end : std::uint8_t {
    drained,   // everything it held was finished or handed back, and confirmed
    abandoned, // tasks still ran when waiting was over; they were handed back
    refused,   // the broker refused the subscription, see worker::failure()
};

// One run per object. start() and wait(), or run(), are for the thread that made it; stop() and
// stop_now() for any.
class worker {
public:
    // The registry has to outlive the worker, and no task is added from now on. Throws
    // std::invalid_argument for options that make no sense, peyk::error for a bad URL.
    worker(task_registry const& registry, worker_options options);
    // Waits for tasks that still run; they should look at their stop token.
    ~worker();
    worker(worker const&) = delete;
    worker& operator=(worker const&) = delete;

    // SIGTERM and SIGINT stop this worker: the first time warm, the second time now. Before run().
    void stop_on_signals();
    // Called (on the worker's own thread) as soon as a stop gave up on tasks that still run: the
    // solo pool cannot come back from run() then. For programs that want to exit at once.
    void on_abandoned(std::function<void()> what);

    // Runs until it is stopped. The solo pool runs its tasks in here.
    worker_end run();

    // Warm: takes nothing new, hands back what has not started, finishes what runs, waits until all
    // of it is confirmed or the drain timeout is over. Returns at once.
    void stop();
    // Hands back what runs, too, without waiting for it. Returns at once.
    void stop_now();

    [[nodiscard]] std::string failure() const;

private:
    std::unique_ptr<worker_runtime> runtime_;
};

} // namespace peyk
