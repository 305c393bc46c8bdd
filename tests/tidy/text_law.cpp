#include "tests/tidy/law.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace peyk::tidy {
namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t file_lines_max = 600;
constexpr std::size_t file_lines_large = 400;
constexpr std::size_t function_lines_max = 70;

// Written in halves, so that this file obeys its own law.
constexpr std::array<std::string_view, 2> machine_paths{"/wo"
                                                        "rk/",
                                                        "/fa"
                                                        "rm/"};
constexpr std::array<std::string_view, 5> open_words{"to"
                                                     "do",
                                                     "fix"
                                                     "me",
                                                     "xx"
                                                     "x",
                                                     "not implem"
                                                     "ented",
                                                     "st"
                                                     "ub"};
constexpr std::array<std::string_view, 4> sleeps{"sleep_"
                                                 "for",
                                                 "sleep_"
                                                 "until",
                                                 "usl"
                                                 "eep(",
                                                 "nanosl"
                                                 "eep("};
constexpr std::array<std::string_view, 4> core_bans{"now(", "std::thread", "std::mutex", "rand("};

bool is_text(source_file const& file) {
    constexpr std::array<std::string_view, 14> kinds{".cpp",
                                                     ".hpp",
                                                     ".proto",
                                                     ".md",
                                                     ".txt",
                                                     ".cmake",
                                                     ".in",
                                                     ".json",
                                                     ".yaml",
                                                     ".yml",
                                                     ".service",
                                                     ".sh",
                                                     ".supp",
                                                     ""};
    return std::ranges::find(kinds, file.extension()) != kinds.end();
}

std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(
        std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        auto const end = at + word.size();
        bool const begins = at == 0 || !is_word_character(line[at - 1]);
        if (begins && (end == line.size() || !is_word_character(line[end])))
            return true;
    }
    return false;
}

std::string_view without_comment(std::string_view line) {
    return line.substr(0, line.find("//"));
}

// One line of one file, with the list that takes what is wrong with it.
struct line_check {
    source_file const& file;
    std::size_t number;
    std::string_view line;
    violations& found;

    void add(std::string what) const { found.push_back({file.path, number, std::move(what)}); }
};

void check_white_space(line_check const& at) {
    if (at.line.find('\t') != std::string_view::npos)
        at.add("tab");
    if (at.line.ends_with(' ') || at.line.ends_with('\r'))
        at.add("white space at the end");
}

void check_words(line_check const& at) {
    for (auto const path : machine_paths) {
        if (at.line.find(path) != std::string_view::npos)
            at.add("path of one machine");
    }
    if (at.file.extension() == ".md" || at.file.extension() == ".txt")
        return;
    auto const text = lower(at.line);
    for (auto const word : open_words) {
        if (has_word(text, word))
            at.add("work left open: " + std::string{word});
    }
}

void check_code(line_check const& at) {
    if (columns(at.line) > columns_max)
        at.add("more than 100 columns");
    auto const code = without_comment(at.line);
    auto const ban = [&](auto const& calls, std::string_view why) {
        for (auto const call : calls) {
            if (code.find(call) != std::string_view::npos)
                at.add(std::string{call}.append(why));
        }
    };
    // A sleep that is the load itself says so at the end of its line.
    bool const explained = code.size() != at.line.size();
    if (at.file.under("tests/") && !at.file.under("tests/tidy/") && !explained)
        ban(sleeps, ": tests wait for a condition or move the clock");
    if (at.file.under("broker/core/"))
        ban(core_bans, ": the core is told, it does not ask");
}

void check_size(source_file const& file, violations& found) {
    if (file.lines.size() > file_lines_max) {
        found.push_back({file.path, 0, std::to_string(file.lines.size()) + " lines, 600 at most"});
    }
}

// clang-format puts the first line of a function and a brace alone at its end into the first
// column and nothing between them, so the two are found without parsing C++. Labels of a switch are
// not counted: a table with a line per enumerator is one thought, however long.
void check_functions(source_file const& file, violations& found) {
    std::size_t begin = 0;
    std::size_t labels = 0;
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
        auto const& line = file.lines[at];
        if (line.find_first_not_of(' ') == line.find("case ") && line.ends_with(':'))
            ++labels;
        if (line.empty() || line.front() == ' ' || line.front() == '#')
            continue;
        if (line.front() != '}') {
            begin = at;
            labels = 0;
        } else if (line == "}" && at - begin + 1 - labels > function_lines_max) {
            found.push_back(
                {file.path,
                 begin + 1,
                 "function of " + std::to_string(at - begin + 1) + " lines, 70 at most"});
        }
    }
}

void check_file(source_file const& file, violations& found) {
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
        line_check const check{file, at + 1, file.lines[at], found};
        check_white_space(check);
        check_words(check);
        if (file.is_code())
            check_code(check);
    }
    if (!file.ends_with_newline)
        found.push_back({file.path, 0, "no newline at the end"});
    if (!file.is_code())
        return;
    check_size(file, found);
    if (file.extension() == ".cpp")
        check_functions(file, found);
    if (file.extension() == ".hpp" && (file.lines.empty() || file.lines[0] != "#pragma once")) {
        found.push_back({file.path, 1, "a header begins with #pragma once"});
    }
}

} // namespace

void check_text(source_tree const& tree, violations& found) {
    for (auto const& file : tree) {
        if (is_text(file))
            check_file(file, found);
    }
}

std::vector<std::string> large_files(source_tree const& tree) {
    std::vector<std::string> large;
    for (auto const& file : tree) {
        if (file.is_code() && file.lines.size() > file_lines_large) {
            large.push_back(file.path + ": " + std::to_string(file.lines.size()) + " lines");
        }
    }
    return large;
}

} // namespace peyk::tidy
