#pragma once
// What is said about a task when it is registered.

#include <peyk/message.hpp>
#include <peyk/task_options.hpp>
#include <peyk/worker_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

// When the broker is told that a message need not come again if its worker is lost.
enum class ack : std::uint8_t {
    late,  // at the end: it runs at least once
    early, // on the broker's disk before it begins: it begins at most once, unless it asks itself
           // to be retried; a lost worker makes it a failure of the type peyk::worker_lost
};

// The policies travel with calls published through the registered task. A message from elsewhere
// that names no retries is retried by the worker as `max_retries` and `retry` say here.
struct task_settings {
    // The names of the parameters (without the context), so that named arguments find their place.
    std::vector<std::string> args = {};
    std::string queue = {}; // empty: "default"
    std::optional<std::uint8_t> priority = {};
    // 3 means four runs. Wins over the one inside `retry`. Neither: failures are not retried.
    std::optional<std::uint32_t> max_retries = {};
    std::optional<retry_policy> retry = {}; // the backoff
    peyk::ack ack = peyk::ack::late;
    bool track_started = false;                          // STARTED is recorded
    bool ignore_result = false;                          // no result is kept
    std::optional<std::chrono::seconds> result_ttl = {}; // how long the result is kept
    // A larger encoded result is a permanent failure, peyk::result_too_large; none: what the broker
    // takes. Held by the worker that runs the task.
    std::optional<std::size_t> result_bytes_max = {};
    std::optional<std::uint32_t> max_crashes = {}; // workers it may take down
    std::optional<uniqueness> unique = {};         // one key for all calls
    // What its worker must have, as "gpu=a100"; of calls published through the registered task.
    std::vector<std::string> labels = {};
    // The pool it runs in, in a worker that has it among others; none: see worker_options::pools.
    std::optional<pool_kind> pool = {};
    // Of that pool, for one run: it begins when so many are free, and nothing behind it begins
    // before; more than the pool has are all of them. Of a batch, and in the solo pool: 1. Not the
    // `cost` of a message, which is what its run counts in rates and shares.
    std::uint32_t slots = 1;
    // Of one attempt, from where it begins to run; those of the message win. After the soft one the
    // stop token is requested and operations of a coroutine are cancelled; after the other one the
    // attempt has failed, whatever its function still does.
    std::optional<std::chrono::milliseconds> soft_time_limit = {};
    std::optional<std::chrono::milliseconds> time_limit = {};

    // The defaults of calls published through the registered task.
    [[nodiscard]] task_options call_defaults() const;
    // The whole retry policy of messages that bring none; max_retries is 0 if nothing was said.
    [[nodiscard]] retry_policy retries() const;
};

} // namespace peyk
