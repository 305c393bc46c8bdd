#pragma once
// A broker process, a client of it, and two FIFOs by which tasks of other processes say that they
// run and wait.

#include "tests/integration/worker_process.hpp"
#include "tests/support/broker_process.hpp"
#include <peyk/client.hpp>
#include <peyk/task.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace peyk {

constexpr std::chrono::seconds patience{30}; // for anything that should take no time

class WorkerProcess : public testing::Test {
protected:
    WorkerProcess() : directory_(make_directory()) {
        ::mkfifo(running().c_str(), 0600);
        ::mkfifo(gate().c_str(), 0600);
        // A lost session is given up soon, so that nobody waits long after a crash.
        ::setenv("PEYK_SESSIONS_GRACE_MS", "200", 1);
        broker_.start();
        ::unsetenv("PEYK_SESSIONS_GRACE_MS");
    }
    ~WorkerProcess() override { std::filesystem::remove_all(directory_); }

    static std::filesystem::path make_directory() {
        auto name = (std::filesystem::temp_directory_path() / "peyk-worker-XXXXXX").string();
        return ::mkdtemp(name.data());
    }

    [[nodiscard]] std::string running() const { return (directory_ / "running").string(); }
    [[nodiscard]] std::string gate() const { return (directory_ / "gate").string(); }
    // Both block until the other side is there.
    void wait_until_running() const {
        std::string line;
        std::ifstream from{running()};
        ASSERT_TRUE(std::getline(from, line));
    }
    void open_gate() const { std::ofstream{gate()} << "go\n"; }

    [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
        std::vector<std::string> all{"--url=" + broker_.url(), "--loglevel=warning"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    [[nodiscard]] client connect() const {
        client_options options;
        options.url = broker_.url();
        return client{options};
    }

    using gate_task = task<std::string(std::string, std::string)>;
    using hang_task = task<std::uint32_t(std::string, std::string)>;

    test::broker_process broker_;

private:
    std::filesystem::path directory_;
};

} // namespace peyk
