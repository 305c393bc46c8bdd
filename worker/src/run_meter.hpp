#pragma once
// What the attempts of one pool came to since the worker started, and how busy its slots are.
// Thread-safe. As many tasks as are registered, which is its bound.

#include <peyk/outcome.hpp>
#include <peyk/worker_info.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace peyk::worker_detail {

enum class run_end : std::uint8_t { succeeded, failed, retried, handed_back, crashed };

// As far as the worker knows: where the message has a policy of its own, the broker decides.
[[nodiscard]] run_end
end_of(outcome const& ended, std::uint32_t attempt, std::uint32_t message_max_retries);

class run_meter {
public:
    using clock = std::chrono::steady_clock;

    explicit run_meter(std::size_t slots, clock::time_point now = clock::now())
        : slots_(slots), seen_(now) {}

    // A function begins. How many slots it has until left(), at most all of them.
    [[nodiscard]] std::size_t began(std::size_t wanted, clock::time_point now);
    void left(std::size_t taken, clock::time_point now);
    void resize(std::size_t slots, clock::time_point now);
    void count(run_end how, std::uint64_t times = 1);
    // One run of a task, however it ended.
    void ran(std::string const& task, clock::duration took);

    // Everything counted goes on top; `pool` names the slots. The share of busy ones is that since
    // this was called the last time.
    void add_to(worker_metrics& all, std::string const& pool, clock::time_point now);

private:
    struct runs {
        std::uint64_t count = 0;
        clock::duration took{0};
    };
    using slot_time = std::chrono::duration<double>;

    void pass(clock::time_point now);       // with the mutex
    [[nodiscard]] double take_busy_share(); // with the mutex

    std::mutex mutex_; // guards all below
    std::size_t slots_;
    std::size_t taken_ = 0;
    clock::time_point seen_;
    slot_time busy_{0}; // of all slots together, since it was asked for
    slot_time had_{0};
    std::array<std::uint64_t, 5> ends_{};
    std::map<std::string, runs> tasks_;
};

// The most frequent first, and no more than so many; what is left becomes `others`.
void keep_most_frequent(worker_metrics& of, std::size_t tasks_max);

} // namespace peyk::worker_detail
