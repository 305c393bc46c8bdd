#pragma once
// A worker process of a test: started with arguments, stopped by signals, never left behind.

#include <string>
#include <vector>

#include <sys/types.h>

namespace peyk::test {

class worker_process {
public:
    // Starts `worker-program worker` with these arguments. Throws std::runtime_error.
    explicit worker_process(std::vector<std::string> const& arguments);
    // kill -9 if it still runs.
    ~worker_process();
    worker_process(worker_process const&) = delete;
    worker_process& operator=(worker_process const&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    // Waits for the end: the exit status, or 128 + the signal that ended it.
    int wait();
    void kill();

private:
    pid_t pid_ = 0;
};

} // namespace peyk::test
