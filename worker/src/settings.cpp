#include "worker/src/settings.hpp"

#include "worker/src/worker_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

namespace peyk::worker_detail {
namespace {

using std::chrono::milliseconds;

// More tasks at once than a machine has threads for is a slip of the hand.
constexpr std::uint32_t concurrency_max = 10'000;
constexpr std::uint32_t prefetch_max = 100'000;
constexpr std::int64_t duration_ms_max = std::int64_t{7} * 24 * 60 * 60 * 1'000; // a week

constexpr std::int64_t child_tasks_most = 1'000'000'000;
constexpr std::int64_t memory_mb_most = std::int64_t{16} << 20; // 16 TiB
constexpr std::int64_t child_age_s_most = std::int64_t{365} * 24 * 60 * 60;

struct bounds {
    std::int64_t least;
    std::int64_t most;
};

std::int64_t number(std::string_view text, bounds allowed) {
    std::int64_t value = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < allowed.least || value > allowed.most)
        throw std::invalid_argument("\"" + std::string{text} + "\" is not a whole number from " +
                                    std::to_string(allowed.least) + " to " +
                                    std::to_string(allowed.most));
    return value;
}

milliseconds duration(std::string_view text, std::int64_t least) {
    return milliseconds{number(text, {least, duration_ms_max})};
}

// 0: none.
std::optional<milliseconds> limit(std::string_view text) {
    auto const value = duration(text, 0);
    return value.count() > 0 ? std::optional{value} : std::nullopt;
}

std::string not_empty(std::string_view text) {
    if (text.empty())
        throw std::invalid_argument("may not be empty");
    return std::string{text};
}

std::string_view trimmed(std::string_view text) {
    auto const from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::vector<std::string> names(std::string_view text) {
    std::vector<std::string> all;
    while (true) {
        auto const comma = text.find(',');
        all.push_back(not_empty(trimmed(text.substr(0, comma))));
        if (comma == std::string_view::npos)
            return all;
        text.remove_prefix(comma + 1);
    }
}

// "gpu=a100,region=eu"; nothing: none.
std::map<std::string, std::string> labels(std::string_view text) {
    std::map<std::string, std::string> all;
    if (text.empty())
        return all;
    for (auto const& each : names(text)) {
        auto const equals = each.find('=');
        if (equals == std::string::npos || equals == 0)
            throw std::invalid_argument("\"" + each + "\" is no label (\"gpu=a100\")");
        all.insert_or_assign(each.substr(0, equals), each.substr(equals + 1));
    }
    return all;
}

[[noreturn]] void refuse(std::string_view text, std::string_view legal) {
    throw std::invalid_argument("\"" + std::string{text} + "\" is none of " + std::string{legal});
}

pool_kind pool(std::string_view text) {
    if (text == "solo")
        return pool_kind::solo;
    if (text == "threads")
        return pool_kind::threads;
    if (text == "prefork")
        return pool_kind::prefork;
    if (text == "async")
        return pool_kind::async;
    refuse(text, "solo, threads, prefork, async");
}

// "threads", or "threads:8"
pool_share share(std::string_view text) {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos)
        return {pool(text), 0};
    return {pool(text.substr(0, colon)),
            static_cast<std::uint32_t>(number(text.substr(colon + 1), {1, concurrency_max}))};
}

// One pool of the size `concurrency` says, or several.
void set_pools(worker_options& to, std::string_view text) {
    to.pools.clear();
    for (auto const& each : names(text))
        to.pools.push_back(share(each));
    if (to.pools.size() == 1 && to.pools.front().concurrency == 0) {
        to.pool = to.pools.front().pool;
        to.pools.clear();
    }
}

// "10,2": the most and the least. Nothing: the pool keeps its size.
std::optional<slot_range> range(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    auto const both = names(text);
    if (both.size() != 2)
        throw std::invalid_argument("\"" + std::string{text} +
                                    "\" is not the most and the least number of slots (\"10,2\")");
    auto const slots = [](std::string const& each) {
        return static_cast<std::uint32_t>(number(each, {1, concurrency_max}));
    };
    slot_range const read{.least = slots(both[1]), .most = slots(both[0])};
    if (read.most < read.least)
        throw std::invalid_argument("\"" + std::string{text} + "\": the first is the most");
    return read;
}

log_format format(std::string_view text) {
    if (text == "text")
        return log_format::text;
    if (text == "json")
        return log_format::json;
    refuse(text, "text, json");
}

std::string level(std::string_view text) {
    if (!is_log_level(text))
        refuse(text, "trace, debug, info, warning, error, critical, off");
    return std::string{text};
}

struct setting {
    std::string_view key;
    void (*apply)(worker_options& to, std::string_view value);
};

using options = worker_options;
using text = std::string_view;

constexpr std::array<setting, 21> all_settings{{
    {"url",
     [](options& to, text v) {
         to.connection.url = not_empty(v);
     }},
    {"name",
     [](options& to, text v) {
         to.connection.name = v;
     }},
    {"pool",
     [](options& to, text v) {
         set_pools(to, v);
     }},
    {"concurrency",
     [](options& to, text v) {
         to.concurrency = static_cast<std::uint32_t>(number(v, {0, concurrency_max}));
     }},
    {"autoscale",
     [](options& to, text v) {
         to.autoscale = range(v);
     }},
    {"child_tasks_max",
     [](options& to, text v) {
         to.children.tasks_max = static_cast<std::uint32_t>(number(v, {0, child_tasks_most}));
     }},
    {"child_memory_mb_max",
     [](options& to, text v) {
         to.children.rss_bytes_max = static_cast<std::uint64_t>(number(v, {0, memory_mb_most}))
                                     << 20;
     }},
    {"child_age_max_s",
     [](options& to, text v) {
         to.children.age_max = std::chrono::seconds{number(v, {0, child_age_s_most})};
     }},
    {"prefetch",
     [](options& to, text v) {
         to.prefetch = static_cast<std::uint32_t>(number(v, {0, prefetch_max}));
     }},
    {"queues",
     [](options& to, text v) {
         to.queues = names(v);
     }},
    {"labels",
     [](options& to, text v) {
         to.connection.labels = labels(v);
     }},
    {"soft_time_limit_ms",
     [](options& to, text v) {
         to.time_limits.soft = limit(v);
     }},
    {"time_limit_ms",
     [](options& to, text v) {
         to.time_limits.hard = limit(v);
     }},
    {"drain_timeout_ms",
     [](options& to, text v) {
         to.drain_timeout = duration(v, 0);
     }},
    {"interrupt_timeout_ms",
     [](options& to, text v) {
         to.interrupt_timeout = duration(v, 0);
     }},
    {"connect_timeout_ms",
     [](options& to, text v) {
         to.connection.connect_timeout = duration(v, 1);
     }},
    {"backoff_min_ms",
     [](options& to, text v) {
         to.connection.backoff_min = duration(v, 1);
     }},
    {"backoff_max_ms",
     [](options& to, text v) {
         to.connection.backoff_max = duration(v, 1);
     }},
    {"heartbeat_ms",
     [](options& to, text v) {
         to.connection.heartbeat = duration(v, 1);
     }},
    {"log_level",
     [](options& to, text v) {
         to.log_level = level(v);
     }},
    {"log_format",
     [](options& to, text v) {
         to.log_format = format(v);
     }},
}};

auto find(std::string_view key) {
    return std::ranges::find(all_settings, key, &setting::key);
}

} // namespace

std::vector<std::string> setting_keys() {
    std::vector<std::string> keys;
    for (auto const& each : all_settings)
        keys.emplace_back(each.key);
    return keys;
}

bool is_setting(std::string_view key) {
    return find(key) != all_settings.end();
}

void apply_setting(worker_options& to, std::string_view key, std::string_view value) {
    auto const found = find(key);
    if (found == all_settings.end())
        throw std::invalid_argument("no setting is named \"" + std::string{key} + "\"");
    found->apply(to, value);
}

} // namespace peyk::worker_detail
