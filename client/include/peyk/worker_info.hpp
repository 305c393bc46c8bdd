#pragma once
// Programs that are connected to the broker, and what they may be told to do.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

struct consumer_info {
    std::uint32_t consumer = 0;
    std::vector<std::string> queues = {};
    std::vector<std::string> tasks = {}; // empty: everything
    std::uint32_t credit = 0;
    std::uint32_t unsettled = 0;
};

// Runs of one task since the worker started.
struct task_runs {
    std::string task = {};
    std::uint64_t runs = 0;
    std::chrono::microseconds ran{0}; // all of them together
};

struct pool_use {
    std::string pool = {};
    std::uint32_t slots = 0;
    double busy = 0; // share of its slots since the worker last spoke, 0 to 1
};

// What a worker did since it started, as it counts: attempts by what they ended as.
struct worker_metrics {
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0; // and not tried again
    std::uint64_t retried = 0;
    std::uint64_t handed_back = 0;     // or put off: at no cost
    std::uint64_t crashed = 0;         // took their process down
    std::vector<task_runs> tasks = {}; // those that ran most often first; 100 at most
    task_runs others = {};             // all others together
    std::vector<pool_use> pools = {};
};

struct session_info {
    std::string id = {}; // names it; gives no right to it
    std::string name = {};
    bool connected = false; // false: in its grace period
    bool stalled = false;   // does not read what it is sent
    std::chrono::milliseconds heard{0}; // since something was heard of it
    std::chrono::system_clock::time_point since = {}; // connected
    std::map<std::string, std::string> facts = {}; // "host", "pid", "pool", "concurrency", ...
    std::optional<worker_metrics> metrics = {};    // none: it is no worker, or does not count
    std::vector<std::string> labels = {};          // "gpu=a100"
    std::vector<consumer_info> consumers = {};     // none: it is no worker
    std::uint64_t leased = 0;
    std::uint64_t started = 0;
    std::uint64_t delivered = 0; // since it connected
    std::uint64_t settled = 0;
    std::chrono::milliseconds since_delivery{0}; // or, before the first one, since it connected
};

// Which of them.
struct worker_target {
    std::string name = {};  // pattern, or an id; empty: any
    std::string label = {}; // pattern for one of its labels; empty: any
};

// What an operator wants a worker to do. Actions are Celery's: pool_grow N, pool_shrink N,
// autoscale MAX MIN, add_consumer QUEUE, cancel_consumer QUEUE, shutdown, ping, ...
struct instruction {
    std::string action = {};
    std::vector<std::string> arguments = {};
};

struct instruction_reply {
    bool ok = false;
    std::string text = {}; // what was done, or why not
};

// One worker's answer, or the broker's for it: "did not answer within 5 s".
struct instructed {
    std::string worker = {};
    instruction_reply reply = {};
};

// Runs on the client's thread: be short, answer once, from any thread.
using instruction_handler =
    std::function<void(instruction what, std::function<void(instruction_reply)> answer)>;

} // namespace peyk
