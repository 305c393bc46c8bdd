#pragma once
// A process of a test: started with words, stopped by signals, never left behind.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace peyk::test {

class child_process {
public:
    struct command {
        std::vector<std::string> words;                                  // the program first
        std::vector<std::pair<std::string, std::string>> variables = {}; // beside those there are
        std::filesystem::path log = {}; // what its standard error is added to; none: the test's
        int kept_file = -1;             // a descriptor that stays open in it
        bool ends_with_thread = false;  // with the one that starts it, however that ends
    };

    child_process() = default;
    // kill -9 if it still runs.
    ~child_process();
    child_process(child_process const&) = delete;
    child_process& operator=(child_process const&) = delete;

    // Throws std::runtime_error. None may be running.
    void start(command what);
    [[nodiscard]] bool is_running() const { return pid_ > 0; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    // Throws std::logic_error if it does not run: the signal would go to the test itself.
    void signal(int number) const;
    // Waits for the end: the exit status, or 128 + the signal that ended it.
    int wait();
    // kill -9, and waits.
    void kill();
    // SIGTERM, and waits: as wait().
    int terminate();
    // Throws std::runtime_error if it has ended by itself.
    void check();

private:
    pid_t pid_ = 0;
};

} // namespace peyk::test
