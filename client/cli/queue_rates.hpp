#pragma once
// Queues as a live view shows them: with rates, which are what changed between two looks.

#include <peyk/broker_stats.hpp>

#include <boost/json/fwd.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace peyk::cli {

struct queue_row {
    queue_stats now = {};
    std::optional<double> in_per_s = {};                  // published; none: this is the first look
    std::optional<double> out_per_s = {};                 // settled
    std::optional<std::chrono::milliseconds> oldest = {}; // age of the oldest ready message
    // What keeps ready messages from running, the most frequent; "" when nothing does.
    std::string why = {};
};

// When the broker was looked at, by the two clocks.
struct look_time {
    std::chrono::steady_clock::time_point steady = {};
    time_point wall = {};
};

class queue_rates {
public:
    [[nodiscard]] std::vector<queue_row> take(std::vector<queue_stats> queues, look_time when);

private:
    struct counts {
        std::uint64_t published = 0;
        std::uint64_t settled = 0;
    };
    std::map<std::string, counts, std::less<>> before_;
    std::chrono::steady_clock::time_point looked_ = {};
};

[[nodiscard]] boost::json::object present(queue_row const& of);

} // namespace peyk::cli
