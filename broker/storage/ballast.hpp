#pragma once
// Disk space set aside for the day the disk is full: given up then, so that what was accepted can
// still be settled, and taken back when there is room again.

#include "broker/storage/file_system.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace peyk::storage {

// One thread at a time but for held_bytes().
class ballast {
public:
    // What a run before has set aside, and not given up, is held from the start.
    ballast(file_system& files, std::string path, std::uint64_t bytes);

    // Sets the space aside. False: there is none; nothing is broken.
    bool take();
    // Gives the space to others. False: there was none.
    bool release();

    [[nodiscard]] std::uint64_t wanted_bytes() const { return bytes_; }
    // Any thread.
    [[nodiscard]] std::uint64_t held_bytes() const { return held_.load(std::memory_order_relaxed); }

private:
    file_system& files_;
    std::string const path_;
    std::uint64_t const bytes_;
    std::atomic<std::uint64_t> held_{0};
};

} // namespace peyk::storage
