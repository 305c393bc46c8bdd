#pragma once
// Setting a limit: of `limit set`, `limit override` and `control rate_limit`.

#include "client/cli/invocation.hpp"
#include <peyk/limit.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace peyk::cli {

// Of the options that say what the limit is.
inline constexpr auto limit_heading = "The limit; what is not given stays";

struct limit_value_options {
    std::string rate;
    std::optional<std::uint32_t> burst;
    std::optional<std::uint32_t> concurrency;
    bool per_worker = false;
    bool together = false;
};

// --task, --queue and --key.
void add_limit_names(CLI::App& command, limit_names& into);
void add_burst_options(CLI::App& command, limit_value_options& into);

// At least one. Throws failure(usage).
void check_given(limit_names const& names);

// Sets it and prints what now holds.
exit_code set_limit(common_options const& common,
                    limit_names const& names,
                    limit_value_options const& options,
                    bool must_override = false);

} // namespace peyk::cli
