#include "client/cli/bench/broker_process.hpp"

#include "client/cli/bench/spawn.hpp"
#include "client/cli/exit_code.hpp"
#include "client/cli/program_path.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::cli::bench {
namespace {

// A broker that starts on a large journal reads it first; more than this is a fault.
constexpr int start_ms_max = 120'000;

std::filesystem::path make_directory(std::filesystem::path const& parent) {
    std::filesystem::create_directories(parent);
    auto name = (parent / "peyk-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        fail_with_errno("cannot make a directory in " + parent.string());
    return name;
}

} // namespace

broker_process::broker_process(std::filesystem::path const& parent, std::string sync)
    : sync_(std::move(sync)), directory_(make_directory(parent)) {}

broker_process::~broker_process() {
    if (pid_ > 0)
        stop(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::vector<std::string> broker_process::command_line() const {
    return {broker_program().string(),
            "--data",
            data().string(),
            "--listen",
            "127.0.0.1:0",
            "--port-file",
            (directory_ / "port").string(),
            "--sync",
            sync_,
            "--log-level",
            "warn"};
}

void broker_process::start() {
    std::error_code ignored;
    std::filesystem::remove(directory_ / "port", ignored);
    // Watched from before the start, so that the file cannot be missed.
    descriptor const watch{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (::inotify_add_watch(watch.number(), directory_.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        fail_with_errno("cannot watch " + directory_.string());
    pid_ = spawn(command_line(), directory_ / "broker.log");
    descriptor const process{watch_process(pid_)};
    for (;;) {
        std::ifstream port{directory_ / "port"};
        if (std::string number; port >> number) {
            // "7420" or "127.0.0.1:7420".
            at_ = {"127.0.0.1", number.substr(number.rfind(':') + 1)};
            return;
        }
        std::array<pollfd, 2> events{{{watch.number(), POLLIN, 0}, {process.number(), POLLIN, 0}}};
        if (::poll(events.data(), events.size(), start_ms_max) == 0)
            throw failure{exit_code::internal, "the broker does not start: " + last_words()};
        std::array<char, 4096> seen{};
        while (::read(watch.number(), seen.data(), seen.size()) > 0) {
        }
        if (events[1].revents != 0) {
            ::waitpid(pid_, nullptr, 0);
            pid_ = 0;
            throw failure{exit_code::internal, "the broker did not start: " + last_words()};
        }
    }
}

void broker_process::stop(int signal) {
    stop_process(std::exchange(pid_, 0), signal);
}

void broker_process::require_running(std::chrono::milliseconds patience) const {
    if (pid_ == 0)
        return;
    descriptor const process{watch_process(pid_)};
    pollfd event{process.number(), POLLIN, 0};
    ::poll(&event, 1, static_cast<int>(patience.count()));
    if (auto const how = how_it_ended(pid_); !how.empty()) {
        throw failure{exit_code::internal, "the broker of this bench " + how + ": " + last_words()};
    }
}

std::string broker_process::last_words() const {
    auto last = last_line(directory_ / "broker.log");
    return last.empty() ? "it says nothing" : last;
}

} // namespace peyk::cli::bench
