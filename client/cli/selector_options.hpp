#pragma once
// The options that say which messages.

#include <peyk/selector.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

struct selector_options {
    std::string queue;
    std::string task;
    std::string error;
    std::vector<std::string> states;
    std::string parent;
    std::string root;
    std::string after;
    std::string before;

    // Nothing is given: every message is meant.
    [[nodiscard]] bool is_empty() const;
};

enum class selector_part : unsigned char { queue, states };

// All options but those `without`: the command itself says these.
void add_selector_options(CLI::App& command,
                          selector_options& into,
                          std::initializer_list<selector_part> without = {});

// Throws failure(usage).
[[nodiscard]] selector make_selector(selector_options const& options, time_point now);

} // namespace peyk::cli
