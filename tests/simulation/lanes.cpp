#include "tests/simulation/lanes.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace peyk::simulation {

using namespace core;

namespace {

// Smaller: it wins.
std::tuple<long, long, owned_limit_names> place_of(owned_limit_names const& patterns) {
    long wild = 0;
    long letters = 0;
    for (std::string const* text : {&patterns.task, &patterns.queue, &patterns.key}) {
        wild += text->find('*') != std::string::npos ? 1 : 0;
        letters += static_cast<long>(text->size());
    }
    return {wild, -letters, patterns};
}

double per_ms(rate const& of) {
    return of.thousandths / 1e6 / of.seconds;
}

double burst_of(limit_settings const& by, duration grain, std::uint32_t cost_max) {
    auto const in_a_grain = std::floor(per_ms(by.rate) * static_cast<double>(grain.count()));
    return std::max({double{1} * by.burst, double{1} * cost_max, in_a_grain});
}

} // namespace

std::vector<model_limit>
limits_about(limits_by_names const& all, draft const& what, std::string_view queue) {
    std::map<std::size_t, std::pair<owned_limit_names, limit_settings>> best; // by kind
    for (auto const& [patterns, settings] : all) {
        bool const about = (patterns.task.empty() || !what.task.empty()) &&
                           (patterns.key.empty() || !what.placement.limit_key.empty()) &&
                           like(patterns.task, what.task) && like(patterns.queue, queue) &&
                           like(patterns.key, what.placement.limit_key);
        auto const kind = limit_kind(patterns);
        auto const at = best.find(kind);
        if (about && (at == best.end() || place_of(patterns) < place_of(at->second.first))) {
            best[kind] = {patterns, settings};
        }
    }
    std::vector<model_limit> found;
    for (auto const& [kind, each] : best) {
        owned_limit_names const names{(kind & 1) != 0 ? what.task : std::string{},
                                      (kind & 2) != 0 ? std::string{queue} : std::string{},
                                      (kind & 4) != 0 ? what.placement.limit_key : std::string{}};
        found.push_back({each.first, names, each.second});
    }
    return found;
}

// What is late by no more than the grain counts as in time; a millisecond is the clock's.
double most_in(limit_settings const& by,
               duration grain,
               duration window,
               std::uint32_t cost_max) {
    auto const ms = static_cast<double>((window + grain).count() + 1);
    return burst_of(by, grain, cost_max) + per_ms(by.rate) * ms;
}

duration longest_wait(limit_settings const& by, duration grain, std::uint32_t cost_max) {
    auto const tokens = burst_of(by, grain, cost_max) + cost_max;
    return duration{static_cast<duration::rep>(tokens / per_ms(by.rate)) + 2};
}

std::array<limit_names, 12> const& some_limits() {
    static std::array<limit_names, 12> const all{{{"task0", "", ""},
                                                  {"task1", "", ""},
                                                  {"task*", "", ""},
                                                  {"", "queue0", ""},
                                                  {"", "queue*", ""},
                                                  {"", "", "tenant0"},
                                                  {"", "", "tenant*"},
                                                  {"task0", "queue0", ""},
                                                  {"task*", "queue*", ""},
                                                  {"", "queue0", "tenant*"},
                                                  {"task1", "", "tenant1"},
                                                  {"task*", "queue*", "tenant*"}}};
    return all;
}

} // namespace peyk::simulation
