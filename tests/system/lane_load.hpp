#pragma once
// What the lane kill test publishes: messages under one limit, and messages with ordering keys, in
// one queue. Whoever publishes a key numbers its messages in the order in which they are confirmed.

#include "tests/system/run_log.hpp"
#include <peyk/client.hpp>
#include <peyk/message.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <thread>

namespace peyk::test {

class lane_load {
public:
    // Begins at once.
    lane_load(run_log const& log, std::string const& url, std::uint64_t seed);

    // Publishes no more. The messages of each lane, all of which are confirmed. Throws what the
    // publisher ended with.
    std::map<std::uint32_t, std::uint64_t> stop();

private:
    void run();
    void publish();
    [[nodiscard]] message make_message();

    run_log const& log_;
    std::mt19937_64 random_;
    client client_;
    std::map<std::uint32_t, std::uint64_t> published_;
    std::uint64_t total_ = 0;
    std::atomic<bool> publishing_{true};
    std::exception_ptr failed_;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
