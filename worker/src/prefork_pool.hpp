#pragma once
// The pool `prefork`: each slot has a process of its own, which runs one task at a time. A process
// that ends takes its attempt along and nothing else; its slot begins another.

#include "worker/src/pool.hpp"
#include "worker/src/pool_child.hpp"
#include "worker/src/waiting_list.hpp"
#include <peyk/worker_options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace peyk::worker_detail {

class prefork_pool final : public pool {
public:
    // When so many processes in a row, and none before, did not start, the pool is broken.
    static constexpr std::uint32_t failed_starts_max = 5;

    // What `run_elsewhere` gives does not throw.
    prefork_pool(std::size_t slots, child_options children, pool_runners with);

    [[nodiscard]] std::size_t slots() const override { return slots_; }
    [[nodiscard]] bool resize(std::size_t slots) override;
    void submit(std::vector<delivery> batch) override;
    [[nodiscard]] std::vector<delivery> take_back() override { return waiting_.take_all(); }
    [[nodiscard]] bool take_back(delivery_token token) override { return waiting_.remove(token); }
    void run() override;
    // What still runs was given up by the worker, and is killed.
    void stop() override;

private:
    struct slot {
        explicit slot(asio::io_context& loop) : bell(loop) {}

        asio::steady_timer bell; // what the slot waits for while it has nothing to do
        std::shared_ptr<pool_child> child;
        std::chrono::duration<double> age_max{0}; // of this child, as the others below
        std::uint64_t rss_bytes_max = 0;
        std::uint32_t tasks_max = 0;
        bool is_surplus = false;
        bool is_idle = false;
        bool is_serving = false;
    };

    void adjust_slots();
    [[nodiscard]] std::size_t wanted_slots() const;
    asio::awaitable<void> keep(slot& own);
    asio::awaitable<void> begin_child(slot& own);
    void set_limits(slot& own);
    [[nodiscard]] static bool is_due(slot const& own);
    void dismiss(slot& own);
    asio::awaitable<void> serve(slot& own, delivery what);
    asio::awaitable<void> pause(slot& own, std::chrono::steady_clock::time_point until);
    [[nodiscard]] bool is_wanted(slot const& own) const;
    void wake_idle(std::size_t count);

    child_options children_;
    pool_runners with_;
    std::atomic<std::size_t> slots_;
    waiting_list waiting_;
    asio::io_context loop_{1}; // its thread alone uses what follows
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::list<slot> kept_;
    std::minstd_rand random_{std::random_device{}()};
    std::uint32_t failed_starts_ = 0;
    bool has_started_ = false; // one child at least
    bool is_ending_ = false;
};

} // namespace peyk::worker_detail
