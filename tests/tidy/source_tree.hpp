#pragma once
// The project's own text files, read once, for the laws to look at. Build output, version control
// and byte collections (fuzz corpora) are left out.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::tidy {

struct source_file {
    std::string path; // from the root, with '/'
    std::vector<std::string> lines;
    bool ends_with_newline = true;

    [[nodiscard]] std::string_view extension() const; // ".cpp", or empty
    [[nodiscard]] std::string_view name() const;      // the last part of the path
    [[nodiscard]] bool under(std::string_view folder) const { return path.starts_with(folder); }
    [[nodiscard]] bool is_code() const; // C++ or proto
};

using source_tree = std::vector<source_file>;

[[nodiscard]] source_tree read_tree(std::filesystem::path const& root);

} // namespace peyk::tidy
