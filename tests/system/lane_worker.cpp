#include "tests/system/lane_worker.hpp"

#include "tests/system/run_log.hpp"
#include <peyk/context.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/worker.hpp>

#include <atomic>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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
    if (pid_ > 0)
        kill();
}

void lane_worker_process::start() {
    static std::atomic<std::uint32_t> lives{0};
    life_ = ++lives;
    std::vector<std::string> words{"/proc/self/exe",
                                   lane_worker_word,
                                   url_,
                                   std::to_string(log_.file()),
                                   std::to_string(life_)};
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::fcntl(log_.file(), F_SETFD, 0); // stays open
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    if (pid_ < 0)
        throw std::runtime_error{"cannot fork"};
}

int lane_worker_process::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    log_.add({.kind = run_event_kind::death, .worker = life_});
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void lane_worker_process::kill() {
    ::kill(pid_, SIGKILL);
    wait();
}

int lane_worker_process::terminate() {
    ::kill(pid_, SIGTERM);
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
