#pragma once
// The stations of a worker as one: each feeds a pool of its own. Everything but run() and stop()
// happens on the client's thread.

#include "worker/src/alarm_clock.hpp"
#include "worker/src/limit_table.hpp"
#include "worker/src/station.hpp"
#include <peyk/client.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk::worker_detail {

class processor {
public:
    using events = station::events;

    processor(task_registry const& registry,
              worker_options const& options,
              client through,
              events on);

    void start();
    void stop_receiving();    // also hands back what has not started
    void interrupt_running(); // asks what runs to stop; a failure from now on is handed back
    void release_running();   // hands back what runs, and asks it to stop
    [[nodiscard]] bool idle() const;
    [[nodiscard]] bool holds_any() const { return in_hand() > 0; }
    [[nodiscard]] std::size_t in_hand() const;
    [[nodiscard]] std::uint64_t processed() const; // settled and confirmed
    [[nodiscard]] bool runs_any() const;
    // Since the start; shares of busy slots since the last call.
    [[nodiscard]] worker_metrics metrics();

    // In the order in which they were asked for, but solo first; one at least.
    [[nodiscard]] std::vector<std::unique_ptr<station>> const& stations() const {
        return stations_;
    }
    [[nodiscard]] station& main() { return *stations_.front(); }
    [[nodiscard]] station* find(std::string const& pool); // null: it has no such pool
    [[nodiscard]] std::size_t slots() const;              // of all
    // As in the settings, with the sizes of now if there are several: "threads:8,async:1000".
    [[nodiscard]] std::string pool_text() const;

    // Of attempts of this task that begin from now on. False: nobody registered it.
    [[nodiscard]] bool limit_time(std::string const& task, time_limits limits);
    [[nodiscard]] std::vector<std::string> const& queues() const { return queues_; }
    // False: there already; or not there, or the last one.
    [[nodiscard]] bool add_queue(std::string const& name);
    [[nodiscard]] bool drop_queue(std::string const& name);

    // Runs the first pool on this thread and each other one on a thread of its own, until stop()
    // was called and nothing runs.
    void run();
    void stop(); // from any thread

private:
    task_registry const& registry_;
    events on_;
    std::vector<std::string> queues_;
    std::optional<slot_range> scale_; // of the first pool
    alarm_clock alarms_;
    limit_table limits_;
    std::vector<std::unique_ptr<station>> stations_;
};

} // namespace peyk::worker_detail
