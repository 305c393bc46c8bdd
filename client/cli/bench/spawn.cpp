#include "client/cli/bench/spawn.hpp"

#include "client/cli/exit_code.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::cli::bench {
namespace {

// Runs in the child, between fork and exec: only what is safe there.
[[noreturn]] void become(std::vector<char*> const& argv, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0); // Ctrl-C is for the parent, which ends it in order
    if (::getppid() != parent) // it died before the line above
        ::_exit(1);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

} // namespace

descriptor::~descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

void fail_with_errno(std::string const& what) {
    throw failure{exit_code::internal, what + ": " + std::strerror(errno)};
}

pid_t spawn(std::vector<std::string> words, std::filesystem::path const& log) {
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    descriptor const file{::open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600)};
    if (file.number() < 0)
        fail_with_errno("cannot write " + log.string());
    auto const self = ::getpid();
    auto const pid = ::fork();
    if (pid < 0)
        fail_with_errno("cannot start a process");
    if (pid == 0)
        become(argv, file.number(), self);
    return pid;
}

int watch_process(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

std::string how_it_ended(pid_t pid) {
    siginfo_t end{};
    auto const looked = ::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOHANG | WNOWAIT);
    if (looked != 0 || end.si_pid == 0)
        return {};
    auto const number = std::to_string(end.si_status);
    if (end.si_code == CLD_EXITED)
        return "ended with status " + number;
    return "was killed by signal " + number + " (" + ::strsignal(end.si_status) + ")";
}

void stop_process(pid_t pid, int signal) {
    ::kill(pid, signal);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

std::string last_line(std::filesystem::path const& log) {
    std::ifstream in{log};
    std::string last;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty())
            last = line;
    }
    return last;
}

} // namespace peyk::cli::bench
