#pragma once
// The laws of the house as checks: who may include whom, how large things get, what is never
// written. A law adds what breaks it to the list; an empty list is a tidy tree.

#include "tests/tidy/source_tree.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace peyk::tidy {

struct violation {
    std::string path;
    std::size_t line = 0; // from 1; 0 means the file as a whole
    std::string what;
};

using violations = std::vector<violation>;

// Arrows between folders, purity of the core, protobuf and YAML only where they belong.
void check_includes(source_tree const& tree, violations& found);

// Sizes, white space, words and calls that have no place in the tree.
void check_text(source_tree const& tree, violations& found);

// Folders that exist, names that say something.
void check_names(source_tree const& tree, violations& found);

// Worth a look, not a failure: "path: 431 lines".
[[nodiscard]] std::vector<std::string> large_files(source_tree const& tree);

} // namespace peyk::tidy
