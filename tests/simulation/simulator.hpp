#pragma once
// One run: a broker, its disk and its clients on virtual time, driven by one seed. First with
// faults; then without them, until everything is drained. Throws a violation, or returns a hash of
// all that was said.

#include "tests/simulation/client.hpp"
#include "tests/simulation/options.hpp"
#include "tests/simulation/pump.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace peyk::simulation {

struct outcome {
    std::uint64_t hash = 0;
    std::uint64_t crashes = 0;
    std::uint64_t commits = 0;
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t settled = 0;
    core::duration virtual_time{0};
};

class simulator {
public:
    simulator(options const& with, bool print_trace);

    outcome run();

private:
    struct station {
        std::unique_ptr<simulation::client> client;
        std::deque<letter> mail; // what the broker sent and the client has not read
        bool frozen = false;
        bool stalled = false; // as the broker was told
    };

    void step();
    void fault();
    void drain();
    void engine_turn();
    void read_mail(station& s);
    void pass_time(core::duration by);
    void jump_clock();
    void crash();
    void disconnect(station& s);
    void trace(std::string const& line);
    void deliver(pump::address to, letter mail);
    void hear(station& s);
    void stall(station& s, bool stalled);
    [[nodiscard]] core::moment now() const { return {wall_, steady_}; }

    options const options_;
    bool const print_trace_;
    dice dice_;
    std::map<core::message_id, draft_ptr> drafts_;
    std::deque<parcel> inbox_;
    client_world world_;
    std::vector<station> stations_;
    std::unique_ptr<simulation::pump> pump_;
    core::wall_time wall_;
    core::steady_time steady_;
    core::duration set_back_{0}; // the machine's clock is so far behind what was shown
    outcome outcome_;
};

} // namespace peyk::simulation
