#pragma once
// The load of a fault test: producers that publish through a window. Each client is a thread with a
// session of its own; everything goes into one history.

#include "tests/system/load_mix.hpp"
#include "tests/system/load_world.hpp"

#include <cstdint>
#include <deque>
#include <random>
#include <thread>
#include <vector>

namespace peyk::test {

// Publishes until told to stop, then until everything is answered.
class producer {
public:
    producer(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    struct window_entry {
        std::uint64_t request = 0;
        std::uint64_t first = 0;
        std::vector<pb::Message> messages;
    };

    void run();
    void reconnect();
    void publish();
    void send(window_entry const& entry);
    void take(pb::ServerFrame const& frame);
    [[nodiscard]] pb::Message make_message();

    load_world& world_;
    std::mt19937_64 random_;
    std::uint64_t const seed_;
    wire_link link_;
    std::uint64_t last_request_ = 0;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t made_ = 0;
    std::deque<window_entry> window_; // not answered, oldest first
    std::thread thread_;              // last: it uses all above
};

} // namespace peyk::test
