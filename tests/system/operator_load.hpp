#pragma once
// The operator of a fault test: changes messages, queues and everything at once, all the time.

#include "tests/system/load.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <thread>

namespace peyk::test {

// Goes on until told to stop. At the end nothing is held and no sweep is under way.
class load_operator {
public:
    load_operator(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    void run();
    void one_change();
    void look();
    // Asks once. Nothing if the answer never came.
    std::optional<pb::ServerFrame> ask(pb::ClientFrame frame);
    std::optional<pb::ServerFrame> answer_to(std::uint64_t request);
    // Asks until there is an answer, over as many connections as it takes. Only for questions and
    // for what may be done twice.
    pb::ServerFrame insist(pb::ClientFrame const& frame);

    void cancel();
    void reschedule();
    void forget();
    void redrive();
    // Puts some of the ids into the frame, asks, and notes what became of each.
    void change(change_kind kind, newest_ids const& of, std::int64_t due_ms, pb::ClientFrame frame);
    void set_policy();
    void set_hold(pb::HoldScope scope);
    void release_holds();
    void sweep();
    void await_sweeps();

    load_world& world_;
    std::mt19937_64 random_;
    wire_link link_;
    std::uint64_t last_request_ = 0;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
