#include "client/cli/bench/worker_process.hpp"

#include "client/cli/bench/spawn.hpp"
#include "client/cli/program_path.hpp"

#include <csignal>
#include <exception>
#include <vector>

namespace peyk::cli::bench {

worker_process::worker_process(rig& on, bench_pool const& pool, bool short_tasks)
    : pid_(spawn({worker_program().string(),
                  "--bench-tasks",
                  "--url=" + on.url(),
                  "--queues=" + on.queue(),
                  "--pool=" + std::string{pool.name},
                  "--concurrency=" + std::to_string(pool.concurrency),
                  "--prefetch=" + std::to_string(short_tasks ? pool.prefetch : 0),
                  "--loglevel=off"},
                 on.own() == nullptr ? "/dev/null" : on.place() / "worker.log")) {}

worker_process::~worker_process() {
    stop_process(pid_, std::uncaught_exceptions() > 0 ? SIGKILL : SIGTERM);
}

} // namespace peyk::cli::bench
