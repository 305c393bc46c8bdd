#pragma once
// Named brokers with what is said to them: the file of contexts, and which of its entries, options
// and variables holds for one command.

#include "client/cli/invocation.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace peyk::cli {

struct context {
    std::string url;
    std::optional<output_format> output = {};

    bool operator==(context const&) const = default;
};

struct contexts {
    std::string current; // "": none
    std::map<std::string, context> named;

    bool operator==(contexts const&) const = default;
};

// contexts.yaml under XDG_CONFIG_HOME, else under HOME/.config; "" if neither is set.
[[nodiscard]] std::filesystem::path contexts_file();

// None if there is no such file. Throws failure(internal) naming the file and the line for what
// makes no sense.
[[nodiscard]] contexts read_contexts(std::filesystem::path const& file);

// All of it or nothing, also when the machine fails; only its owner may read it. Of two that write
// at once the last one holds. Throws failure(internal).
void write_contexts(std::filesystem::path const& file, contexts const& all);

// Throws failure(usage): letters, digits, `-`, `_` and `.`, 64 of them at most.
void check_context_name(std::string const& name);
// Throws failure(usage).
void check_url(std::string const& url);

// What the environment says.
struct surroundings {
    std::string url;     // PEYK_URL
    std::string context; // PEYK_CONTEXT
};
[[nodiscard]] surroundings read_environment();

// Sets url and output of `into`. The first that says something holds. For the url: --url,
// --context, PEYK_URL, PEYK_CONTEXT, the current context, what is there. For the output: --output,
// and the context: of --context, else of PEYK_CONTEXT, else the current one. Throws failure(usage)
// for a context that does not exist.
void settle(common_options& into,
            common_arguments const& given,
            surroundings const& around,
            contexts const& known);

} // namespace peyk::cli
