#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/policy_match.hpp"
#include "client/cli/present_admin.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t whole_max = 9'000'000'000'000'000;

constexpr std::array<column, 5> policy_columns{{{"pattern", "PATTERN"},
                                                {"priority", "PRIORITY", true},
                                                {"queues", "QUEUES", true},
                                                {"configured", "CONFIGURED"},
                                                {"settings", "SETTINGS"}}};

struct set_options {
    std::string pattern;
    std::int32_t priority = 0;
    std::optional<std::uint64_t> max_length;
    std::string max_bytes;
    std::string overflow;
    std::string default_ttl;
    std::string lease;
    std::optional<std::uint32_t> max_crashes;
    std::string aging;
    std::optional<std::string> dead_letter;
    std::string dead_ttl;
    std::optional<std::uint64_t> dead_max;
};

struct name_options {
    std::string name;
};

// What is left to the broker's defaults says nothing in a line.
json::object given(json::object const& settings) {
    json::object fields;
    for (auto const& [key, value] : settings) {
        if (!value.is_null())
            fields[key] = value;
    }
    return fields;
}

json::array rows_of(common_options const& common, std::vector<queue_policy_info> const& policies) {
    json::array rows;
    for (auto const& each : policies) {
        auto row = present(each);
        if (!common.is_structured()) {
            row["settings"] = given(row["settings"].as_object());
            row["configured"] = each.configured ? "yes" : "";
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

exit_code ls(common_options const& common) {
    print(common, rows_of(common, admin{connect(common)}.policies()), policy_columns);
    return exit_code::ok;
}

queue_settings settings_of(set_options const& options) {
    queue_settings made;
    made.max_length = options.max_length;
    if (!options.max_bytes.empty())
        made.max_bytes = parse_size(options.max_bytes);
    if (!options.overflow.empty()) {
        constexpr choice<overflow> overflows[] = {{"reject", overflow::reject},
                                                  {"drop-oldest", overflow::drop_oldest},
                                                  {"dead-letter", overflow::dead_letter}};
        made.overflow = choose(overflows, options.overflow, "--overflow");
    }
    take_seconds(made.default_ttl, "--default-ttl", options.default_ttl);
    take_duration(
        made.lease, "--lease", options.lease, std::chrono::milliseconds{1}, short_duration_max);
    made.max_crashes = options.max_crashes;
    take_seconds(made.aging, "--aging", options.aging, std::chrono::milliseconds{0});
    made.dead_letter = options.dead_letter;
    take_seconds(made.dead_ttl, "--dead-ttl", options.dead_ttl);
    made.dead_max = options.dead_max;
    return made;
}

exit_code set(common_options const& common, set_options const& options) {
    auto const settings = settings_of(options);
    if (settings == queue_settings{}) {
        throw failure{exit_code::usage,
                      "give at least one setting, like --max-length 1000; `--help` lists them"};
    }
    admin{connect(common)}.set_policy({options.pattern, options.priority, settings});
    if (common.is_structured()) {
        print_value(common,
                    json::object{{"pattern", options.pattern},
                                 {"priority", options.priority},
                                 {"settings", present(settings)}});
    } else {
        print_line("the policy for " + options.pattern + " is set");
    }
    return exit_code::ok;
}

exit_code rm(common_options const& common, name_options const& options) {
    admin{connect(common)}.remove_policy(options.name);
    if (common.is_structured())
        print_value(common, json::object{{"pattern", options.name}, {"removed", true}});
    else
        print_line("the policy for " + options.name + " is gone");
    return exit_code::ok;
}

exit_code explain(common_options const& common, name_options const& options) {
    auto const found = matching(admin{connect(common)}.policies(), options.name);
    if (common.is_structured()) {
        print_value(common,
                    json::object{
                        {"queue", options.name},
                        {"policy",
                         found.empty() ? json::value{} : json::value(found.front().policy.pattern)},
                        {"settings",
                         present(found.empty() ? queue_settings{} : found.front().policy.settings)},
                        {"matching", rows_of(common, found)}});
        return exit_code::ok;
    }
    if (found.empty()) {
        print_line("no policy matches " + options.name + ": the broker's defaults hold");
        return exit_code::ok;
    }
    print_line("the policy for " + found.front().policy.pattern + " holds for " + options.name);
    print_fields(given(present(found.front().policy.settings)));
    if (found.size() > 1) {
        print_line("");
        print_line("those that match, the first one holds:");
        print_table(rows_of(common, found), policy_columns);
    }
    return exit_code::ok;
}

void add_set(CLI::App& policy, invocation& in) {
    auto const [command, options] =
        add_command(policy,
                    in,
                    {"set",
                     "Set what holds for queues, now and to come; replaces the one before",
                     {"peyk policy set mail --max-length 100000 --overflow reject",
                      "peyk policy set 'mail.*' --lease 2m --max-crashes 5 --dead-letter mail.dead",
                      "peyk policy set '*' --default-ttl 7d --dead-ttl 30d"}},
                    set);
    command->add_option("pattern", options->pattern, "Names of queues; * stands for anything")
        ->required();
    command->add_option("--priority", options->priority, "Of those that match the highest holds")
        ->capture_default_str()
        ->option_text("N");
    option_group settings{*command, "Settings"};
    settings.add("--max-length", options->max_length, "Messages that are not final", "N")
        ->check(whole_number_between(0, whole_max));
    settings.add("--max-bytes", options->max_bytes, "Their contents, as encoded", "SIZE");
    settings.add("--overflow",
                 options->overflow,
                 "What a publish into a full queue comes to; reject",
                 "reject|drop-oldest|dead-letter");
    settings.add("--default-ttl",
                 options->default_ttl,
                 "Messages without --expires expire after it",
                 "DURATION");
    settings.add("--lease",
                 options->lease,
                 "A delivery that is not settled for so long goes back",
                 "DURATION");
    settings.add("--max-crashes", options->max_crashes, "Workers a message may take down", "N")
        ->check(whole_number_between(0, whole_max));
    settings.add("--aging",
                 options->aging,
                 "Waiting so long counts as one priority more; 0: never",
                 "DURATION");
    settings.add(
        "--dead-letter", options->dead_letter, "Keeps the dead letters; -: nobody does", "QUEUE");
    settings.add("--dead-ttl", options->dead_ttl, "Dead letters are kept so long", "DURATION");
    settings
        .add("--dead-max", options->dead_max, "Dead letters kept; over it the oldest goes", "N")
        ->check(whole_number_between(0, whole_max));
}

} // namespace

void add_policy(CLI::App& app, invocation& in) {
    auto& policy = add_noun(app, "policy", "What holds for queues by their names: limits, leases");
    add_command(
        policy, in, {"ls", "All policies", {"peyk policy ls", "peyk policy ls -o json"}}, ls);
    add_set(policy, in);
    auto const [gone, removed] =
        add_command(policy, in, {"rm", "Remove one", {"peyk policy rm 'mail.*'"}}, rm);
    gone->add_option("pattern", removed->name, "As it was set")->required();
    auto const [why, explained] =
        add_command(policy,
                    in,
                    {"explain",
                     "Which policies match a queue, and what holds for it",
                     {"peyk policy explain mail.bulk"}},
                    explain);
    why->add_option("queue", explained->name, "Name of the queue")->required();
}

} // namespace peyk::cli
