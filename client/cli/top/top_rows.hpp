#pragma once
// What `peyk top` shows, row by row: made of what the broker says at one moment and at the one
// before.

#include "client/cli/queue_rates.hpp"
#include <peyk/broker_stats.hpp>
#include <peyk/event.hpp>
#include <peyk/status.hpp>
#include <peyk/worker_info.hpp>

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peyk::cli {

// One look at the broker.
struct top_snapshot {
    look_time when = {};
    broker_stats broker = {};
    std::vector<queue_stats> queues = {};
    std::vector<session_info> workers = {};
};

struct top_header {
    broker_stats broker = {};
    std::optional<std::chrono::milliseconds> up = {};
    std::optional<double> in_per_s = {}; // of all queues
    std::optional<double> out_per_s = {};
};

struct worker_row {
    std::string id = {};
    std::string name = {};
    std::string pool = {};
    std::uint64_t slots = 0; // 0: it does not say
    std::uint64_t busy = 0;  // started, as the broker knows
    std::uint64_t reserved = 0;
    std::uint64_t processed = 0;
    std::uint64_t rss_bytes = 0;
    std::string load = {};
    std::chrono::milliseconds heard{0};
    bool connected = false;
    bool stalled = false;
    std::vector<std::string> queues = {};
};

struct failure_row {
    time_point at = {};
    message_id id = {};
    std::string task = {};
    std::string queue = {};
    std::string worker = {};
    std::string error = {};
    bool is_final = false; // else it is tried again
};

// A message a worker has.
struct running_row {
    message_id id = {};
    std::string task = {};
    std::string queue = {};
    std::string state = {};
    std::optional<std::chrono::milliseconds> since = {}; // started
};

[[nodiscard]] top_header
make_header(broker_stats const& broker, std::vector<queue_row> const& queues, time_point now);
[[nodiscard]] worker_row make_row(session_info const& of);
[[nodiscard]] failure_row make_row(event const& of);
[[nodiscard]] running_row make_row(status const& of, time_point now);

[[nodiscard]] boost::json::object present(top_header const& of);
[[nodiscard]] boost::json::object present(worker_row const& of);
[[nodiscard]] boost::json::object present(failure_row const& of);

} // namespace peyk::cli
