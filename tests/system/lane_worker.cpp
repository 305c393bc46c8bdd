#include "tests/system/lane_worker.hpp"

#include "tests/system/run_log.hpp"
#include <peyk/context.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker.hpp>

#include <atomic>
#include <csignal>
#include <stdexcept>
#include <thread>

namespace peyk::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t slots = 4;

// One message in five fails before it succeeds, one in 25 twice; the same in every run of the test.
bool fails(std::uint64_t number, std::uint32_t attempt) {
    constexpr std::uint64_t one_in = 5;
    return (attempt == 1 && number % one_in == 1) ||
           (attempt == 2 && number % (one_in * one_in) == 1);
}

milliseconds length_of(std::uint64_t number) {
    constexpr std::uint64_t longest = 20;
    return milliseconds{1 + number * 7 % longest};
}

class logged_work {
public:
    logged_work(run_log& log, std::uint32_t life) : log_(log), life_(life) {}

    void operator()(context& about, std::uint32_t lane, std::uint64_t number) const {
        auto const run = log_.add({run_event_kind::begin, life_, lane, number, 0});
        std::this_thread::sleep_for(length_of(number)); // the work itself
        auto const failing = fails(number, about.attempt());
        log_.add({failing ? run_event_kind::failure : run_event_kind::success,
                  life_,
                  lane,
                  number,
                  run});
        if (failing)
            throw std::runtime_error{"not yet"};
    }

private:
    run_log& log_;
    std::uint32_t life_;
};

} // namespace

lane_worker_process::lane_worker_process(run_log& log, std::string url)
    : log_(log), url_(std::move(url)) {}

lane_worker_process::~lane_worker_process() {
    if (process_.is_running())
        kill();
}

void lane_worker_process::start() {
    static std::atomic<std::uint32_t> lives{0};
    life_ = ++lives;
    process_.start({.words = {"/proc/self/exe",
                              lane_worker_word,
                              url_,
                              std::to_string(log_.file()),
                              std::to_string(life_)},
                    .kept_file = log_.file(),
                    .ends_with_thread = true});
}

int lane_worker_process::wait() {
    auto const status = process_.wait();
    log_.add({.kind = run_event_kind::death, .worker = life_});
    return status;
}

void lane_worker_process::kill() {
    process_.signal(SIGKILL);
    wait();
}

int lane_worker_process::terminate() {
    process_.signal(SIGTERM);
    return wait();
}

int run_lane_worker(std::string const& url, int log_file, std::uint32_t life) {
    run_log log{log_file};
    task_registry tasks;
    tasks.add(limited_task, logged_work{log, life});
    tasks.add(ordered_task, logged_work{log, life});
    worker_options options;
    options.connection.url = url;
    options.connection.name = "lane-worker-" + std::to_string(life);
    options.connection.backoff_min = milliseconds{5};
    options.connection.backoff_max = milliseconds{50};
    options.concurrency = slots;
    options.queues = {lane_queue};
    options.log_level = "off";
    worker runs{tasks, options};
    runs.stop_on_signals();
    return runs.run() == worker_end::drained ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace peyk::test
