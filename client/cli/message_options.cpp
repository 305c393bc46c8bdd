#include "client/cli/message_options.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>

namespace peyk::cli {

void add_message_options(CLI::App& command, message_options& into) {
    command
        .add_option("--countdown", into.countdown, "Not before this time from now: 10, 500ms, 5m")
        ->option_text("DURATION");
    command.add_option("--eta", into.eta, "Not before this time: 2030-01-31T12:00:00Z")
        ->option_text("TIME");
    command
        .add_option("--expires",
                    into.expires,
                    "Never at or after this time: a duration from now, or a time")
        ->option_text("DURATION|TIME");
    command.add_option("--priority", into.priority, "Higher is sooner; 4 if not given")
        ->check(CLI::Range(0, 255))
        ->option_text("0-255");
    command.add_option("--header", into.headers, "Carried along; may be given several times")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false);
}

void apply(message_options const& options, message& to) {
    if (!options.countdown.empty())
        to.countdown = parse_duration(options.countdown);
    if (!options.eta.empty())
        to.eta = parse_time(options.eta);
    // A date begins with four digits and a hyphen, which no duration does.
    if (options.expires.find('-') != std::string::npos)
        to.expires_at = parse_time(options.expires);
    else if (!options.expires.empty())
        to.expires = parse_duration(options.expires);
    if (options.priority)
        to.priority = static_cast<std::uint8_t>(*options.priority);
    for (auto const& header : options.headers)
        to.content.headers.insert(parse_pair(header));
}

} // namespace peyk::cli
