#pragma once
// One pool and the consumer that feeds it: takes deliveries of its tasks, never more than there is
// credit for, and knows how many are still in hand: running, waiting, or settled and not yet
// confirmed. Everything but the pool's side happens on the client's thread.

#include "worker/src/alarm_clock.hpp"
#include "worker/src/attempt_runner.hpp"
#include "worker/src/autoscaler.hpp"
#include "worker/src/limit_table.hpp"
#include "worker/src/pool.hpp"
#include "worker/src/pool_plan.hpp"
#include "worker/src/run_meter.hpp"
#include "worker/src/running_tasks.hpp"
#include "worker/src/settler.hpp"
#include "worker/src/slot_gate.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker_options.hpp>

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk::worker_detail {

class station {
public:
    struct events {
        std::function<void()> idle;               // after stop_receiving(): all is confirmed
        std::function<void(std::string)> refused; // no subscription; nothing will come
    };
    // What all stations of a worker have in common.
    struct commons {
        task_registry const& registry;
        worker_options const& options;
        client through;
        alarm_clock& alarms;
        limit_table const& limits;
    };

    station(planned_pool const& plan, commons const& with, events on);

    // On the client's thread.
    void start();
    void stop_receiving();    // also hands back what has not started
    void interrupt_running(); // asks what runs to stop; a failure from now on is handed back
    void release_running();   // hands back what runs, and asks it to stop
    [[nodiscard]] bool idle() const { return closed_ && in_hand_ == 0; }
    [[nodiscard]] std::size_t in_hand() const { return in_hand_; }
    [[nodiscard]] std::uint64_t processed() const { return processed_; } // settled and confirmed
    void add_metrics(worker_metrics& to) { meter_.add_to(to, name_, run_meter::clock::now()); }
    // Slots of the pool, and with them the credit. False: this kind of pool has one size.
    [[nodiscard]] bool resize(std::size_t slots);
    // From now on the pool has as many slots as there is work for; nothing: it keeps its size. A
    // size given by resize() ends it. False: this kind of pool has one size.
    [[nodiscard]] bool autoscale(std::optional<slot_range> between);
    void set_queues(std::vector<std::string> const& queues) { consumer_.set_queues(queues); }

    // On any thread.
    // As planned_pool::name().
    [[nodiscard]] std::string const& name() const { return name_; }
    [[nodiscard]] pool& where() { return *pool_; }
    [[nodiscard]] pool const& where() const { return *pool_; }
    [[nodiscard]] bool runs_any() const { return running_.any(); }

private:
    [[nodiscard]] pool_runners runners();
    [[nodiscard]] consumer_options subscription(planned_pool const& plan,
                                                worker_options const& options);
    void receive();
    void received(error_code error, std::vector<delivery> batch);
    void take(std::vector<delivery> batch);
    void grow_with(std::size_t in_use);
    void begin(std::vector<delivery> batch);
    void begin_next();
    void left(delivery_token token);
    void disown(delivery_token token);
    void acknowledge(delivery what);
    void release(std::vector<delivery> const& unstarted);
    void recalled(recall const& what);
    void give_slots(std::optional<std::size_t> slots);
    void look_at_scale_later();
    // As many as there are slots that no function holds whose attempt is over.
    void adjust_credit();
    void one_settled();
    void look_whether_idle();

    task_registry const& registry_;
    std::string name_;
    events on_;
    running_tasks running_;
    std::unique_ptr<pool> pool_;
    run_meter meter_;
    std::uint32_t prefetch_;
    std::uint32_t credit_;
    std::optional<slot_gate> gate_; // none: every run takes one slot, and the pool queues them
    consumer consumer_;
    settler settler_;
    asio::any_io_executor executor_; // the client's
    attempt_runner runner_;
    std::optional<autoscaler> scale_;
    asio::steady_timer scale_timer_;
    std::uint64_t processed_ = 0;
    std::size_t in_hand_ = 0; // received and not confirmed as settled
    bool stopping_ = false;
    bool closed_ = false; // the consumer is closed: nothing comes any more
};

} // namespace peyk::worker_detail
