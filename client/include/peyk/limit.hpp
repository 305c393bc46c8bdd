#pragma once
// Limits: how many messages of a kind may be delivered, per time and at once, by all workers
// together. Enforced by the broker as it dispatches: what is over a limit stays in its queue and
// keeps nobody else waiting.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

// So many in so long.
struct rate {
    double count = 0;            // thousandths at least; 0: as many as come
    std::chrono::seconds per{1}; // 1 s, 1 min, 1 h or 1 day

    bool operator==(rate const&) const = default;
};

// "10/m", "5/s", "0.5/s", "100/h", "3/d"; a number alone is per second, as in Celery; "0" and
// "none" are no limit. Empty: the text means nothing.
[[nodiscard]] std::optional<rate> parse_rate(std::string_view text);
[[nodiscard]] std::string to_string(rate value);

// What a limit is about, by patterns (`*` stands for any characters). Empty: not about that; one at
// least is given. Each combination of names counts for itself: a limit on the key "tenant=*" lets
// every tenant have as much. Of limits about the same things the most specific that matches
// applies; of limits about different things all apply.
struct limit_names {
    std::string task = {};
    std::string queue = {};
    std::string key = {}; // of message::limit_key

    auto operator<=>(limit_names const&) const = default;
};

// What is to be changed; what is absent stays. A burst and per_worker need a rate, given with them
// or set before, else errc::invalid_argument.
struct limit_change {
    std::optional<peyk::rate> rate = {};
    std::optional<std::uint32_t> burst = {};       // at once after a pause; 1: evenly spaced
    std::optional<std::uint32_t> concurrency = {}; // with workers at once; 0: any number
    std::optional<bool> per_worker = {};           // the rate is each worker's own
};

struct limit_info {
    limit_names names = {};
    peyk::rate rate = {};
    std::uint32_t burst = 1;
    std::uint32_t concurrency = 0;
    bool per_worker = false;
    bool configured = false;    // from the broker's configuration
    std::uint64_t limiters = 0; // combinations of names it has met
    std::uint32_t running = 0;
    std::uint64_t waiting = 0; // ready messages it holds back
};

// One combination of names.
struct limiter_info {
    limit_names names = {};
    std::uint32_t running = 0;
    std::uint64_t passed = 0; // since the broker started
    std::uint64_t waiting = 0;
    // When the rate lets the next one pass; none: now.
    std::optional<std::chrono::system_clock::time_point> next = {};
};

// How much of a fair queue one fairness key gets, beside others with 1.
struct share_info {
    std::string key = {};
    std::uint32_t weight = 1;
    bool configured = false;
};

struct limit_list {
    std::vector<limit_info> limits = {};
    std::vector<share_info> shares = {};
};

} // namespace peyk
