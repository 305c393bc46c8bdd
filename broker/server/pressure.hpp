#pragma once
// How much memory and disk is left, and how fast publishers are read therefore: at full speed below
// the slow marks, then more and more slowly; at the limit publishes are refused.

#include "broker/core/time.hpp"
#include "broker/net/wire_convert.hpp"

#include <cstdint>

namespace peyk::server {

struct pressure_options {
    std::uint32_t memory_slow_percent = 80; // of limits::memory_bytes_max
    std::uint32_t disk_slow_percent = 90;   // of what may be used before the disk counts as full
};

class pressure_gauge {
public:
    // A session that publishes is not read for so long at the most. Short against heartbeats.
    static constexpr core::duration delay_max{100};

    pressure_gauge(pressure_options const& options, std::uint64_t memory_bytes_max)
        : options_(options), memory_bytes_max_(memory_bytes_max) {}

    // `disk_used`: the share of what may be used; `disk_full`: publishes are refused.
    void measure(std::uint64_t memory_bytes, double disk_used, bool disk_full);

    [[nodiscard]] net::pressure level() const { return level_; }
    // How long a session that has just published is not read; 0 without pressure.
    [[nodiscard]] core::duration delay() const { return delay_; }

private:
    pressure_options options_;
    std::uint64_t memory_bytes_max_;
    net::pressure level_ = net::pressure::none;
    core::duration delay_{0};
};

} // namespace peyk::server
