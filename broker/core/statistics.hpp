#pragma once
// What went through each queue and each task, as plain counters and histograms of the time since
// they were last taken away. The shell takes them every minute and keeps the history.

#include "broker/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace peyk::core {

// Durations in buckets that grow by a quarter: a quantile is known within 12 %. The first bucket is
// under 1 ms, the last over a week.
class histogram {
public:
    static constexpr std::size_t buckets = 96;

    void add(duration what);
    void add(histogram const& other);
    [[nodiscard]] std::uint64_t count() const;
    // The duration that the share `q` (0 to 1) does not exceed; 0 if nothing was counted.
    [[nodiscard]] duration quantile(double q) const;
    [[nodiscard]] std::array<std::uint32_t, buckets> const& counts() const { return counts_; }
    [[nodiscard]] std::array<std::uint32_t, buckets>& counts() { return counts_; }
    // Where a bucket ends, in milliseconds.
    [[nodiscard]] static double upper_ms(std::size_t bucket);

private:
    [[nodiscard]] static std::size_t bucket_of(duration what);
    std::array<std::uint32_t, buckets> counts_{};
};

struct sample {
    std::uint32_t published = 0;
    std::uint32_t delivered = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t failed = 0;  // finally
    std::uint32_t retried = 0; // failed attempts that were not the last
    std::uint32_t revoked = 0;
    std::uint32_t crashed = 0; // workers lost while it ran
    histogram waited; // from ready to delivered
    histogram ran;    // from started (delivered, where that is not told) to settled

    [[nodiscard]] bool empty() const;
    void add(sample const& other);
};

enum class series_kind : std::uint8_t { queue, task };

struct named_sample {
    series_kind kind = series_kind::queue;
    std::string_view name; // lives as long as the process
    core::sample sample;
};

// What one name has counted so far.
struct series {
    series_kind kind = series_kind::queue;
    std::string_view name;    // lives as long as the process
    series** place = nullptr; // who counts knows it from here
    core::sample sample = {};
};

} // namespace peyk::core
