#include "tests/tidy/law.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace peyk::tidy {
namespace {

constexpr std::array<std::string_view, 7> folders{
    "broker", "client", "config", "docker", "proto", "tests", "worker"};
constexpr std::array<std::string_view, 5> root_files{
    "CMakeLists.txt", "CMakePresets.json", "README.md", "check", "quickstart"};
constexpr std::array<std::string_view, 3> dot_folders{".ci", ".github", ".devcontainer"};

// Words that say where a thing was put, not what it is.
constexpr std::array<std::string_view, 9> empty_words{
    "util", "utils", "common", "misc", "manager", "helper", "helpers", "stuff", "impl"};

void check_place(source_file const& file, violations& found) {
    auto const slash = file.path.find('/');
    auto const first = std::string_view{file.path}.substr(0, slash);
    auto const is = [&](auto const& names) {
        return std::ranges::find(names, first) != names.end();
    };
    bool const at_home = slash == std::string::npos ? is(root_files) || first.starts_with('.')
                                                    : is(folders) || is(dot_folders);
    if (!at_home)
        found.push_back({file.path, 0, "has no place at the top level"});
}

void check_words(source_file const& file, violations& found) {
    std::string_view rest = file.path;
    while (!rest.empty()) {
        auto const end = std::min(rest.find_first_of("/_.-"), rest.size());
        auto const word = rest.substr(0, end);
        if (std::ranges::find(empty_words, word) != empty_words.end()) {
            found.push_back({file.path, 0, "a name that says nothing: " + std::string{word}});
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

void check_case(source_file const& file, violations& found) {
    if (!file.is_code())
        return;
    bool const snake = std::ranges::all_of(file.path, [](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0 ||
               std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '/' || c == '.';
    });
    if (!snake)
        found.push_back({file.path, 0, "file names are snake_case"});
}

} // namespace

void check_names(source_tree const& tree, violations& found) {
    for (auto const& file : tree) {
        check_place(file, found);
        check_words(file, found);
        check_case(file, found);
    }
}

} // namespace peyk::tidy
