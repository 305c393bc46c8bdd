#pragma once
// The load of a fault test through the client library: what a user's program would do. The library
// reconnects, resumes and sends again by itself; here only what it reports is written down.

#include "tests/system/load.hpp"
#include <peyk/client.hpp>
#include <peyk/consumer.hpp>

#include <cstdint>
#include <deque>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace peyk::test {

[[nodiscard]] peyk::client_options library_options(load_world const& world);

// Publishes batches through a window until told to stop, then until all are answered.
class library_producer {
public:
    library_producer(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    struct batch {
        std::vector<message_id> ids;
        std::future<std::vector<publish_result>> answers;
    };

    void run();
    void publish();
    void settle_oldest();
    [[nodiscard]] message make_message();

    load_world& world_;
    std::mt19937_64 random_;
    std::uint64_t const seed_;
    std::uint64_t made_ = 0;
    client client_;
    std::deque<batch> window_;
    std::thread thread_; // last: it uses all above
};

// Takes from the queue until told to stop, then waits for its settles.
class library_worker {
public:
    library_worker(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    void run();
    void report(delivery const& d);
    void settle(delivery const& d);

    load_world& world_;
    std::mt19937_64 random_;
    client client_;
    consumer consumer_;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
