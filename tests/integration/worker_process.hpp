#pragma once
// A worker process of a test: `worker-program worker` with arguments.

#include "tests/support/child_process.hpp"

#include <string>
#include <vector>

namespace peyk::test {

class worker_process : public child_process {
public:
    // Throws std::runtime_error.
    explicit worker_process(std::vector<std::string> const& arguments) {
        command what{.words = {PEYK_WORKER_PROGRAM, "worker"}};
        what.words.insert(what.words.end(), arguments.begin(), arguments.end());
        start(std::move(what));
    }
};

} // namespace peyk::test
