#pragma once
// What befalls the workers, the broker and the connections of a torture test, and when: all of it
// follows a seed, and falls when so many tasks have ended.

#include "tests/support/tcp_proxy.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace peyk::test {

enum class fault_kind : std::uint8_t {
    network,      // the connections of the victim
    next_network, // those it makes next; the ones it has are reset
    broker,       // kill -9, and started again on the same files
    child,        // kill -9 of a process of the victim's prefork pool
    worker,       // kill -9 of the victim, and started again
};

inline constexpr int publisher_victim = -1;

struct fault {
    std::uint64_t after_ended = 0; // tasks
    fault_kind what = fault_kind::network;
    network_fault network = network_fault::reset;
    std::chrono::milliseconds late{0};
    int victim = 0; // a worker, or publisher_victim

    [[nodiscard]] std::string text() const;
};

struct fault_plan {
    std::uint64_t seed = 1;
    std::uint64_t tasks = 0;
    int faults = 0;
    int workers = 0;
};

// In the order in which they fall.
[[nodiscard]] std::vector<fault> make_faults(fault_plan const& from);

} // namespace peyk::test
