#include "tests/tidy/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace peyk::tidy {
namespace {

constexpr std::array<std::string_view, 4> skipped_folders{"build", ".git", ".cache", ".vscode"};
constexpr std::array<std::string_view, 3> byte_folders{
    "tests/fuzz/seeds", "tests/fuzz/crashes", "tests/fuzz/corpus"};

std::vector<std::string> split_lines(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

source_file read_file(std::filesystem::path const& root, std::filesystem::path const& path) {
    std::ifstream in{path, std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{in}, {}};
    return {.path = path.lexically_relative(root).generic_string(),
            .lines = split_lines(text),
            .ends_with_newline = text.empty() || text.back() == '\n'};
}

bool skipped(std::string const& path) {
    return std::ranges::find(skipped_folders, path) != skipped_folders.end() ||
           std::ranges::find(byte_folders, path) != byte_folders.end();
}

} // namespace

std::string_view source_file::name() const {
    return std::string_view{path}.substr(path.rfind('/') + 1);
}

std::string_view source_file::extension() const {
    auto const dot = name().rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string_view{} : name().substr(dot);
}

bool source_file::is_code() const {
    return extension() == ".cpp" || extension() == ".hpp" || extension() == ".proto";
}

source_tree read_tree(std::filesystem::path const& root) {
    source_tree tree;
    for (auto walk = std::filesystem::recursive_directory_iterator{root};
         walk != std::filesystem::recursive_directory_iterator{};
         ++walk) {
        auto const path = walk->path().lexically_relative(root).generic_string();
        if (walk->is_directory() && skipped(path)) {
            walk.disable_recursion_pending();
        } else if (walk->is_regular_file() && path != ".git") {
            tree.push_back(read_file(root, walk->path()));
        }
    }
    std::ranges::sort(tree, {}, &source_file::path);
    return tree;
}

} // namespace peyk::tidy
