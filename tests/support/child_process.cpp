#include "tests/support/child_process.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace peyk::test {
namespace {

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// In the new process. Does not return.
[[noreturn]] void become(child_process::command const& what, char* const* argv) {
    if (what.ends_with_thread)
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!what.log.empty())
        ::dup2(::open(what.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
    if (what.kept_file >= 0)
        ::fcntl(what.kept_file, F_SETFD, 0);
    for (auto const& [name, value] : what.variables)
        ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(argv[0], argv);
    ::_exit(127);
}

} // namespace

child_process::~child_process() {
    if (is_running())
        kill();
}

void child_process::start(command what) {
    std::vector<char*> argv;
    for (auto& word : what.words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0)
        become(what, argv.data());
    if (pid_ < 0)
        throw std::runtime_error{"cannot fork"};
}

void child_process::signal(int number) const {
    if (!is_running())
        throw std::logic_error{"a signal for a process that does not run"};
    ::kill(pid_, number);
}

int child_process::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return exit_code(status);
}

void child_process::kill() {
    signal(SIGKILL);
    wait();
}

int child_process::terminate() {
    signal(SIGTERM);
    return wait();
}

void child_process::check() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_)
        return;
    pid_ = 0;
    throw std::runtime_error{"a process has ended by itself, with status " +
                             std::to_string(exit_code(status))};
}

} // namespace peyk::test
