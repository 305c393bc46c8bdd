#pragma once
// A broker of one's own: a process on a free port of the loopback with its data in a temporary
// directory. Both are gone when this ends, whatever happened; should this program be killed, the
// kernel ends the broker with it.

#include "client/cli/bench/link.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace peyk::cli::bench {

class broker_process {
public:
    // `parent`: where the temporary directory is made. Throws failure.
    broker_process(std::filesystem::path const& parent, std::string sync);
    ~broker_process();
    broker_process(broker_process const&) = delete;
    broker_process& operator=(broker_process const&) = delete;

    // Returns when the broker listens.
    void start();
    // Sends the signal and returns when the process is gone.
    void stop(int signal);
    // Throws failure, which says how it ended, if it has ended by itself; or does so by then.
    void require_running(std::chrono::milliseconds patience = {}) const;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] address const& at() const { return at_; }
    // A place of this run, removed in the end.
    [[nodiscard]] std::filesystem::path const& directory() const { return directory_; }
    [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }

private:
    [[nodiscard]] std::vector<std::string> command_line() const;
    [[nodiscard]] std::string last_words() const;

    std::string sync_;
    std::filesystem::path directory_;
    pid_t pid_ = 0;
    address at_;
};

} // namespace peyk::cli::bench
