// peyk-lane-kill-test [--rounds 50] [--seconds-per-round S] [--seed N] [--workers N]: kills a
// broker and worker processes with -9 again and again, under load, and checks by what the tasks
// themselves saw that a limit of 7 at once and the turns of ordering keys were kept. Exit code 0:
// they were.

#include "tests/support/broker_process.hpp"
#include "tests/system/drain.hpp"
#include "tests/system/lane_load.hpp"
#include "tests/system/lane_worker.hpp"
#include <peyk/admin.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace {

using namespace peyk::test;
using std::chrono::milliseconds;

constexpr std::uint32_t at_once = 7;

struct lane_options {
    int rounds = 50;
    double seconds_per_round = 1.0; // at most; each kill falls at a random moment of it
    std::uint64_t seed = 1;
    int workers = 4;
};

// Short enough that what a killed worker ran comes again while the next kills go on, and long
// enough that a living one is back in time on a busy machine.
std::vector<broker_process::variable> settings() {
    return {{"PEYK_LIMITS_FRAME_BYTES_MAX", "1MiB"},
            {"PEYK_LIMITS_CONTENT_BYTES_MAX", "256KiB"},
            {"PEYK_LIMITS_RESULT_BYTES_MAX", "256KiB"},
            {"PEYK_JOURNAL_SEGMENT_BYTES", "2MiB"},
            {"PEYK_SESSIONS_GRACE_MS", "1500"},
            {"PEYK_SESSIONS_SETTLING_MS", "1000"}};
}

class lane_world {
public:
    explicit lane_world(lane_options const& with) : with_(with), random_(with.seed) {
        broker_.start();
        peyk::client observer{broker_.url()};
        peyk::admin{observer}.set_limit({.task = limited_task}, {.concurrency = at_once});
        load_ = std::make_unique<lane_load>(log_, broker_.url(), with.seed);
        for (int n = 0; n < with.workers; ++n) {
            workers_.push_back(std::make_unique<lane_worker_process>(log_, broker_.url()));
            workers_.back()->start();
        }
    }

    void kill_and_restart() {
        constexpr std::uint64_t full_work = 50; // messages that got through
        constexpr std::uint64_t shortest = 50;
        auto const longest = static_cast<std::uint64_t>(with_.seconds_per_round * 1'000);
        for (int round = 1; round <= with_.rounds; ++round) {
            // Most kills fall into full work, some into what follows the kill before.
            if (random_() % 4 != 0)
                log_.await_successes(log_.successes() + full_work);
            milliseconds const life{shortest +
                                    random_() % std::max<std::uint64_t>(longest - shortest, 1)};
            std::this_thread::sleep_for(life); // the life of those that are killed
            std::printf("round %d: after %lld ms %s\n",
                        round,
                        static_cast<long long>(life.count()),
                        kill_some().c_str());
            std::fflush(stdout);
        }
    }

    lane_history::verdict end() {
        auto const published = load_->stop();
        await_drained(broker_.port());
        for (auto& each : workers_) {
            if (each->terminate() != EXIT_SUCCESS)
                throw std::runtime_error{"a worker did not end in order"};
        }
        workers_.clear();
        return judge(published);
    }

    [[nodiscard]] std::string broker_log() const { return broker_.log(); }
    [[nodiscard]] lane_history::verdict
    judge(std::map<std::uint32_t, std::uint64_t> const& published) const {
        lane_history seen{at_once};
        log_.for_each([&](run_event const& each) { seen.take(each); });
        return seen.check(published);
    }

private:
    // The broker, workers, or both in one moment; what was killed is started again at once.
    std::string kill_some() {
        std::vector<lane_worker_process*> victims;
        bool const with_broker = random_() % 3 != 0;
        bool const with_workers = !with_broker || random_() % 2 == 0;
        for (auto left = with_workers ? 1 + random_() % 2 : 0; left > 0; --left) {
            auto* const one = workers_[random_() % workers_.size()].get();
            if (std::ranges::find(victims, one) == victims.end())
                victims.push_back(one);
        }
        bool const broker_first = random_() % 2 == 0;
        if (with_broker && broker_first)
            broker_.kill();
        for (auto* each : victims)
            each->kill();
        if (with_broker && !broker_first)
            broker_.kill();
        for (auto* each : victims)
            each->start();
        if (with_broker)
            broker_.start();
        return (with_broker ? "the broker and " : "") + std::to_string(victims.size()) + " workers";
    }

    lane_options with_;
    std::mt19937_64 random_;
    run_log log_;
    broker_process broker_{{}, settings()};
    std::unique_ptr<lane_load> load_;
    std::vector<std::unique_ptr<lane_worker_process>> workers_;
};

int run(lane_options const& with) {
    lane_world world{with};
    try {
        world.kill_and_restart();
        auto const got = world.end();
        std::printf("%d rounds: %s\n%s\n",
                    with.rounds,
                    got.text().c_str(),
                    got.good() ? "PASSED" : "FAILED");
        return got.good() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (std::exception const& e) {
        // The publisher may wait for ever for a broker that does not come back; what was started
        // ends with this process.
        std::printf("FAILED: %s\n%s\n%s\n",
                    e.what(),
                    world.judge({}).text().c_str(),
                    world.broker_log().c_str());
        std::fflush(stdout);
        std::_Exit(EXIT_FAILURE);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 5 && std::string_view{argv[1]} == lane_worker_word)
        return run_lane_worker(
            argv[2], std::atoi(argv[3]), static_cast<std::uint32_t>(std::atoi(argv[4])));
    lane_options with;
    CLI::App app{"Kills a broker and workers with -9 and checks limits and ordering keys"};
    app.add_option("--rounds", with.rounds, "kills")->capture_default_str();
    app.add_option("--seconds-per-round", with.seconds_per_round, "the longest time between kills")
        ->capture_default_str();
    app.add_option("--seed", with.seed, "of the load and of the moments")->capture_default_str();
    app.add_option("--workers", with.workers, "processes, of four slots each")
        ->check(CLI::Range(2, 100))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        return run(with);
    } catch (std::exception const& e) {
        std::printf("FAILED: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
