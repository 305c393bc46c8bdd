// peyk-simulation --seed S [--steps N] [--seeds K] [--trace]: runs seeds S, S+1, ...

#include "tests/simulation/simulator.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace {

using namespace peyk::simulation;

std::string replay_line;

// An assertion of the broker stops the program; say how to see it again.
void on_abort(int) {
    (void)!write(STDERR_FILENO, replay_line.data(), replay_line.size());
}

bool run_seed(options const& with, bool trace, bool twice) {
    replay_line = "replay with: peyk-simulation --seed " + std::to_string(with.seed) + " --steps " +
                  std::to_string(with.steps) + " --trace\n";
    std::printf("%s\n", with.text().c_str());
    std::fflush(stdout);
    try {
        auto const o = simulator{with, trace}.run();
        std::printf("PASSED hash=%016llx crashes=%llu commits=%llu delivered=%llu virtual=%lld s\n",
                    static_cast<unsigned long long>(o.hash),
                    static_cast<unsigned long long>(o.crashes),
                    static_cast<unsigned long long>(o.commits),
                    static_cast<unsigned long long>(o.delivered),
                    static_cast<long long>(o.virtual_time.count() / 1000));
        if (twice && simulator{with, false}.run().hash != o.hash) {
            throw violation{"the same seed gave another run"};
        }
    } catch (violation const& v) {
        std::printf("FAILED: %s\n%s", v.what(), replay_line.c_str());
        return false;
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulates a broker, its disk and its clients, and checks every promise"};
    std::uint64_t seed = 1, steps = 2'000, seeds = 1;
    bool trace = false, twice = false, keep_going = false;
    app.add_option("--seed", seed, "first seed")->capture_default_str();
    app.add_option("--steps", steps, "steps with faults, before everything is drained")
        ->capture_default_str();
    app.add_option("--seeds", seeds, "how many seeds, one after the other")->capture_default_str();
    app.add_flag("--trace", trace, "print every command, record, delivery and effect");
    app.add_flag("--twice", twice, "run each seed twice and compare");
    app.add_flag("--keep-going", keep_going, "do not stop at the first failure");
    CLI11_PARSE(app, argc, argv);

    std::signal(SIGABRT, on_abort);
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < seeds && (failed == 0 || keep_going); ++i) {
        failed += run_seed(options::roll(seed + i, steps), trace, twice) ? 0 : 1;
    }
    std::printf("%llu of %llu seeds failed\n",
                static_cast<unsigned long long>(failed),
                static_cast<unsigned long long>(seeds));
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
