#pragma once
// A peyk-broker process of a test: started on a free port with a directory of its own, killed,
// started again on the same port. Nothing is left when the object goes.

#include "tests/support/child_process.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace peyk::test {

class broker_process {
public:
    // An environment variable and its value.
    using variable = std::pair<std::string, std::string>;

    // Does not start yet. `arguments` are added to the command line at every start, `variables` to
    // the environment.
    explicit broker_process(std::vector<std::string> arguments = {},
                            std::vector<variable> variables = {});
    // Kills it if it runs and removes the directory.
    ~broker_process();
    broker_process(broker_process const&) = delete;
    broker_process& operator=(broker_process const&) = delete;

    // Returns once the port is open; the same port every time. Throws std::runtime_error with the
    // log if the process ends before.
    void start();
    // kill -9, and waits.
    void kill();
    // SIGTERM, and waits: the exit code.
    int terminate();
    void signal(int number);
    // Waits for the end: the exit code, or 128 + the signal that ended it.
    int wait();

    [[nodiscard]] bool running() const { return process_.is_running(); }
    [[nodiscard]] pid_t pid() const { return process_.pid(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }
    // Everything the process has logged, of all starts.
    [[nodiscard]] std::string log() const;
    // User and system time the process has used, in microseconds.
    [[nodiscard]] std::uint64_t cpu_us() const;

private:
    void spawn();

    std::filesystem::path directory_;
    std::vector<std::string> arguments_;
    std::vector<variable> variables_;
    child_process process_;
    int pid_file_ = -1; // readable when the process has ended
    std::uint16_t port_ = 0;
};

} // namespace peyk::test
