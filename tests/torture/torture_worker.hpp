#pragma once
// A worker process of the torture test: started, killed, started again; never left behind.

#include "tests/support/child_process.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace peyk::test {

class torture_worker {
public:
    struct settings {
        std::vector<std::string> arguments; // behind `worker`
        std::vector<std::pair<std::string, std::string>> variables;
        std::filesystem::path log; // of its standard error, of all starts
    };

    explicit torture_worker(settings with) : with_(std::move(with)) {}

    // Throws std::runtime_error.
    void start();
    // kill -9, and waits.
    void kill() { process_.kill(); }
    // SIGTERM, and waits: the exit status, or 128 + the signal that ended it.
    int terminate() { return process_.terminate(); }
    // Throws std::runtime_error if it has ended by itself.
    void check() { process_.check(); }

    [[nodiscard]] pid_t pid() const { return process_.pid(); }
    // Of its prefork pool.
    [[nodiscard]] std::vector<pid_t> children() const;
    [[nodiscard]] std::uint64_t rss_bytes() const;
    [[nodiscard]] std::string log() const;

private:
    settings with_;
    child_process process_;
};

} // namespace peyk::test
