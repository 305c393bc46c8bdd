#include "worker/program/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace peyk::program {
namespace {

constexpr int cannot_run = 127;      // as a shell says it
constexpr int child_descriptors = 4; // input, output, errors, progress

[[noreturn]] void fail(char const* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Above those the child has, so that none is overwritten before it is copied.
descriptor out_of_the_way(descriptor from) {
    descriptor moved{::fcntl(from.number(), F_DUPFD_CLOEXEC, child_descriptors)};
    if (moved.number() < 0)
        fail("no descriptor is left");
    return moved;
}

struct pipe_ends {
    descriptor read;
    descriptor write;
};

pipe_ends make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        fail("cannot make a pipe");
    descriptor read{ends[0]};
    descriptor write{ends[1]};
    return {std::move(read), out_of_the_way(std::move(write))};
}

// A file in memory: whoever does not read it is in nobody's way.
descriptor file_of(std::string_view text) {
    descriptor file{::memfd_create("peyk-arguments", MFD_CLOEXEC)};
    if (file.number() < 0)
        fail("cannot make the input of a command");
    while (!text.empty()) {
        auto const written = ::write(file.number(), text.data(), text.size());
        if (written < 0)
            fail("cannot write the input of a command");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file.number(), 0, SEEK_SET);
    return out_of_the_way(std::move(file));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& each : texts)
        all.push_back(each.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(std::vector<std::string> variables) {
    auto const given = variables.size();
    for (char** each = environ; *each != nullptr; ++each) {
        std::string_view const text{*each};
        auto const name = text.substr(0, text.find('=') + 1);
        bool replaced = false;
        for (std::size_t at = 0; at < given; ++at)
            replaced = replaced || variables[at].starts_with(name);
        if (!replaced)
            variables.emplace_back(text);
    }
    return variables;
}

struct becoming {
    char const* file;
    char* const* words;
    char* const* variables;
    std::array<int, child_descriptors> descriptors;
    pid_t parent;
    int keeper;
};

// Runs in the child, between fork and exec: only what is safe there. All signals are blocked, so
// that none is taken for one of the parent's.
[[noreturn]] void become(becoming const& what) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != what.parent) // it died before the line above
        ::_exit(cannot_run);
    auto const self = ::getpid();
    if (::write(what.keeper, &self, sizeof self) < 0)
        ::_exit(cannot_run);
    for (int at = 0; at < child_descriptors; ++at)
        ::dup2(what.descriptors[static_cast<std::size_t>(at)], at);
    ::close_range(child_descriptors, ~0U, 0);
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(what.file, what.words, what.variables);
    constexpr std::string_view sentence = "the program cannot be executed\n";
    if (::write(STDERR_FILENO, sentence.data(), sentence.size()) < 0)
        ::_exit(cannot_run);
    ::_exit(cannot_run);
}

// Forks with all signals blocked, in the child for good.
pid_t start(becoming const& what) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    auto const made = ::fork();
    if (made == 0)
        become(what);
    auto const why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = why;
    return made;
}

} // namespace

child_process::child_process(child_start const& what, group_keeper const& keeper)
    : keeper_(keeper) {
    auto words = what.words;
    auto variables = environment_with(what.variables);
    auto const argv = pointers(words);
    auto const envp = pointers(variables);
    auto const input = file_of(what.input);
    auto output = make_pipe();
    auto errors = make_pipe();
    auto progress = make_pipe();
    pid_ = start({.file = what.file.c_str(),
                  .words = argv.data(),
                  .variables = envp.data(),
                  .descriptors = {input.number(),
                                  output.write.number(),
                                  errors.write.number(),
                                  progress.write.number()},
                  .parent = ::getpid(),
                  .keeper = keeper_.number()});
    if (pid_ < 0) {
        pid_ = 0;
        fail("cannot start a process");
    }
    ::setpgid(pid_, pid_); // whoever is first: a signal to the group is right from here on
    end_ = descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
    if (end_.number() < 0) {
        auto const why = errno;
        signal(SIGKILL);
        reap();
        errno = why;
        fail("cannot watch a process");
    }
    output_ = std::move(output.read);
    errors_ = std::move(errors.read);
    progress_ = std::move(progress.read);
}

child_process::~child_process() {
    if (pid_ == 0)
        return;
    signal(SIGKILL);
    reap();
}

void child_process::signal(int number) const noexcept {
    if (pid_ > 0)
        ::kill(-pid_, number);
}

bool child_process::has_ended() const {
    siginfo_t end{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           end.si_pid != 0;
}

int child_process::reap() {
    keeper_.forget(pid_);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
}

} // namespace peyk::program
