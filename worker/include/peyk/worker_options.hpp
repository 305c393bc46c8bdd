#pragma once
// How a worker runs. config/worker.yaml says the same with one sentence per key.

#include <peyk/client_options.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

enum class pool_kind : std::uint8_t {
    solo,    // one task at a time, on the thread that runs the worker
    threads, // `concurrency` threads
    prefork, // `concurrency` processes, each one task at a time; see child_options
    async,   // `concurrency` coroutines that take turns on one thread
};

// One of several pools of a worker.
struct pool_share {
    pool_kind pool = pool_kind::threads;
    std::uint32_t concurrency = 0; // as in worker_options

    bool operator==(pool_share const&) const = default;
};

// Tasks at once, as many as there is work for.
struct slot_range {
    std::uint32_t least = 1;
    std::uint32_t most = 1;

    bool operator==(slot_range const&) const = default;
};

// The processes of the prefork pool. Each is this program, begun anew: what main() does before
// app::main() is done in each of them. A limit makes room for a fresh process, between two tasks;
// no two at the same moment, since each process takes up to a fifth off its limits. 0: no limit.
struct child_options {
    std::uint32_t tasks_max = 0;
    std::uint64_t rss_bytes_max = 0; // memory that is resident after a task
    std::chrono::seconds age_max{0};
    // What to begin: the path of the program and its arguments. app::main() fills it in; a program
    // that makes a peyk::worker itself names one that calls app::main() with the same tasks.
    std::vector<std::string> command = {};
};

// How long one attempt may take; none: as long as it takes. See task_settings.
struct time_limits {
    std::optional<std::chrono::milliseconds> soft = {};
    std::optional<std::chrono::milliseconds> hard = {};
};

enum class log_format : std::uint8_t { text, json };

struct worker_options {
    client_options connection; // `tasks` is filled in by the worker; name empty: program@host:pid
    pool_kind pool = pool_kind::threads;
    // Tasks at once; 0: one per core, of the async pool 1,000. The solo pool runs one.
    std::uint32_t concurrency = 0;
    // Several pools at once, of different kinds, instead of `pool` and `concurrency`. Each task
    // runs in the one its registration names; if that is not here, a coroutine runs in `async`,
    // anything else in the first that is not `async`.
    std::vector<pool_share> pools = {};
    // The first pool grows and shrinks between these; its concurrency is not looked at.
    std::optional<slot_range> autoscale = {};
    child_options children = {};
    std::uint32_t prefetch = 0; // deliveries held beyond those that run, by each pool
    std::vector<std::string> queues{"default"};
    peyk::time_limits time_limits = {}; // of tasks whose message and registration say nothing
    // How long a warm shutdown waits for running tasks; 0: as long as it takes.
    std::chrono::milliseconds drain_timeout{30'000};
    // How long tasks that were then asked to stop may take to do so, before they are handed back
    // while they run; 0: not at all.
    std::chrono::milliseconds interrupt_timeout{5'000};
    // Also where the program around has its own spdlog logger; the last worker made decides for the
    // process.
    std::string log_level = "info"; // trace, debug, info, warning, error, critical, off
    peyk::log_format log_format = log_format::text;
};

[[nodiscard]] char const* to_string(pool_kind pool);
// The pools these options ask for, with their sizes; one at least.
[[nodiscard]] std::vector<pool_share> effective_pools(worker_options const& options);

} // namespace peyk
