#pragma once
// What `peyk help TOPIC` tells beside the help of commands.

#include <string>
#include <string_view>
#include <vector>

namespace peyk::cli {

struct help_topic {
    std::string_view name;
    std::string_view what;    // a line
    std::string (*text)();    // as it is printed, ends with a line feed
    bool asks_broker = false; // the program of the broker prints the rest
};

[[nodiscard]] std::vector<help_topic> const& help_topics();
// Null if there is none of this name.
[[nodiscard]] help_topic const* find_topic(std::string_view name);
// "exit-codes|filters|...".
[[nodiscard]] std::string topic_names(std::string_view between);

} // namespace peyk::cli
