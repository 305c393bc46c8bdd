#pragma once
// `peyk worker -A ./libtasks.so` and `peyk worker --exec ...` are the program peyk-worker, with the
// broker this one would talk to. Told apart from the commands about workers before these are
// parsed: what stands behind `worker` then begins with an option that is none of every command.

#include <optional>
#include <string>
#include <vector>

namespace peyk::cli {

struct worker_start {
    std::vector<std::string> words; // what peyk-worker is told
    std::string url = {};           // of the broker it finds in its environment; empty: as it is
};

// Nothing: the words are for this program. Throws failure for a context that is not there.
[[nodiscard]] std::optional<worker_start> find_worker_start(int argc, char const* const* argv);

// This process becomes peyk-worker. Throws failure if there is none.
[[noreturn]] void become_worker(worker_start what);

} // namespace peyk::cli
