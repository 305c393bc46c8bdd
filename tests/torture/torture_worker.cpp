#include "tests/torture/torture_worker.hpp"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
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

std::string read_all(std::filesystem::path const& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// 0: there is no such process any more.
pid_t parent_of(std::filesystem::path const& process) {
    auto const text = read_all(process / "stat");
    auto const name_end = text.rfind(')');
    if (name_end == std::string::npos)
        return 0;
    std::istringstream fields{text.substr(name_end + 1)};
    std::string state;
    pid_t parent = 0;
    fields >> state >> parent;
    return parent;
}

} // namespace

torture_worker::~torture_worker() {
    if (pid_ > 0)
        kill();
}

void torture_worker::start() {
    std::vector<std::string> words{"/proc/self/exe", "worker"};
    words.insert(words.end(), with_.arguments.begin(), with_.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        int const out = ::open(with_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, STDERR_FILENO);
        for (auto const& [name, value] : with_.variables)
            ::setenv(name.c_str(), value.c_str(), 1);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    if (pid_ < 0)
        throw std::runtime_error{"cannot fork"};
}

int torture_worker::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return exit_code(status);
}

void torture_worker::kill() {
    ::kill(pid_, SIGKILL);
    wait();
}

int torture_worker::terminate() {
    ::kill(pid_, SIGTERM);
    return wait();
}

void torture_worker::check() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_)
        return;
    pid_ = 0;
    throw std::runtime_error{"a worker has ended by itself, with status " +
                             std::to_string(exit_code(status))};
}

std::vector<pid_t> torture_worker::children() const {
    std::vector<pid_t> found;
    for (auto const& each : std::filesystem::directory_iterator{"/proc"}) {
        auto const name = each.path().filename().string();
        pid_t process = 0;
        auto const read = std::from_chars(name.data(), name.data() + name.size(), process);
        if (read.ptr == name.data() + name.size() && parent_of(each.path()) == pid_)
            found.push_back(process);
    }
    return found;
}

std::uint64_t torture_worker::rss_bytes() const {
    std::istringstream fields{read_all("/proc/" + std::to_string(pid_) + "/statm")};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    fields >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string torture_worker::log() const {
    return read_all(with_.log);
}

} // namespace peyk::test
