// peyk-schedule-kill-test [--rounds 200] [--seed N]: kills a broker with -9 again and again while
// two schedules fire, one each second by cron, one every 1,300 ms, and checks that every slot has
// fired exactly once. Exit code 0: nothing was broken.

#include "tests/support/broker_process.hpp"
#include "tests/support/wire_client.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace peyk::test;
using std::chrono::milliseconds;

struct watched_schedule {
    std::string name;
    std::string cron;
    milliseconds every{0};
    milliseconds between; // its slots
};

std::vector<watched_schedule> const watched{
    {"each-second", "* * * * * *", {}, milliseconds{1000}},
    {"interval", "", milliseconds{1300}, milliseconds{1300}}};

// The broker may be settling, or the connection may be cut: only the answer counts.
pb::ServerFrame ask(wire_client& over, pb::Control control) {
    pb::ClientFrame frame;
    *frame.mutable_control() = std::move(control);
    auto answer = over.ask(frame);
    if (answer.has_error())
        throw std::runtime_error{answer.error().message()};
    return answer;
}

void set_schedules(broker_process const& broker) {
    wire_client over{broker.port()};
    over.hello();
    for (auto const& each : watched) {
        pb::Control control;
        auto& schedule = *control.mutable_set_schedule()->mutable_schedule();
        schedule.set_name(each.name);
        schedule.set_cron(each.cron);
        schedule.set_every_ms(static_cast<std::uint64_t>(each.every.count()));
        schedule.set_misfire(pb::MISFIRE_RUN_ALL);
        schedule.mutable_message()->set_queue(each.name);
        ask(over, control);
    }
}

void pause_schedules(wire_client& over) {
    for (auto const& each : watched) {
        pb::Control control;
        control.mutable_pause_schedule()->set_name(each.name);
        control.mutable_pause_schedule()->set_paused(true);
        ask(over, control);
    }
}

// Messages by slot: the id of a fired message begins with it.
std::map<std::int64_t, int> take_all(wire_client& over, std::string const& queue) {
    pb::Control control;
    control.mutable_list_queues()->set_name(queue);
    auto const left = ask(over, control).control().queues().queues(0).ready();
    std::map<std::int64_t, int> slots;
    constexpr std::uint32_t credit = 60'000;
    static std::uint32_t consumer = 0;
    over.subscribe(queue, credit, ++consumer);
    for (std::uint64_t taken = 0; taken < left;) {
        auto const frame = over.expect(pb::ServerFrame::kDeliver);
        for (auto const& each : frame.deliver().deliveries()) {
            ++slots[static_cast<std::int64_t>(each.id_high() >> 16)];
            ++taken;
        }
    }
    return slots;
}

// Says what is wrong; the number of faults.
int check(watched_schedule const& which, std::map<std::int64_t, int> const& slots) {
    int faults = 0;
    std::int64_t before = 0;
    for (auto const& [slot, times] : slots) {
        if (times != 1) {
            std::printf("%s: slot %lld fired %d times\n",
                        which.name.c_str(),
                        static_cast<long long>(slot),
                        times);
            ++faults;
        }
        if (before != 0 && slot - before != which.between.count()) {
            std::printf("%s: between slots %lld and %lld some are missing\n",
                        which.name.c_str(),
                        static_cast<long long>(before),
                        static_cast<long long>(slot));
            ++faults;
        }
        before = slot;
    }
    std::printf("%s: %zu slots, %d faults\n", which.name.c_str(), slots.size(), faults);
    return slots.empty() ? faults + 1 : faults;
}

int run(int rounds, std::uint64_t seed) {
    broker_process broker{{},
                          {{"PEYK_LIMITS_FRAME_BYTES_MAX", "1MiB"},
                           {"PEYK_LIMITS_CONTENT_BYTES_MAX", "256KiB"},
                           {"PEYK_LIMITS_RESULT_BYTES_MAX", "256KiB"},
                           {"PEYK_JOURNAL_SEGMENT_BYTES", "2MiB"}}};
    broker.start();
    set_schedules(broker);
    std::mt19937_64 random{seed};
    for (int round = 1; round <= rounds; ++round) {
        constexpr std::uint64_t shortest = 20;
        constexpr std::uint64_t longest = 1'500;
        milliseconds const life{shortest + random() % (longest - shortest)};
        std::this_thread::sleep_for(life); // the life of the broker that is killed
        broker.kill();
        broker.start();
    }
    wire_client over{broker.port()};
    over.hello();
    pause_schedules(over);
    int faults = 0;
    for (auto const& each : watched)
        faults += check(each, take_all(over, each.name));
    return faults;
}

} // namespace

int main(int argc, char** argv) {
    int rounds = 200;
    std::uint64_t seed = 1;
    CLI::App app{"Kills a broker with -9 while schedules fire and checks that no slot fires twice"};
    app.add_option("--rounds", rounds, "kills")->capture_default_str();
    app.add_option("--seed", seed, "of the moments")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        auto const faults = run(rounds, seed);
        std::printf("%d kills: %s\n", rounds, faults == 0 ? "PASSED" : "FAILED");
        return faults == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (std::exception const& e) {
        std::printf("FAILED: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
