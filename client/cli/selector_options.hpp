#pragma once
// Which messages: by a filter, by the options that are its longer form, or by both.

#include <peyk/selector.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

// Parts that a command says itself.
enum class selector_part : unsigned char { queue, states };

struct selector_options {
    std::vector<std::string> terms; // of a filter, as words of their own
    std::string filter;             // in one text
    std::string queue;
    std::string task;
    std::string error;
    std::vector<std::string> states;
    std::string tag;
    std::string worker;
    std::string parent;
    std::string root;
    std::string after;
    std::string before;
    std::vector<selector_part> without;

    // Nothing is given: every message is meant.
    [[nodiscard]] bool is_empty() const;
};

// All options but those `without`: the command itself says these, and no filter may.
void add_selector_options(CLI::App& command,
                          selector_options& into,
                          std::initializer_list<selector_part> without = {});

// The terms of a filter as words behind the command.
void add_filter_terms(CLI::App& command, selector_options& into);

// Filter and options must both hold. Throws failure(usage), also for what both of them say.
[[nodiscard]] selector make_selector(selector_options const& options, time_point now);

} // namespace peyk::cli
