#pragma once
// The load of a fault test: what all clients share, and producers that publish through a window.
// Each is a thread with a session of its own; everything goes into one history.

#include "tests/system/history.hpp"
#include "tests/system/load_mix.hpp"
#include "tests/system/wire_link.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace peyk::test {

// The newest of some messages, for those who change them.
class newest_ids {
public:
    void add(history_id id);
    // One of them, at random.
    [[nodiscard]] std::optional<history_id> any(std::mt19937_64& random) const;

private:
    static constexpr std::size_t kept_max = 500;
    mutable std::mutex mutex_; // guards all below
    std::deque<history_id> ids_;
};

struct load_world {
    std::uint16_t port = 0;
    history& seen;
    bool only_tasks = false; // of the workers' kind: no plain messages
    // Producers wait for the workers here: a backlog makes every restart longer and shows nothing.
    static constexpr std::uint64_t backlog_max = 2'000;

    [[nodiscard]] bool may_publish() const { return publishing && backlog < backlog_max; }

    std::atomic<bool> publishing{true};  // producers go on
    std::atomic<bool> changing{true};    // operators go on
    std::atomic<bool> working{true};     // workers go on
    std::atomic<std::uint64_t> backlog{0}; // messages not final, as an operator saw it last
    newest_ids fresh{};                  // published
    newest_ids dead{};                   // settled as dead letters
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

} // namespace peyk::test
