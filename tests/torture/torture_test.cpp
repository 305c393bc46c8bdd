// peyk-torture-test [--tasks 20000] [--faults 200] [--workers 4] [--seed N] [--poisons 5]
//                   [--log FILE]
// Runs tasks in all pools of several worker processes while connections are cut, silenced and held
// up, and the broker, workers and processes of their pools are killed; then checks that each task
// ended once and that every worker still works. Exit code 0: all of it did.
//
// peyk-torture-test --memory [--tasks 1000000]: the memory of a worker that runs empty tasks.

#include "tests/torture/memory_run.hpp"
#include "tests/torture/tasks.hpp"
#include "tests/torture/torture_world.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using namespace peyk::test;

struct command {
    torture_options torture;
    memory_options memory;
    std::uint64_t tasks = 0; // 0: as many as is usual
    bool measures_memory = false;
    std::string log; // what workers and broker say
};

int torture(command const& asked) {
    torture_world world{asked.torture};
    auto good = false;
    try {
        int count = 0;
        world.run([&](fault const& each) {
            std::printf("fault %d, after %llu tasks: %s\n",
                        ++count,
                        static_cast<unsigned long long>(each.after_ended),
                        each.text().c_str());
            std::fflush(stdout);
        });
        auto const verdict = world.judge();
        std::printf("%d faults: %s\n", count, verdict.text().c_str());
        good = verdict.good();
    } catch (std::exception const& e) {
        std::printf("%s\n", e.what());
    }
    if (!asked.log.empty())
        std::ofstream{asked.log} << world.logs();
    else if (!good)
        std::printf("%s\n", world.logs().c_str());
    std::printf("%s\n", good ? "PASSED" : "FAILED");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int measure_memory(memory_options const& with) {
    constexpr double growth_max = 0.05;
    auto const got = run_empty_tasks(with);
    auto const growth =
        static_cast<double>(got.rss_bytes_at_end) / static_cast<double>(got.rss_bytes_before) - 1;
    auto const good = growth < growth_max;
    std::printf("%llu empty tasks in %.1f s: RSS %.1f MiB after %llu, %.1f MiB at the end, "
                "%+.1f %%\n%s\n",
                static_cast<unsigned long long>(with.tasks),
                got.seconds,
                static_cast<double>(got.rss_bytes_before) / (1 << 20),
                static_cast<unsigned long long>(with.tasks_before),
                static_cast<double>(got.rss_bytes_at_end) / (1 << 20),
                growth * 100,
                good ? "PASSED" : "FAILED");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view{argv[1]} == "worker")
        return run_torture_worker(argc, argv);
    command asked;
    CLI::App app{"Tortures workers, and checks that every task ends once"};
    app.add_option("--tasks", asked.tasks, "published; 0: 20,000, with --memory 1,000,000");
    app.add_option("--faults", asked.torture.faults, "that fall")->capture_default_str();
    app.add_option("--workers", asked.torture.workers, "processes of three pools each")
        ->check(CLI::Range(1, 50))
        ->capture_default_str();
    app.add_option("--seed", asked.torture.seed, "of the faults")->capture_default_str();
    app.add_option("--poisons", asked.torture.poisons, "tasks that kill their process, always")
        ->capture_default_str();
    app.add_option("--log", asked.log, "a file for what workers and broker say");
    app.add_flag("--memory", asked.measures_memory, "runs empty tasks, and looks at the memory");
    CLI11_PARSE(app, argc, argv);
    if (asked.tasks > 0)
        asked.torture.tasks = asked.memory.tasks = asked.tasks;
    try {
        return asked.measures_memory ? measure_memory(asked.memory) : torture(asked);
    } catch (std::exception const& e) {
        std::printf("FAILED: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
