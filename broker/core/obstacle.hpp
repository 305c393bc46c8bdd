#pragma once
// Why a message is not running: the first thing in its way, as the dispatcher itself sees it.

#include "broker/core/ids.hpp"
#include "broker/core/limit.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string>

namespace peyk::core {

enum class obstacle_kind : std::uint8_t {
    none,           // it is ready, and a worker with room for it is there: it leaves now
    unknown,        // nobody published it, or it has been forgotten
    final,          // it is: nothing will run
    running,        // with a worker, started
    reserved,       // with a worker, not started yet
    scheduled,      // for its eta
    retry,          // for its next try
    unique_key,     // `by` has its unique key
    settling,       // the broker waits for the workers it knew before it went down
    queue_held,     // paused, or its worker was told to come later
    task_held,
    key_held,
    ordering_key,   // `by` has the turn
    nobody_reads,   // no consumer reads the queue
    nobody_announces, // consumers do, but none takes its task
    labels,         // they do, but none has the labels it requires
    rate_limit,     // names: the limit; until: the next token
    concurrency_limit,
    slow_readers,   // whoever could take it does not read what it is sent
    behind_others,  // `ahead` messages go before it; all places are taken
};
inline constexpr std::size_t obstacle_kinds = 20;

struct obstacle {
    obstacle_kind kind = obstacle_kind::none;
    // Of the queue, task, limit key, ordering key, unique key, worker or labels in question.
    std::string name;
    std::string reason;          // an operator's words
    owned_limit_names limited;   // the patterns of the limit
    limit_settings limit;
    std::uint32_t running = 0;   // of a concurrency limit
    message_id by;
    wall_time until = unset;     // when it goes away by itself; unset: not known; never
    std::uint64_t ahead = 0;     // messages before it; counted up to limits::sweep_visits_max
    bool more_ahead = false;     // at least so many
    std::uint32_t workers = 0;   // that could take it
    duration expected{0};        // until its turn, by the pace of the last minute; 0: not known
};

// Ready messages of a queue by what is in their way.
struct obstacle_count {
    obstacle_kind kind = obstacle_kind::none;
    std::string name; // of the task, limit or key
    std::uint64_t messages = 0;
};

// One sentence, without a full stop: "rate limit tasks.add 10/m, next token in 4.2 s".
[[nodiscard]] std::string describe(obstacle const& what, wall_time now);
// "10/m", "0.5/s", "none".
[[nodiscard]] std::string to_string(rate const& what);

} // namespace peyk::core
