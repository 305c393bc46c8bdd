#include "tests/support/broker_process.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace peyk::test {
namespace {

// Longer than a recovery in any test, also under a sanitizer.
constexpr int start_ms_max = 60'000;

std::filesystem::path make_directory() {
    auto name = (std::filesystem::temp_directory_path() / "peyk-broker-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error{"cannot make a directory for the broker"};
    return name;
}

std::string read_all(std::filesystem::path const& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

struct descriptor {
    int number;
    ~descriptor() { ::close(number); }
};

} // namespace

broker_process::broker_process(std::vector<std::string> arguments, std::vector<variable> variables)
    : directory_(make_directory()), arguments_(std::move(arguments)),
      variables_(std::move(variables)) {}

broker_process::~broker_process() {
    if (running())
        kill();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void broker_process::start() {
    std::filesystem::remove(directory_ / "port");
    descriptor const watch{::inotify_init1(IN_CLOEXEC)};
    if (::inotify_add_watch(watch.number, directory_.c_str(), IN_MOVED_TO) < 0)
        throw std::runtime_error{"cannot watch the broker's directory"};
    spawn();
    std::array<pollfd, 2> files{{{watch.number, POLLIN, 0}, {pid_file_, POLLIN, 0}}};
    while (!std::filesystem::exists(directory_ / "port")) {
        if (::poll(files.data(), files.size(), start_ms_max) == 0) {
            kill();
            throw std::runtime_error{"the broker does not open its port:\n" + log()};
        }
        if (files[1].revents != 0) {
            wait();
            throw std::runtime_error{"the broker has ended:\n" + log()};
        }
        std::array<char, 4096> events;
        if (::read(watch.number, events.data(), events.size()) < 0)
            throw std::runtime_error{"cannot watch the broker's directory"};
    }
    port_ = static_cast<std::uint16_t>(std::stoi(read_all(directory_ / "port")));
}

void broker_process::spawn() {
    std::vector<std::string> words{PEYK_BROKER_BINARY,
                                   "--data",
                                   data().string(),
                                   "--listen",
                                   "127.0.0.1:" + std::to_string(port_),
                                   "--port-file",
                                   (directory_ / "port").string()};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    process_.start({.words = words, .variables = variables_, .log = directory_ / "log"});
    pid_file_ = static_cast<int>(::syscall(SYS_pidfd_open, pid(), 0));
}

void broker_process::signal(int number) {
    process_.signal(number);
}

int broker_process::wait() {
    ::close(pid_file_);
    return process_.wait();
}

void broker_process::kill() {
    signal(SIGKILL);
    wait();
}

int broker_process::terminate() {
    signal(SIGTERM);
    return wait();
}

std::string broker_process::url() const {
    return "peyk://127.0.0.1:" + std::to_string(port_);
}

std::string broker_process::log() const {
    return read_all(directory_ / "log");
}

std::uint64_t broker_process::cpu_us() const {
    auto const text = read_all("/proc/" + std::to_string(pid()) + "/stat");
    // Behind the name in parentheses: state is field 3, utime 14, stime 15.
    std::istringstream fields{text.substr(text.rfind(')') + 2)};
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    fields >> user >> system;
    return (user + system) * 1'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

} // namespace peyk::test
