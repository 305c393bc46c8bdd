#include "tests/simulation/simulator.hpp"

#include "tests/simulation/trace.hpp"

#include <algorithm>
#include <cstdio>

namespace peyk::simulation {

using namespace core;

namespace {

// 2026: times look like times.
constexpr wall_time first_day{duration{1'767'225'600'000}};

} // namespace

simulator::simulator(options const& with, bool print_trace)
    : options_(with), print_trace_(print_trace),
      dice_(with.seed), world_{options_,
                               dice_,
                               drafts_,
                               [this](parcel p) { inbox_.push_back(std::move(p)); },
                               [this] {
                                   return pump_->watcher().recorded().messages().size();
                               }},
      wall_(first_day), steady_(duration{1'000'000}) {
    pump_ = std::make_unique<simulation::pump>(
        options_,
        drafts_,
        [this](pump::address to, letter mail) { deliver(to, std::move(mail)); },
        [this](std::string const& line) { trace(line); });
    for (std::uint64_t i = 0; i < options_.clients; ++i) {
        bool const consumes = dice_.chance(options_.consume_permille);
        stations_.push_back(
            {std::make_unique<simulation::client>(world_, i, consumes), {}, false, false});
    }
}

outcome simulator::run() {
    pump_->start(now());
    for (std::uint64_t i = 0; i < options_.steps; ++i) {
        step();
    }
    drain();
    outcome_.virtual_time = steady_ - steady_time{duration{1'000'000}};
    return outcome_;
}

void simulator::step() {
    auto& s = stations_[dice_.below(stations_.size())];
    if (!s.frozen) {
        hear(s);
        read_mail(s);
        s.client->act(wall_);
    }
    if (dice_.chance(500)) {
        pass_time(duration{dice_.below(options_.tick_ms)});
    }
    if (dice_.chance(600)) {
        engine_turn();
    }
    if (pump_->committing() && dice_.chance(400)) {
        pump_->finish_commit();
        ++outcome_.commits;
    }
    fault();
    if (!pump_->healthy()) {
        crash();
    }
}

void simulator::fault() {
    auto const& o = options_;
    auto& s = stations_[dice_.below(stations_.size())];
    if (dice_.chance(o.crash_permille)) {
        crash();
    } else if (dice_.chance(o.stop_permille)) {
        pump_->stop(now());
        crash();
    } else if (dice_.chance(o.disconnect_permille)) {
        disconnect(s);
    } else if (dice_.chance(o.goodbye_permille)) {
        s.mail.clear();
        s.client->goodbye();
    } else if (dice_.chance(o.freeze_permille)) {
        s.frozen = !s.frozen;
    } else if (dice_.chance(o.stall_permille)) {
        stall(s, !s.stalled);
    } else if (dice_.chance(o.jump_permille)) {
        jump_clock();
    } else if (dice_.chance(o.disk_permille)) {
        pump_->disk().set_full(dice_.chance(500));
    }
}

void simulator::engine_turn() {
    if (dice_.chance(100)) {
        // An idle engine wakes exactly when it asked to.
        auto const deadline = pump_->next_deadline();
        auto const wait = std::min(deadline.wall - wall_, deadline.steady - steady_);
        if (wait > duration{0} && wait < duration{10'000}) {
            pass_time(wait);
        }
    }
    pump_->turn(now(), inbox_, dice_.between(0, 20));
}

void simulator::read_mail(station& s) {
    while (!s.mail.empty()) {
        auto const mail = std::move(s.mail.front());
        s.mail.pop_front();
        s.client->receive(mail, wall_);
        if (s.client->offline()) { // closed by the broker
            s.mail.clear();
            inbox_.push_back(
                {core::disconnect{s.client->session(), false}, nullptr, s.client->connection()});
        }
    }
}

void simulator::pass_time(duration by) {
    steady_ += by;
    pump_->disk().pass_time(by);
    auto const hidden = std::min(by, set_back_); // the clock stands until the machine's catches up
    set_back_ -= hidden;
    wall_ += by - hidden;
}

void simulator::jump_clock() {
    auto const by = duration{dice_.below(dice_.chance(300) ? 4'000'000 : 2'000)};
    trace("clock jump");
    if (dice_.chance(500)) {
        wall_ += by;
    } else {
        set_back_ += by;
    }
}

void simulator::crash() {
    if (pump_->healthy() || pump_->committing()) {
        pump_->crash(dice_);
        ++outcome_.crashes;
    }
    inbox_.clear();
    for (auto& s : stations_) {
        s.mail.clear();
        s.client->connection_lost();
    }
    pass_time(duration{dice_.below(dice_.chance(200) ? 10'000 : 100)});
    pump_->start(now());
}

void simulator::disconnect(station& s) {
    if (s.client->offline()) {
        return;
    }
    if (dice_.chance(300)) {
        read_mail(s); // all of it arrived
    }
    s.mail.clear();
    if (dice_.chance(300)) { // what was on its way is lost, too
        auto const session = s.client->session();
        std::erase_if(inbox_, [&](parcel const& p) {
            return std::visit([&](auto const& c) { return c.session == session; }, p.command);
        });
    }
    if (!dice_.chance(100)) { // otherwise the broker has not noticed when the client comes back
        inbox_.push_back(
            {core::disconnect{s.client->session(), false}, nullptr, s.client->connection()});
    }
    s.client->connection_lost();
}

// Without faults, with one consumer for everything, nothing may be left in the end.
void simulator::drain() {
    trace("drain");
    pump_->disk().set_full(false);
    for (auto& s : stations_) {
        s.frozen = false;
        stall(s, false);
    }
    stations_.front().client->take_everything();
    stations_.front().client->let_everything_run();
    // Everything that may have to be waited for, twice: a retry can follow an eta.
    auto const patience = 2 * duration{options_.eta_ms + options_.expires_ms + 20'000 + 5'000} +
                          options_.limits.session_grace + options_.limits.settling +
                          options_.limits.heartbeat * (options_.limits.heartbeats_missed_max + 1) +
                          set_back_;
    auto const end = steady_ + patience;
    for (;;) {
        bool idle = !pump_->committing() && inbox_.empty();
        for (auto& s : stations_) {
            hear(s);
            read_mail(s);
            s.client->finish(wall_);
            idle = idle && s.client->idle() && s.client->connected() && s.mail.empty();
        }
        pump_->turn(now(), inbox_, 1'000);
        if (pump_->committing()) {
            pump_->finish_commit();
        }
        if (!pump_->healthy()) {
            crash();
        }
        if (idle && pump_->stats().messages == 0) {
            return;
        }
        if (steady_ >= end) {
            throw violation{"not drained in time: " + std::to_string(pump_->stats().messages) +
                            " messages are left"};
        }
        auto const deadline = pump_->next_deadline();
        auto const beat = options_.limits.heartbeat; // clients are heard that often
        auto const wait =
            std::min({deadline.wall - wall_ + set_back_, deadline.steady - steady_, beat});
        pass_time(idle ? std::max(wait, duration{1}) : duration{1});
    }
}

// A connected client sends something at least as often as it must.
void simulator::hear(station& s) {
    if (s.client->connected()) {
        pump_->heard(s.client->session(), now());
    }
}

// Only while its connection lives: a new one begins empty.
void simulator::stall(station& s, bool stalled) {
    if (s.client->connected() && pump_->knows(s.client->session(), s.client->connection())) {
        s.stalled = stalled;
        pump_->stall(s.client->session(), stalled, now());
    }
}

void simulator::deliver(pump::address to, letter mail) {
    outcome_.delivered += std::holds_alternative<handed>(mail) ? 1 : 0;
    for (auto& s : stations_) {
        if (s.client->session() == to.session && s.client->connection() == to.connection &&
            !s.client->offline()) {
            s.mail.push_back(std::move(mail));
            return;
        }
    }
}

void simulator::trace(std::string const& line) {
    outcome_.hash = hash_of(line, outcome_.hash);
    if (print_trace_) {
        std::printf("%lld %s\n",
                    static_cast<long long>((steady_.time_since_epoch()).count()),
                    line.c_str());
    }
}

} // namespace peyk::simulation
