// Scenarios of time: confirm, latency.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/samples.hpp"
#include "client/cli/bench/scenarios.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

namespace peyk::cli::bench {
namespace {

constexpr std::chrono::milliseconds pace{1}; // 1000/s: far from saturation

// Publishes one message per tick. A tick that comes late is made up for.
class metronome {
public:
    metronome(rig& on, producer& to)
        : timer_(on.context(), clock::now()), to_(to),
          count_(on.what().count.value_or(producer::unlimited)) {}

    void start() {
        timer_.expires_at(timer_.expiry() + pace);
        timer_.async_wait([this](error_code failed) {
            if (failed)
                return;
            sent_at_.push_back(clock::now());
            to_.allow(sent_at_.size());
            if (sent_at_.size() < count_)
                start();
        });
    }
    // When the message with this id was sent.
    [[nodiscard]] clock::time_point sent_at(std::uint64_t id_low) const {
        return sent_at_.at(id_low - to_.first_id_low());
    }

private:
    asio::steady_timer timer_;
    producer& to_;
    std::uint64_t count_;
    std::vector<clock::time_point> sent_at_;
};

} // namespace

boost::json::object run_confirm(rig& on) {
    boost::json::object fields;
    {
        auto each = producer_of(on);
        each.window = 1;
        each.batch = 1;
        producers from{on, each};
        samples took;
        measured_run run{on, "confirming", [&] {
                             return from.confirmed();
                         }};
        from.on_confirmed([&](clock::time_point sent_at) {
            if (run.is_measuring())
                took.add(clock::now() - sent_at);
            run.advance();
        });
        run.run([&] { from.allow(on.what().count.value_or(producer::unlimited)); });
        fields = run.fields();
        took.add_to(fields);
    }
    clear(on);
    return fields;
}

boost::json::object run_latency(rig& on) {
    auto each = producer_of(on);
    each.batch = 1;
    producers from{on, each};
    drains to{on, 1, on.what().credit};
    samples took;
    metronome beat{on, from.front()};
    measured_run run{on, "pacing", [&] {
                         return to.settled();
                     }};
    to.on_delivery([&](std::uint64_t id_low) {
        if (run.is_measuring())
            took.add(clock::now() - beat.sent_at(id_low));
    });
    to.on_settled([&] { run.advance(); });
    run.run([&] { beat.start(); });
    auto fields = run.fields();
    took.add_to(fields);
    return fields;
}

} // namespace peyk::cli::bench
