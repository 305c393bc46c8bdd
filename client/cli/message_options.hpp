#pragma once
// The options of `call` and `publish` that describe the envelope of a message.

#include <peyk/message.hpp>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

struct message_options {
    std::string countdown;
    std::string eta;
    std::string expires;
    std::optional<unsigned> priority;
    std::vector<std::string> headers;
};

void add_message_options(CLI::App& command, message_options& into);

// Sets what was given. Throws failure(usage).
void apply(message_options const& options, message& to);

} // namespace peyk::cli
