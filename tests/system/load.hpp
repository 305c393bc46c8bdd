#pragma once
// The load of a fault test: producers that publish through a window and workers that hold, settle
// and put back. Each is a thread with a session of its own; everything goes into one history.

#include "tests/system/history.hpp"
#include "tests/system/wire_link.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace peyk::test {

struct load_world {
    std::uint16_t port = 0;
    history& seen;
    bool only_tasks = false; // of the workers' kind: no plain messages
    // Producers wait for the workers here: a backlog makes every restart longer and shows nothing.
    static constexpr std::uint64_t open_max = 3'000;

    [[nodiscard]] bool may_publish() const { return publishing && seen.open() < open_max; }

    std::atomic<bool> publishing{true}; // producers go on
    std::atomic<bool> working{true};    // workers go on
};

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

// Takes from the queue until told to stop, then until all it holds is settled.
class worker {
public:
    worker(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    using clock = std::chrono::steady_clock;
    struct held_delivery {
        history_id id;
        bool task = false;
        clock::time_point until;
    };
    struct unanswered {
        std::vector<pb::Settlement> settlements;
        bool repeated = false; // sent more than once: a refusal says nothing
    };

    void run();
    void reconnect();
    void take(pb::ServerFrame const& frame);
    void take(pb::Delivery const& d);
    void settle_due();
    void send(std::uint64_t request, unanswered const& what);
    [[nodiscard]] pb::Settlement make_settlement(history_token token, held_delivery const& held);

    load_world& world_;
    std::mt19937_64 random_;
    std::uint64_t const seed_;
    wire_link link_;
    std::uint64_t last_request_ = 0;
    std::map<history_token, held_delivery> held_;
    std::map<history_token, history_id> settling_; // held until the settle is answered
    std::map<std::uint64_t, unanswered> settles_;
    std::thread thread_; // last: it uses all above
};

inline constexpr char const* load_queue = "load";

} // namespace peyk::test
