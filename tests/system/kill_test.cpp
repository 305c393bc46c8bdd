// peyk-kill-test [--rounds 50] [--seconds-per-round S] [--seed N] [--library | --runtime]: kills a
// broker process with -9 under load, again and again, and checks what its clients saw. Exit code 0:
// nothing was broken.

#include "tests/support/broker_process.hpp"
#include "tests/support/wire_client.hpp"
#include "tests/system/drain.hpp"
#include "tests/system/history.hpp"
#include "tests/system/library_load.hpp"
#include "tests/system/operator_load.hpp"
#include "tests/system/runtime_load.hpp"
#include "tests/system/worker_load.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

namespace {

using namespace peyk::test;
using std::chrono::milliseconds;

struct kill_options {
    int rounds = 50;
    double seconds_per_round = 1.0; // at most; each kill falls at a random moment of it
    std::uint64_t seed = 1;
    int producers = 4;
    int workers = 4;
    bool library = false; // load through the client library, not bare frames
    bool runtime = false; // ... and work through the worker runtime
};

// Small files, so that cleaning goes on all the time, and little memory for bodies.
std::vector<broker_process::variable> settings() {
    return {{"PEYK_LIMITS_FRAME_BYTES_MAX", "1MiB"},
            {"PEYK_LIMITS_CONTENT_BYTES_MAX", "256KiB"},
            {"PEYK_LIMITS_RESULT_BYTES_MAX", "256KiB"},
            {"PEYK_JOURNAL_SEGMENT_BYTES", "2MiB"},
            {"PEYK_JOURNAL_BALLAST_BYTES", "8MiB"},
            {"PEYK_JOURNAL_FREE_BYTES_MIN", "16MiB"},
            {"PEYK_LIMITS_CONTENT_MEMORY_BYTES", "1MiB"},
            {"PEYK_SESSIONS_SETTLING_MS", "2000"}};
}

end_state state_of(pb::Status const& s) {
    switch (s.state()) {
    case pb::UNKNOWN:
        return end_state::unknown;
    case pb::SUCCESS:
        return end_state::success;
    case pb::FAILURE:
        return s.detail() == pb::DETAIL_DEAD ? end_state::dead : end_state::failed;
    case pb::REVOKED:
        return end_state::revoked;
    default:
        return end_state::live;
    }
}

void read_ends(broker_process const& broker, history& seen) {
    wire_client observer{broker.port()};
    observer.hello();
    auto const ids = seen.all();
    constexpr std::size_t at_once = 1'000;
    for (std::size_t begin = 0; begin < ids.size(); begin += at_once) {
        pb::ClientFrame ask;
        auto const end = std::min(ids.size(), begin + at_once);
        for (std::size_t i = begin; i < end; ++i) {
            auto& id = *ask.mutable_get()->add_ids();
            id.set_high(ids[i].high);
            id.set_low(ids[i].low);
        }
        auto const answer = observer.ask(ask);
        if (answer.statuses().statuses_size() != static_cast<int>(end - begin)) {
            throw std::runtime_error{"states cannot be read: " + answer.ShortDebugString()};
        }
        for (auto const& s : answer.statuses().statuses()) {
            seen.found({s.id_high(), s.id_low()}, state_of(s), s.result());
        }
    }
}

void kill_and_restart(broker_process& broker, load_world& world, kill_options const& with) {
    std::mt19937_64 random{with.seed};
    constexpr std::uint64_t shortest = 50;
    auto const longest = static_cast<std::uint64_t>(with.seconds_per_round * 1'000);
    for (int round = 1; round <= with.rounds; ++round) {
        milliseconds const life{shortest +
                                random() % std::max<std::uint64_t>(longest - shortest, 1)};
        std::this_thread::sleep_for(life); // the life of the broker that is killed
        broker.kill();
        world.seen.killed();
        auto const begin = std::chrono::steady_clock::now();
        broker.start();
        world.starts.add();
        auto const took =
            std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
        std::printf("round %d: killed after %lld ms, back after %lld ms\n",
                    round,
                    static_cast<long long>(life.count()),
                    static_cast<long long>(took.count()));
        std::fflush(stdout);
    }
}

template <class Producer, class Worker>
history::verdict run(kill_options const& with) {
    broker_process broker{{}, settings()};
    broker.start();
    history seen;
    load_world world{.port = broker.port(), .seen = seen, .only_tasks = with.runtime};
    load_operator changes{world, with.seed * 1'000 + 999};
    std::vector<std::unique_ptr<Producer>> producers;
    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < with.producers; ++i) {
        producers.push_back(std::make_unique<Producer>(world, with.seed * 1'000 + i));
    }
    for (int i = 0; i < with.workers; ++i) {
        workers.push_back(std::make_unique<Worker>(world, with.seed * 1'000 + 500 + i));
    }
    try {
        kill_and_restart(broker, world, with);
        world.publishing.close();
        for (auto& p : producers) {
            p->join();
        }
        world.changing = false;
        changes.join();
        await_drained(broker.port());
        if (world.publishing.was_stuck())
            throw std::runtime_error{"the workers did not make the backlog less for a minute"};
        world.working = false;
        for (auto& w : workers) {
            w->join();
        }
        read_ends(broker, seen);
    } catch (std::exception const& e) {
        // The threads may wait for ever for a broker that does not come back.
        std::printf(
            "FAILED: %s\n%s\n%s\n", e.what(), seen.check().text().c_str(), broker.log().c_str());
        std::fflush(stdout);
        broker.kill();
        std::_Exit(EXIT_FAILURE);
    }
    return seen.check();
}

} // namespace

int main(int argc, char** argv) {
    kill_options with;
    CLI::App app{"Kills a broker with -9 under load and checks what its clients saw"};
    app.add_option("--rounds", with.rounds, "kills")->capture_default_str();
    app.add_option("--seconds-per-round", with.seconds_per_round, "the longest life of a broker")
        ->capture_default_str();
    app.add_option("--seed", with.seed, "of the load and of the moments")->capture_default_str();
    app.add_option("--producers", with.producers, "publishing clients")->capture_default_str();
    app.add_option("--workers", with.workers, "consuming clients")->capture_default_str();
    app.add_flag("--library", with.library, "load through the client library, not bare frames");
    app.add_flag(
        "--runtime", with.runtime, "tasks in the worker runtime, published by the library");
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::off); // the runtime tells of each task
    try {
        auto const v = with.runtime   ? run<library_producer, runtime_worker>(with)
                       : with.library ? run<library_producer, library_worker>(with)
                                      : run<producer, worker>(with);
        std::printf("%s\n%s\n", v.text().c_str(), v.good() ? "PASSED" : "FAILED");
        return v.good() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (std::exception const& e) {
        std::printf("FAILED: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
