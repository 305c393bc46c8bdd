#include "client/cli/command_entry.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_admin.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>
#include <vector>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view last_slot_key = "last_slot_at";

constexpr std::array<column, 8> schedule_columns{{{"name", "NAME"},
                                                  {"when", "WHEN"},
                                                  {"task", "TASK"},
                                                  {"queue", "QUEUE"},
                                                  {"next_at", "NEXT"},
                                                  {last_slot_key, "LAST"},
                                                  {"fired", "FIRED", true},
                                                  {"paused", "PAUSED"}}};

struct name_options {
    std::string name;
};

exit_code ls(common_options const& common) {
    json::array rows;
    bool any_fired = false;
    for (auto const& each : admin{connect(common)}.schedules()) {
        auto row = present(each);
        // A slot that only passed, in a pause, is not what people look for in a table.
        if (!common.is_structured() && each.fired == 0)
            row[last_slot_key] = nullptr;
        any_fired |= each.fired != 0;
        if (!common.is_structured())
            row["paused"] = each.schedule.paused ? "yes" : "";
        rows.push_back(std::move(row));
    }
    // A column that says nothing of any row is left out.
    std::vector<column> columns{schedule_columns.begin(), schedule_columns.end()};
    if (!any_fired)
        std::erase_if(columns, [](column const& each) { return each.key == last_slot_key; });
    print(common, rows, columns);
    return exit_code::ok;
}

exit_code show(common_options const& common, name_options const& options) {
    print(common, present(admin{connect(common)}.schedule(options.name)));
    return exit_code::ok;
}

exit_code next(common_options const& common, name_options const& options) {
    auto const found = admin{connect(common)}.schedule(options.name);
    json::array slots;
    for (auto const slot : found.next) {
        auto const text = format_time(slot);
        slots.push_back(json::string{text});
        if (!common.is_structured())
            print_line(text);
    }
    if (common.is_structured()) {
        print_value(common, json::object{{"name", options.name}, {"next", std::move(slots)}});
    } else if (found.next.empty()) {
        print_line(found.schedule.paused ? options.name + " is paused: it fires not"
                                         : options.name + " has no slot left");
    }
    return exit_code::ok;
}

// What was done to one schedule.
exit_code say(common_options const& common,
              std::string const& name,
              json::object fields,
              std::string_view text) {
    fields["name"] = name;
    if (common.is_structured())
        print_value(common, fields);
    else
        print_line(name + " " + std::string{text});
    return exit_code::ok;
}

exit_code rm(common_options const& common, name_options const& options) {
    admin{connect(common)}.remove_schedule(options.name);
    return say(common, options.name, {{"removed", true}}, "is gone");
}

// Whether it was paused before.
bool set_paused(common_options const& common, std::string const& name, bool paused) {
    admin const broker{connect(common)};
    bool const was = broker.schedule(name).schedule.paused;
    broker.pause_schedule(name, paused);
    return was;
}

exit_code pause(common_options const& common, name_options const& options) {
    auto const was = set_paused(common, options.name, true);
    return say(common,
               options.name,
               {{"paused", true}, {"changed", !was}},
               was ? "was paused already"
                   : "is paused; its slots are skipped until `peyk cron resume " + options.name +
                         "`");
}

exit_code resume(common_options const& common, name_options const& options) {
    auto const was = set_paused(common, options.name, false);
    auto const now = admin{connect(common)}.schedule(options.name);
    json::value const next_at =
        now.next.empty() ? json::value{} : json::value(format_time(now.next.front()));
    return say(common,
               options.name,
               {{"paused", false}, {"changed", was}, {"next_at", next_at}},
               (was ? "goes on" : "was not paused") +
                   (now.next.empty() ? std::string{"; it has no slot left"}
                                     : "; its next slot is at " + plain_text(next_at)));
}

exit_code trigger(common_options const& common, name_options const& options) {
    auto const id = admin{connect(common)}.trigger_schedule(options.name).to_string();
    if (common.is_structured())
        print_value(common, json::object{{"name", options.name}, {"id", id}});
    else
        print_line(id);
    return exit_code::ok;
}

// A wrong name is said with where the right ones are.
template <exit_code (*work)(common_options const&, name_options const&)>
exit_code known(common_options const& common, name_options const& options) {
    try {
        return work(common, options);
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_schedule)
            throw;
        throw failure{exit_code::unknown,
                      "no schedule '" + options.name +
                          "'; `peyk cron ls` shows those there are, and `peyk cron set` makes one"};
    }
}

void add_one(CLI::App& cron,
             invocation& in,
             std::string const& verb,
             std::string const& what,
             exit_code (*work)(common_options const&, name_options const&)) {
    auto const [command, options] =
        add_command(cron, in, {verb, what, {"peyk cron " + verb + " nightly-report"}}, work);
    command->add_option("name", options->name, "Name of the schedule")->required();
}

} // namespace

void add_cron(CLI::App& app, invocation& in) {
    auto& cron = add_noun(app, "cron", "Tasks the broker publishes again and again");
    add_command(cron, in, {"ls", "All schedules", {"peyk cron ls", "peyk cron ls -o json"}}, ls);
    add_one(cron, in, "show", "One schedule", known<show>);
    add_cron_set(cron, in);
    add_one(cron, in, "rm", "Remove one; what it published stays", known<rm>);
    add_one(cron, in, "pause", "Skip its slots until it is resumed", known<pause>);
    add_one(cron, in, "resume", "Go on with the next slot", known<resume>);
    add_one(cron, in, "trigger", "Publish it now, beside its slots; prints the id", known<trigger>);
    add_one(cron, in, "next", "Its next slots, ten at most", known<next>);
}

} // namespace peyk::cli
