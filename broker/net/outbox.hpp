#pragma once
// Outgoing bytes of one session, bounded: over the high mark nothing more should be read from the
// client, over the cap the client is given up. Knows neither sockets nor frames.

#include <cstddef>
#include <string>
#include <string_view>

namespace peyk::net {

struct outbox_limits {
    std::size_t high_bytes = 1u << 20; // one full socket buffer and some; above it reading stops
    std::size_t bytes_max = 64u << 20; // four of the largest frames; above it: slow_reader
};

class outbox {
public:
    explicit outbox(outbox_limits limits) : limits_(limits) {}

    // Append here, whole frames at a time.
    [[nodiscard]] std::string& tail() { return bytes_; }

    [[nodiscard]] std::string_view unsent() const {
        return std::string_view{bytes_}.substr(begin_);
    }
    // The first `bytes` of unsent() have left.
    void sent(std::size_t bytes);

    [[nodiscard]] bool empty() const { return begin_ == bytes_.size(); }
    [[nodiscard]] std::size_t size() const { return bytes_.size() - begin_; }
    [[nodiscard]] bool crowded() const { return size() > limits_.high_bytes; }
    [[nodiscard]] bool overflowing() const { return size() > limits_.bytes_max; }

    // Forgets what waits: the client is given up.
    void drop();
    [[nodiscard]] std::size_t capacity() const { return bytes_.capacity(); }

private:
    outbox_limits limits_;
    std::string bytes_;
    std::size_t begin_ = 0; // bytes before it have left
    int quiet_flushes_ = 0; // small ones, one after another
};

} // namespace peyk::net
