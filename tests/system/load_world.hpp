#pragma once
// What all clients of a fault test share, and what they wait for: that the broker is there again
// after a kill, and that producers may go on.

#include "tests/system/history.hpp"
#include "tests/system/wire_link.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <random>

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

// How often the broker was started: who finds nobody there waits for the next time.
class broker_starts {
public:
    void add();
    [[nodiscard]] std::uint64_t count() const;
    // Returns when there were more than `seen`, and after a second anyway: an attempt may fail for
    // another reason.
    void await_more_than(std::uint64_t seen) const;

private:
    mutable std::mutex mutex_; // guards all below
    mutable std::condition_variable changed_;
    std::uint64_t count_ = 0;
};

// Producers go on until it is closed. They wait here for the workers: a backlog makes every restart
// longer and shows nothing.
class publishing_gate {
public:
    static constexpr std::uint64_t backlog_max = 2'000;

    [[nodiscard]] bool is_closed() const { return closed_; }
    [[nodiscard]] bool is_open() const { return !closed_ && backlog_ < backlog_max; }
    // Messages not final, as an operator saw it last.
    void saw_backlog(std::uint64_t messages);
    // For good.
    void close();
    // Returns when it is open or closed for good; false: neither within a minute.
    [[nodiscard]] bool await_open_or_closed();
    // Somebody waited for longer than that.
    [[nodiscard]] bool was_stuck() const { return stuck_; }

private:
    void notify() const;

    std::atomic<bool> closed_{false};
    std::atomic<bool> stuck_{false};
    std::atomic<std::uint64_t> backlog_{0};
    mutable std::mutex mutex_; // for those who wait
    mutable std::condition_variable changed_;
};

struct load_world {
    // One attempt. After one that failed the broker was started again, or a while has passed.
    std::optional<pb::Welcome> connect(wire_link& link, pb::Hello hello) const;

    std::uint16_t port = 0;
    history& seen;
    bool only_tasks = false; // of the workers' kind: no plain messages
    broker_starts starts{};
    publishing_gate publishing{};     // producers
    std::atomic<bool> changing{true}; // operators go on
    std::atomic<bool> working{true};  // workers go on
    newest_ids fresh{};               // published
    newest_ids dead{};                // settled as dead letters
};

} // namespace peyk::test
