#pragma once
// Takes deliveries from the consumer and gives them to the pool, never more than there is credit
// for, and knows how many are still in hand: running, waiting, or settled and not yet confirmed.
// Everything but the pool's side happens on the client's thread.

#include "worker/src/attempt_runner.hpp"
#include "worker/src/pool.hpp"
#include "worker/src/running_tasks.hpp"
#include "worker/src/settler.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace peyk::worker_detail {

class processor {
public:
    struct events {
        std::function<void()> idle;               // after stop_receiving(): all is confirmed
        std::function<void(std::string)> refused; // no subscription; nothing will come
    };

    processor(task_registry const& registry,
              worker_options const& options,
              client through,
              events on);

    // On the client's thread.
    void start();
    void stop_receiving();    // also hands back what has not started
    void interrupt_running(); // asks what runs to stop; a failure from now on is handed back
    void release_running();   // hands back what runs, and asks it to stop
    [[nodiscard]] bool idle() const { return closed_ && in_hand_ == 0; }
    [[nodiscard]] bool holds_any() const { return in_hand_ > 0; }
    [[nodiscard]] std::size_t in_hand() const { return in_hand_; }
    [[nodiscard]] std::uint64_t processed() const { return processed_; } // settled and confirmed
    // Slots of the pool, and with them the credit. False: this kind of pool has one size.
    [[nodiscard]] bool resize(std::size_t slots);
    // Of attempts of this task that begin from now on. False: nobody registered it.
    [[nodiscard]] bool limit_time(std::string const& task, time_limits limits);
    [[nodiscard]] std::vector<std::string> const& queues() const { return queues_; }
    // False: there already; or not there, or the last one.
    [[nodiscard]] bool add_queue(std::string const& name);
    [[nodiscard]] bool drop_queue(std::string const& name);

    // On any thread.
    [[nodiscard]] pool& where() { return *pool_; }
    [[nodiscard]] bool runs_any() const { return running_.any(); }

private:
    [[nodiscard]] consumer_options subscription(task_registry const& registry,
                                                worker_options const& options);
    void receive();
    void received(error_code error, std::vector<delivery> batch);
    void take(std::vector<delivery> batch);
    void release(std::vector<delivery> const& unstarted);
    void recalled(recall const& what);
    // As many as there are slots that no function holds whose attempt is over.
    void adjust_credit();
    void one_settled();
    void look_whether_idle();

    task_registry const& registry_;
    events on_;
    running_tasks running_;
    std::unique_ptr<pool> pool_;
    std::uint32_t prefetch_;
    std::uint32_t credit_;
    std::vector<std::string> queues_;
    consumer consumer_;
    settler settler_;
    asio::any_io_executor executor_; // the client's
    alarm_clock alarms_;
    limit_table limits_;
    attempt_runner runner_;
    std::uint64_t processed_ = 0;
    std::size_t in_hand_ = 0; // received and not confirmed as settled
    bool stopping_ = false;
    bool closed_ = false; // the consumer is closed: nothing comes any more
};

} // namespace peyk::worker_detail
