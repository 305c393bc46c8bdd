#include "client/cli/hold_commands.hpp"

#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_admin.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 4> hold_columns{
    {{"scope", "SCOPE"}, {"name", "NAME"}, {"until", "UNTIL"}, {"reason", "REASON"}}};

std::string_view participle(hold_scope scope) {
    return scope == hold_scope::publishing ? "draining" : "paused";
}

exit_code list(common_options const& common) {
    json::array rows;
    for (auto const& each : admin{connect(common)}.holds())
        rows.push_back(present(each));
    print(common, rows, hold_columns);
    return exit_code::ok;
}

} // namespace

void add_pause_options(CLI::App& command, pause_options& into, std::string const& name) {
    command.add_option("name", into.name, name)->required();
    command.add_option("--for", into.length, "So long; else until it is resumed")
        ->option_text("DURATION");
    command.add_option("--reason", into.reason, "Why, for those who look");
}

exit_code pause(common_options const& common, hold_scope scope, pause_options const& options) {
    if (options.name.find('*') != std::string::npos)
        throw failure{exit_code::usage,
                      "'" + options.name +
                          "' is a pattern, and a pause is about one name; limits "
                          "take patterns: `peyk limit set --help`"};
    hold what{.scope = scope, .name = options.name, .reason = options.reason};
    if (!options.length.empty()) {
        std::chrono::milliseconds length{};
        take_duration(length, "--for", options.length);
        what.until = std::chrono::system_clock::now() + length;
    }
    admin{connect(common)}.set_hold(what);
    if (common.is_structured()) {
        print_value(common, present(what));
        return exit_code::ok;
    }
    print_line(options.name + " is " + std::string{participle(scope)} +
               (what.until ? " until " + format_time(*what.until) : std::string{}));
    return exit_code::ok;
}

exit_code resume(common_options const& common, hold_scope scope, resume_options const& options) {
    try {
        admin{connect(common)}.release_hold(scope, options.name);
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_hold)
            throw;
        throw failure{exit_code::unknown,
                      options.name + " is not " + std::string{participle(scope)} +
                          "; `peyk hold ls` shows what is"};
    }
    if (common.is_structured())
        print_value(common, json::object{{"scope", to_string(scope)}, {"name", options.name}});
    else
        print_line(options.name + " goes on");
    return exit_code::ok;
}

void add_hold(CLI::App& app, invocation& in) {
    auto& holds = add_noun(app, "hold", "What is paused, drains or is rate limited");
    add_command(holds,
                in,
                {"ls",
                 "All queues, tasks and limit keys that are held, until when and why",
                 {"peyk hold ls", "peyk hold ls -o json"}},
                list);
}

} // namespace peyk::cli
