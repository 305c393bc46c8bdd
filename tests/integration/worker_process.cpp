#include "tests/integration/worker_process.hpp"

#include <csignal>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace peyk::test {

worker_process::worker_process(std::vector<std::string> const& arguments) {
    std::vector<std::string> words{PEYK_WORKER_PROGRAM, "worker"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    if (pid_ < 0)
        throw std::runtime_error{"cannot fork"};
}

worker_process::~worker_process() {
    if (pid_ > 0)
        kill();
}

void worker_process::signal(int number) const {
    ::kill(pid_, number);
}

int worker_process::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void worker_process::kill() {
    signal(SIGKILL);
    wait();
}

} // namespace peyk::test
