#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/sweeping.hpp"
#include "client/cli/value.hpp"

namespace peyk::cli {
namespace {

struct edit_options {
    target_options target;
    std::optional<unsigned> priority;
    std::string expires;
    std::optional<std::uint32_t> max_retries;
};

message_edit edit_of(edit_options const& options) {
    auto const now = std::chrono::system_clock::now();
    message_edit change;
    if (options.priority)
        change.priority = static_cast<std::uint8_t>(*options.priority);
    change.max_retries = options.max_retries;
    change.never_expires = options.expires == "never";
    if (!options.expires.empty() && !change.never_expires) {
        // As --expires of `call`: what has a date's hyphens or a word's blank is a time.
        bool const moment = options.expires.find_first_of("-+ ") != std::string::npos;
        std::chrono::milliseconds length{};
        if (!moment)
            take_duration(length, "--expires", options.expires);
        change.expires_at = moment ? parse_moment(options.expires, now) : now + length;
    }
    if (!options.priority && options.expires.empty() && !options.max_retries) {
        throw failure{exit_code::usage,
                      "say what to change: --priority, --expires or --max-retries"};
    }
    return change;
}

exit_code edit(common_options const& common, edit_options const& options) {
    auto const what = edit_of(options);
    return change(common,
                  options.target,
                  {.action = sweep_action::edit, .edits = what},
                  {.verb = "edit", .done = "edited", .asks = true},
                  [&](client& broker, std::vector<message_id> ids) {
                      return broker.edit(std::move(ids), what);
                  });
}

} // namespace

void add_task_edit(CLI::App& task, invocation& in) {
    auto const [command, options] =
        add_command(task,
                    in,
                    {"edit",
                     "Change messages that have not ended; asks first, unless ids are given",
                     {"peyk task edit " + example_id() + " --priority 9",
                      "peyk task edit " + example_id() + " --expires never --max-retries 0",
                      "peyk task edit --queue mail --tag tenant=42 --expires 1h --dry-run"}},
                    edit);
    add_target_options(*command, options->target);
    add_yes_option(*command, options->target.sweep);
    option_group changes{*command, "Changes; what is not given stays"};
    changes.add("--priority", options->priority, "Higher is sooner", "0-255")
        ->check(whole_number_between(0, 255));
    changes.add("--expires",
                options->expires,
                "Never at or after this time: a duration from now, a time, or never",
                "DURATION|TIME|never");
    changes.add("--max-retries", options->max_retries, "Runs after the first that fails", "N")
        ->check(whole_number_between(0, UINT32_MAX));
}

} // namespace peyk::cli
