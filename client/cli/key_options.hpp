#pragma once
// The options of `call` and `publish` that say how a message shares queues and workers with others:
// keys, cost, labels and tags.

#include <peyk/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

struct key_options {
    std::string ordering;
    std::string fairness;
    std::string limit;
    std::optional<std::uint32_t> cost;
    std::vector<std::string> labels;
    std::vector<std::string> tags;
};

void add_key_options(CLI::App& command, key_options& into);

// Sets what was given.
void apply(key_options const& options, message& to);

} // namespace peyk::cli
