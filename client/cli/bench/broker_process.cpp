#include "client/cli/bench/broker_process.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/program_path.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::cli::bench {
namespace {

// A broker that starts on a large journal reads it first; more than this is a fault.
constexpr int start_ms_max = 120'000;

class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

[[noreturn]] void fail(std::string const& what) {
    throw failure{exit_code::internal, what + ": " + std::strerror(errno)};
}

std::filesystem::path make_directory(std::filesystem::path const& parent) {
    std::filesystem::create_directories(parent);
    auto name = (parent / "peyk-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        fail("cannot make a directory in " + parent.string());
    return name;
}

// Runs in the child, between fork and exec: only what is safe there.
[[noreturn]] void become(std::vector<char*> const& argv, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) // it died before the line above
        ::_exit(1);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
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

void broker_process::spawn() {
    auto arguments = command_line();
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    auto const log_path = directory_ / "broker.log";
    descriptor const log{::open(log_path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600)};
    if (log.number() < 0)
        fail("cannot write " + log_path.string());
    auto const self = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0)
        fail("cannot start a process");
    if (pid_ == 0)
        become(argv, log.number(), self);
}

void broker_process::start() {
    std::error_code ignored;
    std::filesystem::remove(directory_ / "port", ignored);
    // Watched from before the start, so that the file cannot be missed.
    descriptor const watch{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (::inotify_add_watch(watch.number(), directory_.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        fail("cannot watch " + directory_.string());
    spawn();
    descriptor const process{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
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
    ::kill(pid_, signal);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

std::string broker_process::last_words() const {
    std::ifstream log{directory_ / "broker.log"};
    std::string last;
    for (std::string line; std::getline(log, line);) {
        if (!line.empty())
            last = line;
    }
    return last.empty() ? "it says nothing" : last;
}

} // namespace peyk::cli::bench
