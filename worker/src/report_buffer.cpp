#include "worker/src/report_buffer.hpp"

#include <algorithm>
#include <utility>

namespace peyk::worker_detail {

void report_buffer::progress(std::uint64_t done, std::uint64_t total, std::string_view text) {
    told_.progress = peyk::progress{done, total, std::string{text.substr(0, progress_text_max)}};
}

void report_buffer::checkpoint(std::string_view bytes) {
    told_.checkpoint = std::string{bytes};
}

void report_buffer::log(std::string_view text) {
    if (text.empty())
        return;
    told_.log.append(text.substr(0, log_bytes_max - 1));
    if (told_.log.back() != '\n')
        told_.log.push_back('\n');
    drop_oldest_lines();
}

void report_buffer::drop_oldest_lines() {
    if (told_.log.size() <= log_bytes_max)
        return;
    auto const surplus = told_.log.size() - log_bytes_max;
    auto const cut = told_.log.find('\n', surplus - 1) + 1; // the last byte is a line's end
    lines_dropped_ += static_cast<std::size_t>(
        std::count(told_.log.begin(), told_.log.begin() + static_cast<std::ptrdiff_t>(cut), '\n'));
    told_.log.erase(0, cut);
}

std::optional<task_report> report_buffer::take(time now) {
    if (is_unanswered_ || is_empty() || (!told_.checkpoint && now < not_before_))
        return std::nullopt;
    not_before_ = now + report_interval;
    is_unanswered_ = true;
    return take_rest();
}

report_buffer::time report_buffer::next() const {
    return is_unanswered_ || is_empty() ? time::max() : not_before_;
}

std::optional<task_report> report_buffer::take_rest() {
    if (is_empty())
        return std::nullopt;
    if (auto const dropped = std::exchange(lines_dropped_, 0); dropped > 0)
        told_.log.insert(0, "(" + std::to_string(dropped) + " lines left out)\n");
    return std::exchange(told_, {});
}

} // namespace peyk::worker_detail
