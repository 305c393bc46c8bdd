#pragma once
// Looks at a broker for the tests of `peyk top`, and keys.

#include "client/cli/top/top_model.hpp"

#include <string>
#include <string_view>

namespace peyk::cli {

inline look_time look_at(int second) {
    return {std::chrono::steady_clock::time_point{} + std::chrono::seconds{100 + second},
            std::chrono::system_clock::from_time_t(1'893'456'000 + second)}; // 2030-01-01
}

// Two queues and a worker; one more second is 100 messages in and 60 out of "mail".
inline top_snapshot snapshot_at(int second) {
    auto const seconds = static_cast<std::uint64_t>(second);
    return {.when = look_at(second),
            .broker = {.version = "1.2.3",
                       .started_at = look_at(-3'600).wall,
                       .messages = 1'500,
                       .journal_bytes = 5u << 20,
                       .memory_bytes = 3u << 20,
                       .memory_bytes_max = 1u << 30},
            .queues = {{.name = "mail",
                        .ready = 1'200,
                        .scheduled = 7,
                        .leased = 4,
                        .dead = 2,
                        .consumers = 1,
                        .oldest_ready = look_at(0).wall,
                        .published = 100 * seconds,
                        .settled = 60 * seconds,
                        .obstacles = {{obstacle_kind::rate_limit, "mail.send", 900}}},
                       {.name = "reports", .ready = 0, .consumers = 1}},
            .workers = {{.id = "w-1",
                         .name = "worker-1",
                         .connected = true,
                         .facts = {{"pool", "threads"},
                                   {"concurrency", "8"},
                                   {"processed", "123456"},
                                   {"rss_bytes", "52428800"},
                                   {"load", "0.50"}},
                         .consumers = {{.queues = {"mail", "reports"}}},
                         .leased = 5,
                         .started = 3}}};
}

inline event failure_at(int second, std::string task, event_kind kind = event_kind::task_failed) {
    return {.kind = kind,
            .at = look_at(second).wall,
            .id = *message_id::parse("0190a5f3-7c1e-7b3a-8f00-0123456789ab"),
            .queue = "mail",
            .task = std::move(task),
            .worker = "worker-1",
            .error_type = "Timeout",
            .error_text = "no answer"};
}

// As they come from a terminal.
inline std::optional<top_action> type(top_model& model, std::string_view bytes) {
    key_reader reader;
    std::optional<top_action> last;
    for (auto const& each : reader.take(bytes))
        last = model.press(each);
    return last;
}

} // namespace peyk::cli
