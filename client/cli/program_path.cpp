#include "client/cli/program_path.hpp"

#include "client/cli/exit_code.hpp"

#include <cstdlib>
#include <sstream>
#include <string>

#include <unistd.h>

namespace peyk::cli {
namespace {

bool is_program(std::filesystem::path const& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::filesystem::path find_program(std::string const& name, std::string const& advice) {
    std::error_code ignored;
    auto const self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (auto const sibling = self.parent_path() / name; is_program(sibling))
        return sibling;
    auto const* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::istringstream folders{path == nullptr ? "" : path};
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (auto const found = std::filesystem::path{folder} / name; is_program(found))
            return found;
    }
    throw failure{exit_code::internal,
                  name + " is neither next to this program nor in PATH; install it" + advice};
}

} // namespace

std::filesystem::path broker_program() {
    return find_program("peyk-broker", ", or name a running broker with --url");
}

std::filesystem::path worker_program() {
    return find_program("peyk-worker", "");
}

} // namespace peyk::cli
