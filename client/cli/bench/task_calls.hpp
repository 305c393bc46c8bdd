#pragma once
// One producer that calls tasks and fetches their results, with the client library.

#include "client/cli/bench/rig.hpp"
#include "client/cli/bench/samples.hpp"
#include <peyk/client.hpp>
#include <peyk/message.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace peyk::cli::bench {

class task_calls {
public:
    explicit task_calls(rig& on);
    ~task_calls();
    task_calls(task_calls const&) = delete;
    task_calls& operator=(task_calls const&) = delete;

    // Calls of `name` with these arguments (JSON), `count` of them, each published and its result
    // fetched: in batches, so many unfinished at once. Returns when all results are here. Throws if
    // one has none.
    struct load {
        std::string name;
        std::vector<std::string> args = {};
        std::uint64_t count = 1;
        std::uint64_t batch = 1;
        std::uint64_t unfinished = 1;
    };
    void run(load const& what);
    // The seconds run() takes.
    [[nodiscard]] double seconds_of(load const& what);
    // One call after the other, each published and waited for.
    void one_by_one(std::string const& name, samples& took, std::uint64_t count);

private:
    [[nodiscard]] message call(load const& what) const;
    void close();

    rig& rig_;
    client by_;
};

} // namespace peyk::cli::bench
