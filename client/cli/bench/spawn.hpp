#pragma once
// A program that a bench starts: the kernel ends it with this one, whatever happens.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace peyk::cli::bench {

class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor();
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

// Throws failure with what errno says.
[[noreturn]] void fail_with_errno(std::string const& what);

// `words[0]` is the path of the program; what it says goes to the file `log`. Throws failure.
[[nodiscard]] pid_t spawn(std::vector<std::string> words, std::filesystem::path const& log);
// Readable when the process has ended.
[[nodiscard]] int watch_process(pid_t pid);
// "was killed by signal 9 (Killed)", "ended with status 3". "" while it runs; a process that has
// ended must still be waited for.
[[nodiscard]] std::string how_it_ended(pid_t pid);
// Sends the signal and returns when the process is gone.
void stop_process(pid_t pid, int signal);
// The last line in the file that is not empty.
[[nodiscard]] std::string last_line(std::filesystem::path const& log);

} // namespace peyk::cli::bench
