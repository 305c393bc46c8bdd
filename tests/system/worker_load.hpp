#pragma once
// The workers of a fault test: they hold, report, settle in every way and put back.

#include "tests/system/load.hpp"

#include <chrono>
#include <map>

namespace peyk::test {

// Takes from the queues until told to stop, then until all it holds is settled.
class worker {
public:
    worker(load_world& world, std::uint64_t seed);

    void join() { thread_.join(); }

private:
    using clock = std::chrono::steady_clock;
    struct held_delivery {
        history_id id;
        clock::time_point until;
    };
    struct asked_report {
        history_id id;
        std::uint64_t checkpoint = 0;
    };
    struct unanswered {
        std::vector<pb::Settlement> settlements;
        bool repeated = false; // sent more than once: a refusal says nothing
    };

    void run();
    void reconnect();
    void take(pb::ServerFrame const& frame);
    void take(pb::Delivery const& d);
    void report(history_token token, history_id id);
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
    std::map<std::uint64_t, asked_report> reports_; // not answered; never sent again
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
