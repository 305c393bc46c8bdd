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
    async,   // `concurrency` coroutines that take turns on one thread
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
    std::uint32_t prefetch = 0; // deliveries held beyond those that run
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
// The tasks at once these options ask for.
[[nodiscard]] std::uint32_t effective_concurrency(worker_options const& options);

} // namespace peyk
