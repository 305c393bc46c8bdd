#pragma once
// A program that runs for one task: in a process group of its own, so that a signal reaches all it
// has started, and killed should this process go away: by the kernel, its group by the keeper.

#include "worker/program/descriptor.hpp"
#include "worker/program/group_keeper.hpp"

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace peyk::program {

struct child_start {
    std::string file;
    std::vector<std::string> words;
    // NAME=value; wins over the environment of this process.
    std::vector<std::string> variables;
    std::string input; // its standard input, whole
};

class child_process {
public:
    // Throws std::system_error. A program that cannot be executed ends with 127, as in a shell. The
    // thread that starts it has to live as long: its end is that of the child.
    child_process(child_start const& what, group_keeper const& keeper);
    // Kills what is left of it.
    ~child_process();
    child_process(child_process const&) = delete;
    child_process& operator=(child_process const&) = delete;

    // What it writes to descriptors 1, 2 and 3.
    [[nodiscard]] descriptor take_output() { return std::move(output_); }
    [[nodiscard]] descriptor take_errors() { return std::move(errors_); }
    [[nodiscard]] descriptor take_progress() { return std::move(progress_); }
    // Readable as soon as it has ended.
    [[nodiscard]] descriptor take_end() { return std::move(end_); }

    // To its whole group; on any thread, until it is reaped.
    void signal(int number) const noexcept;
    [[nodiscard]] bool has_ended() const; // whether reap() would not wait
    // Waits for its end, and gives what waitpid() gives. From then on its id is free for others.
    int reap();

private:
    group_keeper const& keeper_;
    pid_t pid_ = 0;
    descriptor output_;
    descriptor errors_;
    descriptor progress_;
    descriptor end_;
};

} // namespace peyk::program
