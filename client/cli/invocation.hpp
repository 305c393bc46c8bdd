#pragma once
// What every command is given: the options that stand before or after any command, and the place
// where the chosen command leaves its work. Parsing and doing are apart, so that only a wrong
// command line ends as one.

#include "client/cli/exit_code.hpp"
#include <peyk/client.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace peyk::cli {

enum class output_format : unsigned char { table, json, yaml, jsonl };

struct common_options {
    std::string url = "peyk://127.0.0.1:7420";
    output_format output = output_format::table;
    // For an answer of the broker, connecting included.
    std::chrono::milliseconds timeout{5'000};

    // For programs: what is printed are values, and nothing else.
    [[nodiscard]] bool is_structured() const { return output != output_format::table; }
};

// What the command line itself says; the rest is said by the environment and by a context.
struct common_arguments {
    std::optional<std::string> url = {};
    std::optional<std::string> context = {};
    std::optional<output_format> output = {};
};

struct invocation {
    common_options options;
    common_arguments given = {};
    // Whether a broken file of contexts, or a missing context, is in its way.
    bool needs_context = true;
    std::function<exit_code()> run;
};

// A client that is connected. Throws what client::ready() throws.
[[nodiscard]] client connect(common_options const& options);

// Without the first connection: for callers that set more.
[[nodiscard]] client_options options_for_client(common_options const& options);

} // namespace peyk::cli
