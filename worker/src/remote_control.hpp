#pragma once
// What operators may tell a worker while it runs, and what it says of itself. Everything happens on
// the client's thread.

#include "worker/src/lifecycle.hpp"
#include "worker/src/processor.hpp"
#include <peyk/client.hpp>
#include <peyk/worker_info.hpp>
#include <peyk/worker_options.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>
#include <string>

namespace peyk::worker_detail {

class remote_control {
public:
    // Facts that change are told so often.
    static constexpr std::chrono::seconds introduced_every{5};
    // Tasks at once, as the settings allow it.
    static constexpr std::size_t slots_max = 10'000;

    remote_control(asio::io_context& loop,
                   processor& works,
                   lifecycle& life,
                   client through,
                   worker_options const& options);

    // Begins to listen, and to say what the worker does.
    void start();
    void stop() { timer_.cancel(); }

    [[nodiscard]] instruction_reply obey(instruction const& what);

private:
    [[nodiscard]] instruction_reply resize(instruction const& what, bool grow);
    [[nodiscard]] instruction_reply autoscale(instruction const& what);
    [[nodiscard]] station* station_of(instruction const& what, std::size_t argument);
    [[nodiscard]] instruction_reply refused_pool(std::string const& name) const;
    [[nodiscard]] instruction_reply change_queues(instruction const& what, bool add);
    [[nodiscard]] instruction_reply limit_time(instruction const& what);
    void introduce();
    [[nodiscard]] std::map<std::string, std::string> facts() const;

    processor& works_;
    lifecycle& life_;
    client client_;
    worker_options const& options_;
    asio::steady_timer timer_;
};

} // namespace peyk::worker_detail
