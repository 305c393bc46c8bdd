#pragma once
// What an attempt has told and the broker has not been sent. Decides what is sent when; sends
// nothing and knows no clock.

#include <peyk/report.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::worker_detail {

// As the broker's limits: more would be cut or refused there.
inline constexpr std::size_t progress_text_max = 1'000;
inline constexpr std::size_t checkpoint_bytes_max = 256u << 10;
inline constexpr std::size_t log_bytes_max = 64u << 10;
// Often enough for eyes, seldom enough for disks.
inline constexpr std::chrono::milliseconds report_interval{250};

class report_buffer {
public:
    using time = std::chrono::steady_clock::time_point;

    void progress(std::uint64_t done, std::uint64_t total, std::string_view text);
    void checkpoint(std::string_view bytes);
    // The oldest lines go when there are too many.
    void log(std::string_view text);

    // What is to be sent now: one report at a time, and only checkpoints sooner than the interval
    // after the last one.
    [[nodiscard]] std::optional<task_report> take(time now);
    // When take() will have something; time::max() while an answer has to come first.
    [[nodiscard]] time next() const;
    // The report taken last has been answered.
    void answered() { is_unanswered_ = false; }
    // Everything there is, for the end.
    [[nodiscard]] std::optional<task_report> take_rest();

private:
    [[nodiscard]] bool is_empty() const {
        return !told_.progress && !told_.checkpoint && told_.log.empty();
    }
    void drop_oldest_lines();

    task_report told_;
    std::size_t lines_dropped_ = 0;
    time not_before_ = time::min();
    bool is_unanswered_ = false;
};

} // namespace peyk::worker_detail
