#pragma once
// How many slots a pool has that has as many as there is work for: one more whenever all are in
// use and something came, so that the next finds one; down to the most that were in use in a while.
// Pure: whoever owns the pool and the clock calls it.

#include <peyk/worker_options.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace peyk::worker_detail {

class autoscaler {
public:
    // How often looked() is to be called.
    static constexpr std::chrono::seconds looked_every{30};

    explicit autoscaler(slot_range between) : between_(between) {}

    // Something came, and so many of the slots are in use now. The new number, if it changes.
    [[nodiscard]] std::optional<std::size_t> received(std::size_t in_use, std::size_t slots);
    // A while is over. The new number, if it changes.
    [[nodiscard]] std::optional<std::size_t> looked(std::size_t in_use, std::size_t slots);

private:
    slot_range between_;
    std::size_t peak_ = 0; // in use at once, since the last look
};

} // namespace peyk::worker_detail
