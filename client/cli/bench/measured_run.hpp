#pragma once
// The part of a scenario that counts: for so many messages, or for so many seconds after a warm-up.
// Takes time and CPU at both ends.

#include "client/cli/bench/rig.hpp"
#include "client/cli/progress.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json/fwd.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace peyk::cli::bench {

class measured_run {
public:
    // `done` counts messages that are through. With a count there is no warm-up: the count is
    // exact.
    measured_run(rig& on, std::string const& what, std::function<std::uint64_t()> done);

    // Instead of what the options say; before run().
    void for_count(std::uint64_t messages) { count_ = messages; }
    // So long, unless the options say how long; the count is about something else.
    void for_seconds(double length) {
        count_.reset();
        seconds_ = rig_.what().seconds.value_or(length);
    }

    // Returns when it is over; `begin` sets the load going.
    void run(std::function<void()> const& begin);
    // To be called whenever `done` has grown.
    void advance();
    // Any thread may ask.
    [[nodiscard]] bool is_measuring() const { return measuring_; }

    // messages, seconds, rate_per_s, broker_cpu_us, client_cpu_us.
    [[nodiscard]] boost::json::object fields() const;

private:
    using clock = std::chrono::steady_clock;
    struct reading {
        clock::time_point at;
        cpu_reading cpu;
        std::uint64_t done = 0;
    };

    [[nodiscard]] reading read() const;
    void start();
    void stop();
    void show();

    rig& rig_;
    std::function<std::uint64_t()> done_;
    std::string what_;
    std::optional<std::uint64_t> count_;
    double seconds_;
    asio::steady_timer timer_;
    std::optional<progress> bar_;
    std::atomic<bool> measuring_{false};
    clock::time_point began_;
    reading first_;
    reading last_;
};

} // namespace peyk::cli::bench
