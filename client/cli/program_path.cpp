#include "client/cli/program_path.hpp"

#include "client/cli/exit_code.hpp"

#include <cstdlib>
#include <sstream>

#include <unistd.h>

namespace peyk::cli {
namespace {

constexpr auto broker_name = "peyk-broker";

bool is_program(std::filesystem::path const& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::filesystem::path broker_program() {
    std::error_code ignored;
    auto const self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (auto const sibling = self.parent_path() / broker_name; is_program(sibling))
        return sibling;
    auto const* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::istringstream folders{path == nullptr ? "" : path};
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (auto const found = std::filesystem::path{folder} / broker_name; is_program(found))
            return found;
    }
    throw failure{exit_code::internal,
                  std::string{broker_name} +
                      " is neither next to this program nor in PATH; install "
                      "it, or name a running broker with --url"};
}

} // namespace peyk::cli
