#include "tests/torture/fault_plan.hpp"

#include <random>

namespace peyk::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t parts_in_all = 100;

// So many in a hundred.
struct share {
    fault_kind what;
    network_fault network;
    std::uint32_t parts;
};

constexpr share shares[] = {
    {fault_kind::network, network_fault::reset, 24},
    {fault_kind::network, network_fault::silence, 10},
    {fault_kind::network, network_fault::silence_up, 9},
    {fault_kind::network, network_fault::silence_down, 9},
    {fault_kind::network, network_fault::delay, 8},
    {fault_kind::next_network, network_fault::silence, 4},
    {fault_kind::next_network, network_fault::silence_down, 4},
    {fault_kind::next_network, network_fault::delay, 4},
    {fault_kind::broker, network_fault::reset, 8},
    {fault_kind::child, network_fault::reset, 14},
    {fault_kind::worker, network_fault::reset, 6},
};

share const& pick(std::uint64_t random) {
    auto left = static_cast<std::uint32_t>(random % parts_in_all);
    for (auto const& each : shares) {
        if (left < each.parts)
            return each;
        left -= each.parts;
    }
    return shares[0];
}

} // namespace

std::string fault::text() const {
    auto const of = victim == publisher_victim ? std::string{"the publisher"}
                                               : "worker " + std::to_string(victim);
    switch (what) {
    case fault_kind::network:
        return std::string{to_string(network)} + " of " + of;
    case fault_kind::next_network:
        return std::string{to_string(network)} + " of the next connections of " + of;
    case fault_kind::broker:
        return "the broker is killed";
    case fault_kind::child:
        return "a process of " + of + " is killed";
    case fault_kind::worker:
        break;
    }
    return of + " is killed";
}

std::vector<fault> make_faults(fault_plan const& from) {
    constexpr std::uint64_t late_min_ms = 50;
    constexpr std::uint64_t late_spread_ms = 2'000; // longer than a connection waits to be greeted
    constexpr std::uint64_t one_in = 6;             // network faults of the publisher
    std::mt19937_64 random{from.seed};
    std::vector<fault> all;
    for (int at = 1; at <= from.faults; ++at) {
        auto const& chosen = pick(random());
        fault made{.after_ended = from.tasks * static_cast<std::uint64_t>(at) /
                                  static_cast<std::uint64_t>(from.faults + 1),
                   .what = chosen.what,
                   .network = chosen.network,
                   .late = milliseconds{late_min_ms + random() % late_spread_ms},
                   .victim = static_cast<int>(random() % static_cast<std::uint64_t>(from.workers))};
        auto const is_network =
            made.what == fault_kind::network || made.what == fault_kind::next_network;
        if (random() % one_in == 0 && is_network)
            made.victim = publisher_victim;
        all.push_back(made);
    }
    return all;
}

} // namespace peyk::test
