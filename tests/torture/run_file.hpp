#pragma once
// The file in which the tasks of the torture test say that they begin and end: one line each,
// appended in one call, so that a process that is killed leaves all it has said.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace peyk::test {

struct task_run {
    std::string token; // names this run alone
    std::string id;    // of the message
    std::uint64_t number = 0;
    std::uint32_t attempt = 0;
    int worker = 0;
    std::int64_t began = 0; // nanoseconds of the steady clock, the same in every process
    std::int64_t ended = 0; // 0: it did not, as far as the file says
    bool failed = false;    // it ended by an exception
};

[[nodiscard]] std::int64_t steady_ns();

// Of a process that runs tasks. Thread-safe.
class run_file {
public:
    run_file(std::filesystem::path const& file, int worker);
    ~run_file();
    run_file(run_file const&) = delete;
    run_file& operator=(run_file const&) = delete;

    // The token of the run.
    std::string begin(std::string const& id, std::uint64_t number, std::uint32_t attempt);
    void end(std::string const& token, bool failed);

private:
    void append(std::string const& line) const;

    int file_;
    int worker_;
};

// All runs, in the order in which they began. Throws std::runtime_error for a line that is none.
[[nodiscard]] std::vector<task_run> read_runs(std::filesystem::path const& file);

} // namespace peyk::test
