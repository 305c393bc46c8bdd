#pragma once
// `peyk worker -A ./libtasks.so` and `peyk worker --exec ...` are the program peyk-worker, with the
// broker this one would talk to. Told apart from the commands about workers before these are
// parsed: what stands behind `worker` then begins with an option that is none of every command.

#include <optional>
#include <string>
#include <vector>

namespace peyk::cli {

// What peyk-worker is told; nothing: the words are for this program. Throws failure for a context
// that is not there.
[[nodiscard]] std::optional<std::vector<std::string>> worker_words(int argc,
                                                                   char const* const* argv);

// This process becomes peyk-worker. Throws failure if there is none.
[[noreturn]] void become_worker(std::vector<std::string> words);

} // namespace peyk::cli
