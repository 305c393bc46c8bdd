#pragma once
// Waits for many messages at once and hands out how each ended, in the order they do. Waits on
// through broken connections.

#include <peyk/client.hpp>
#include <peyk/status.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace example {

class collector {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // Gives up on what has not ended at `until`.
    collector(peyk::client through, std::vector<peyk::message_id> ids, time_point until);
    collector(collector const&) = delete;
    collector& operator=(collector const&) = delete;
    // Waits for the answers that are still out.
    ~collector();

    // Blocks; nothing: all were handed out, or the time is over.
    [[nodiscard]] std::optional<peyk::status> next();

private:
    void wait_for(peyk::message_id id);
    void ended(peyk::message_id id, peyk::error_code error, peyk::status what);
    [[nodiscard]] std::optional<peyk::message_id> take_id();

    peyk::client client_;
    time_point until_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    std::vector<peyk::message_id> unasked_;
    std::deque<peyk::status> ended_;
    std::size_t asked_ = 0;
};

} // namespace example
