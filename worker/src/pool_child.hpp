#pragma once
// A process of the prefork pool as the worker sees it: ready, given one task after the other, gone
// at last. Belongs to its executor, one thread.

#include "worker/src/pool_format.hpp"
#include "worker/src/pool_link.hpp"
#include "worker/src/report_route.hpp"
#include "worker/src/spawned_child.hpp"
#include <peyk/context.hpp>
#include <peyk/outcome.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace peyk::worker_detail {

class pool_child : public std::enable_shared_from_this<pool_child> {
public:
    // main() of the program has so long until it runs the pool's part.
    static constexpr std::chrono::seconds ready_within{60};
    // One that was told to leave is killed after this time.
    static constexpr std::chrono::seconds gone_within{5};

    pool_child(asio::any_io_executor executor, spawned_child made);

    // Watches its end. `on_exit` is called once, by itself; not after close().
    void watch(std::function<void()> on_exit);
    // False: it ended first, or took too long and was killed.
    asio::awaitable<bool> ready();
    // Runs the task there. If the process ends meanwhile, verdict::crashed.
    asio::awaitable<outcome> run(context const& with, report_route& to);
    void kill();
    // To leave: what runs in it is not waited for.
    void close();

    [[nodiscard]] bool has_ended() const { return has_ended_; }
    [[nodiscard]] std::string const& end_text() const { return end_text_; }
    [[nodiscard]] pid_t pid() const { return made_.pid; }
    [[nodiscard]] std::uint32_t tasks() const { return tasks_; }
    [[nodiscard]] std::uint64_t rss_bytes() const { return rss_bytes_; } // after the last task
    [[nodiscard]] std::chrono::steady_clock::time_point born() const { return born_; }

private:
    void wait_for_end();
    [[nodiscard]] bool is_there() const;
    void ended();
    asio::awaitable<void> end();
    void request_stop(bool soft_limit_over);
    void forward(pool_wire::Report&& report, delivery_token token, report_route& to);
    void kill_after(std::chrono::seconds time);

    spawned_child made_;
    std::shared_ptr<pool_link> link_;
    asio::posix::stream_descriptor exit_;
    asio::steady_timer end_event_; // cancelled when it has ended
    asio::steady_timer patience_;
    std::function<void()> on_exit_;
    std::chrono::steady_clock::time_point born_ = std::chrono::steady_clock::now();
    std::string end_text_ = "still there";
    std::uint64_t rss_bytes_ = 0;
    std::uint64_t attempts_ = 0; // one more when one begins, and when it ends
    std::uint32_t tasks_ = 0;
    bool has_ended_ = false;
    bool is_dismissed_ = false; // its end is no surprise
};

} // namespace peyk::worker_detail
