#include "tests/system/drain.hpp"

#include "tests/support/wire_client.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

namespace peyk::test {
namespace {

constexpr std::chrono::minutes longest{2};
constexpr std::chrono::seconds asked_again_after{10}; // which also keeps the session alive

// The broker tells of everything that happens to messages from now on.
void listen(wire_client& observer) {
    pb::ClientFrame frame;
    frame.mutable_listen();
    observer.ask(frame);
}

// Messages the broker still has, in whatever queue and state but final.
std::uint64_t waiting(wire_client& observer) {
    pb::ClientFrame frame;
    frame.mutable_control()->mutable_list_queues()->set_limit(100);
    auto const answer = observer.ask(frame);
    std::uint64_t count = 0;
    for (auto const& q : answer.control().queues().queues())
        count += q.ready() + q.scheduled() + q.leased() + q.blocked();
    return count;
}

} // namespace

void await_drained(std::uint16_t broker_port) {
    wire_client observer{broker_port};
    observer.hello();
    listen(observer);
    auto const end = std::chrono::steady_clock::now() + longest;
    std::uint64_t left = 0;
    try {
        // What happens behind an answer makes an event behind it, so nothing is missed here.
        while ((left = waiting(observer)) != 0) {
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error{"it takes too long"};
            observer.await_any(asked_again_after);
        }
    } catch (std::exception const& e) {
        throw std::runtime_error{"not drained, " + std::to_string(left) +
                                 " messages are left: " + e.what()};
    }
}

} // namespace peyk::test
