#pragma once
// What went through queues and tasks: minutes for 48 hours, hours for 90 days.

#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

struct quantiles {
    std::uint64_t count = 0;
    std::chrono::milliseconds p50{0};
    std::chrono::milliseconds p95{0};
    std::chrono::milliseconds p99{0};
};

struct statistics_sample {
    time_point at = {}; // where its minute or hour begins; of a sum: unset
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;  // finally
    std::uint64_t retried = 0; // failed attempts that were not the last
    std::uint64_t revoked = 0;
    std::uint64_t crashed = 0; // workers lost while it ran
    quantiles waited = {};     // from ready to delivered
    quantiles ran = {};        // from started to settled
};

struct statistics_series {
    std::string name = {};
    statistics_sample sum = {};
    std::vector<statistics_sample> samples = {}; // oldest first; without those that are empty
};

struct statistics_query {
    bool tasks = false;    // of tasks; else of queues
    std::string name = {}; // with its samples; empty: all names, sums only
    std::optional<time_point> since = {}; // none: the last hour
    bool hours = false;    // else minutes
};

} // namespace peyk
