#pragma once
// Why a message is not running, as the broker's dispatcher sees it.

#include <peyk/limit.hpp>
#include <peyk/message_id.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peyk {

enum class obstacle_kind : std::uint8_t {
    none = 0, // nothing: it leaves now
    unknown = 1,
    final = 2,
    running = 3,
    reserved = 4, // with a worker, not started yet
    scheduled = 5,
    retry = 6,
    unique_key = 7,
    settling = 8, // the broker waits for the workers it knew before it went down
    queue_held = 9,
    task_held = 10,
    key_held = 11,
    ordering_key = 12,
    nobody_reads = 13,
    nobody_announces = 14,
    labels = 15,
    rate_limit = 16,
    concurrency_limit = 17,
    slow_readers = 18,
    behind_others = 19,
};

// "none", "rate_limit", ...
[[nodiscard]] std::string_view to_string(obstacle_kind value);

struct obstacle {
    obstacle_kind kind = obstacle_kind::none;
    std::string text = {}; // "rate limit tasks.add 10/m, next token in 4.2 s"
    std::string name = {}; // of the queue, task, key, worker or labels in question
    message_id by = {};    // the message in the way
    std::optional<std::chrono::system_clock::time_point> until = {}; // when it goes away by itself
    std::uint64_t ahead = 0;         // messages before it
    bool more_ahead = false;         // at least so many
    std::uint32_t workers = 0;       // that could take it
    std::chrono::milliseconds expected{0}; // until its turn comes; 0: not known
    limit_names limited = {};        // patterns of the limit
};

// Ready messages of a queue by what is in their way.
struct obstacle_count {
    obstacle_kind kind = obstacle_kind::none;
    std::string name = {};
    std::uint64_t messages = 0;
};

} // namespace peyk
