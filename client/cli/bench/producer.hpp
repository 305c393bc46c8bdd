#pragma once
// Publishes equal messages over one link and counts their confirms. At most `window` messages are
// unconfirmed; as confirms come, the next ones leave.

#include "client/cli/bench/link.hpp"

#include <chrono>
#include <functional>
#include <limits>
#include <map>

namespace peyk::cli::bench {

using clock = std::chrono::steady_clock;

struct producer_options {
    std::string queue;
    std::size_t body_bytes = 128;
    std::uint32_t window = 1000;
    std::uint32_t batch = 100; // messages in one frame, at most
    eta_of_message eta = {};
    std::uint32_t keys = 0; // different ones, one after the other; 0: without
    key_field keyed = key_field::fairness;
};

class producer {
public:
    static constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

    producer(link& over, producer_options options);

    // Messages numbered below this may be sent; raises or lowers the bound and sends what it can.
    void allow(std::uint64_t below);
    // False: the answer is not for a producer.
    bool take(answer const& got);

    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t confirmed() const { return confirmed_; }
    // Low half of the id of message 0; message n has n more.
    [[nodiscard]] std::uint64_t first_id_low() const { return id_.id_low; }

    // Called after each confirm, with the time its frame was sent.
    std::function<void(clock::time_point sent_at)> on_confirmed;

private:
    struct in_flight {
        std::uint64_t first_sequence;
        std::uint32_t messages;
        clock::time_point sent_at;
    };

    void fill();

    link& link_;
    producer_options options_;
    publish_writer writer_;
    publish_writer::batch id_;                       // of message 0
    std::map<std::uint64_t, in_flight> unconfirmed_; // by request; a handful of frames
    std::uint64_t allowed_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t confirmed_ = 0;
};

} // namespace peyk::cli::bench
