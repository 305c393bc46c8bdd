#include "client/cli/answer.hpp"
#include "client/cli/command_entry.hpp"
#include "client/cli/hold_commands.hpp"
#include "client/cli/limit_changes.hpp"
#include "client/cli/limit_text.hpp"
#include "client/cli/limit_view.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 11> limit_columns{{{"task", "TASK"},
                                                {"queue", "QUEUE"},
                                                {"key", "KEY"},
                                                {"rate", "RATE"},
                                                {"burst", "BURST", true},
                                                {"per_worker", "PER WORKER"},
                                                {"concurrency", "AT ONCE", true},
                                                {"limiters", "LIMITERS", true},
                                                {"running", "RUNNING", true},
                                                {"waiting", "WAITING", true},
                                                {"configured", "CONFIGURED"}}};
constexpr std::array<column, 3> share_columns{
    {{"key", "FAIRNESS KEY"}, {"weight", "WEIGHT", true}, {"configured", "CONFIGURED"}}};
constexpr std::uint32_t weight_max = 1'000;

// For people: a mark where it is so, nothing where it is not.
void mark(json::object& row, std::string_view key) {
    row[key] = row.at(key).as_bool() ? "yes" : "";
}

json::array rows_of(auto const& all, bool for_people) {
    json::array rows;
    for (auto const& each : all) {
        auto row = present(each);
        for (auto const* const key : {"configured", "per_worker"}) {
            if (for_people && row.contains(key))
                mark(row, key);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

exit_code ls(common_options const& common) {
    auto const all = admin{connect(common)}.limits();
    bool const for_people = !common.is_structured();
    auto limits = rows_of(all.limits, for_people);
    auto shares = rows_of(all.shares, for_people);
    if (!for_people) {
        print(common, json::object{{"limits", std::move(limits)}, {"shares", std::move(shares)}});
        return exit_code::ok;
    }
    print_table(limits, limit_columns);
    if (!shares.empty()) {
        print_line("");
        print_table(shares, share_columns);
    }
    return exit_code::ok;
}

struct show_options {
    limit_names names;
    std::uint32_t limit = 100;
};

exit_code show(common_options const& common, show_options const& options) {
    return show_limit(common, options.names, options.limit);
}

struct set_options {
    limit_names names;
    limit_value_options values;
};

exit_code set(common_options const& common, set_options const& options) {
    return set_limit(common, options.names, options.values);
}

exit_code override_one(common_options const& common, set_options const& options) {
    if (options.names.key.find('*') != std::string::npos) {
        throw failure{exit_code::usage,
                      "--key cannot be '" + options.names.key +
                          "'; an override is about one key, without *, as tenant=42"};
    }
    return set_limit(common, options.names, options.values, true);
}

exit_code clear(common_options const& common, limit_names const& names) {
    check_given(names);
    try {
        admin{connect(common)}.remove_limit(names);
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_limit)
            throw;
        no_limit(names);
    }
    auto fields = present(names);
    fields["cleared"] = true;
    answer(common, fields, "the limit about " + text_of(names) + " is gone");
    return exit_code::ok;
}

struct share_options {
    std::string key;
    std::uint32_t weight = 1;
};

exit_code share(common_options const& common, share_options const& options) {
    if (options.key.find('*') != std::string::npos) {
        throw failure{exit_code::usage,
                      "the key cannot be '" + options.key +
                          "'; a share is of one fairness key, without *, as tenant=42"};
    }
    admin{connect(common)}.set_share(options.key, options.weight);
    answer(common,
           json::object{{"key", options.key}, {"weight", options.weight}},
           "fairness key " + options.key + " has weight " + std::to_string(options.weight) +
               ", others have 1");
    return exit_code::ok;
}

exit_code pause_key(common_options const& common, pause_options const& options) {
    return pause(common, hold_scope::key, options);
}

exit_code resume_key(common_options const& common, resume_options const& options) {
    return resume(common, hold_scope::key, options);
}

void add_values(CLI::App& command, limit_value_options& into) {
    option_group values{command, limit_heading};
    values.add(
        "--rate", into.rate, "So many in so long; 'none' or 0 ends it, as in Celery", "10/m");
    values.add("--concurrency", into.concurrency, "So many with workers at once, 0 to end it", "N")
        ->check(whole_number_between(0, UINT32_MAX));
    add_burst_options(command, into);
}

void add_changes(CLI::App& limit, invocation& in) {
    auto const [command, options] =
        add_command(limit,
                    in,
                    {"set",
                     "Set or change one; it holds for all workers together, and stays",
                     {"peyk limit set --task tasks.add --rate 10/m",
                      "peyk limit set --queue mail --concurrency 7",
                      "peyk limit set --key 'tenant=*' --rate 5/s --burst 20",
                      "peyk limit set --task tasks.add --rate none"}},
                    set);
    add_limit_names(*command, options->names);
    add_values(*command, options->values);
    auto const [other, overriding] =
        add_command(limit,
                    in,
                    {"override",
                     "Another limit for one key than the pattern it falls under says",
                     {"peyk limit override --key tenant=42 --rate 50/s"}},
                    override_one);
    add_limit_names(*other, overriding->names);
    other->get_option("--key")->required();
    add_values(*other, overriding->values);
    auto const [gone, cleared] =
        add_command(limit,
                    in,
                    {"clear",
                     "Remove one, named as it was set",
                     {"peyk limit clear --task tasks.add", "peyk limit clear --key 'tenant=*'"}},
                    clear);
    add_limit_names(*gone, *cleared);
    auto const [more, sharing] =
        add_command(limit,
                    in,
                    {"share",
                     "How much of every queue one fairness key gets, also of what waits already",
                     {"peyk limit share tenant=42 10", "peyk limit share tenant=42 1"}},
                    share);
    more->add_option("key", sharing->key, "The fairness key, exactly")->required();
    set_range(more->add_option("weight", sharing->weight, "Others have 1, and 1 is as the others")
                  ->required(),
              1,
              weight_max);
}

void add_pauses(CLI::App& limit, invocation& in) {
    auto const [stop, pausing] =
        add_command(limit,
                    in,
                    {"pause",
                     "Deliver no message with this limit key, from any queue",
                     {"peyk limit pause tenant=42 --for 10m --reason 'over its quota'"}},
                    pause_key);
    add_pause_options(*stop, *pausing, "The limit key, exactly");
    auto const [go, resuming] = add_command(
        limit, in, {"resume", "Deliver them again", {"peyk limit resume tenant=42"}}, resume_key);
    go->add_option("name", resuming->name, "The limit key, exactly")->required();
}

} // namespace

void add_limit(CLI::App& app, invocation& in) {
    auto& limit = add_noun(app, "limit", "How many messages may run, per time and at once");
    add_command(limit,
                in,
                {"ls",
                 "All limits, and fairness keys with a weight",
                 {"peyk limit ls", "peyk limit ls -o json"}},
                ls);
    auto const [one, shown] =
        add_command(limit,
                    in,
                    {"show",
                     "One limit, or what counts for one name, and its busiest names",
                     {"peyk limit show --key 'tenant=*'",
                      "peyk limit show --key tenant=42",
                      "peyk limit show --task tasks.add"}},
                    show);
    add_limit_names(*one, shown->names);
    one->add_option("--limit,-n", shown->limit, "At most so many names")
        ->capture_default_str()
        ->check(whole_number_between(1, shown_limiters_max))
        ->option_text("N");
    add_changes(limit, in);
    add_pauses(limit, in);
}

} // namespace peyk::cli
