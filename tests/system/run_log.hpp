#pragma once
// Memory that is shared by the processes of a kill test: each begin and end of a task, in the order
// in which they happened. A process that is killed leaves what it has written.

#include "tests/system/lane_history.hpp"

#include <atomic>
#include <cstdint>
#include <functional>

namespace peyk::test {

class run_log {
public:
    // Makes one.
    run_log();
    // The one of another process, of which this one has inherited the file.
    explicit run_log(int file);
    ~run_log();
    run_log(run_log const&) = delete;
    run_log& operator=(run_log const&) = delete;

    // To be handed over to programs that are started; closed in those that do not ask for it.
    [[nodiscard]] int file() const { return file_; }

    // A begin gets its run, which is returned. Throws std::length_error when the log is full.
    std::uint64_t add(run_event what);
    // So many runs have succeeded.
    [[nodiscard]] std::uint64_t successes() const;
    // Returns when so many have. Throws std::runtime_error, with how many there are, when it takes
    // longer than a minute.
    void await_successes(std::uint64_t count) const;

    // What happened so far. What a killed process has not written to its end has not happened.
    void for_each(std::function<void(run_event const&)> const& call) const;

private:
    struct shared;
    void map();

    int file_;
    shared* shared_ = nullptr;
};

} // namespace peyk::test
