#include "client/cli/command_entry.hpp"
#include "client/cli/dead_groups.hpp"
#include "client/cli/message_list.hpp"
#include "client/cli/present.hpp"
#include "client/cli/present_message.hpp"
#include "client/cli/sweeping.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>
#include <fstream>
#include <iostream>
#include <utility>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 6> dead_columns{{{"id", "ID"},
                                              {"queue", "QUEUE"},
                                              {"task", "TASK"},
                                              {"death", "DEATH"},
                                              {"finished_at", "DIED"},
                                              {"error", "ERROR"}}};
constexpr std::array<column, 7> group_columns{{{"count", "COUNT", true},
                                               {"queue", "QUEUE"},
                                               {"task", "TASK"},
                                               {"death", "DEATH"},
                                               {"error_type", "ERROR"},
                                               {"first_at", "FIRST"},
                                               {"last_at", "LAST"}}};
// Asked for at once: each may have a long history and a log.
constexpr std::size_t export_batch = 50;

selector dead_selector(selector_options const& options) {
    auto which = make_selector(options, std::chrono::system_clock::now());
    which.states = {message_state::dead};
    return which;
}

struct ls_options {
    selector_options which;
    page_options page;
};

exit_code ls(common_options const& common, ls_options const& options) {
    return list_messages(
        common, dead_selector(options.which), options.page, dead_columns, "peyk dead ls");
}

exit_code groups(common_options const& common, selector_options const& options) {
    auto broker = connect(common);
    dead_groups found;
    for_each_page(broker, dead_selector(options), "counting", [&](std::vector<status> const& page) {
        found.add(page);
    });
    print(common, found.present(), group_columns);
    return exit_code::ok;
}

struct id_options {
    std::string id;
};

exit_code show(common_options const& common, id_options const& options) {
    auto const now = connect(common).info(parse_id(options.id));
    if (now.state == state::unknown)
        nobody_knows(now.id);
    if (now.detail != detail::dead) {
        throw failure{exit_code::negative,
                      now.id.to_string() + " is no dead letter, it is " + summary(now)};
    }
    print_whole(common, now);
    return exit_code::ok;
}

struct redrive_command {
    target_options target;
    redrive_options how;
};

exit_code redrive(common_options const& common, redrive_command const& options) {
    return change(common,
                  options.target,
                  {.action = sweep_action::redrive,
                   .which = {.states = {message_state::dead}},
                   .to = options.how.to,
                   .reset_counters = options.how.reset_counters},
                  {.verb = "redrive", .done = "redriven"},
                  [&](client& broker, std::vector<message_id> ids) {
                      return broker.redrive(std::move(ids), options.how);
                  });
}

// Only those that are dead letters.
std::vector<error_code> forget_dead(client& broker, std::vector<message_id> const& ids) {
    auto const now = broker.status(ids);
    std::vector<error_code> answers;
    std::vector<message_id> dead;
    for (auto const& each : now) {
        bool const is_dead = each.detail == detail::dead;
        if (is_dead)
            dead.push_back(each.id);
        answers.push_back(is_dead                        ? error_code{}
                          : each.state == state::unknown ? make_error_code(errc::unknown_message)
                                                         : make_error_code(errc::not_dead));
    }
    auto const forgotten = broker.forget(dead);
    std::size_t at = 0;
    for (auto& answer : answers) {
        if (!answer)
            answer = forgotten.at(at++);
    }
    return answers;
}

exit_code remove(common_options const& common, target_options const& target) {
    return change(common,
                  target,
                  {.action = sweep_action::forget, .which = {.states = {message_state::dead}}},
                  {.verb = "delete", .done = "deleted", .asks = true},
                  forget_dead);
}

struct export_options {
    selector_options which;
    std::string file;
};

// One answer holds as many of the first as fit, so that memory is no matter of their size.
void write_batch(client& broker, std::vector<message_id> ids, std::ostream& out) {
    while (!ids.empty()) {
        auto const messages = admin{broker}.messages(ids);
        if (messages.empty() || messages.size() > ids.size())
            throw failure{exit_code::internal, "the broker told other messages than asked for"};
        auto const rest = ids.begin() + static_cast<std::ptrdiff_t>(messages.size());
        auto const now = broker.info({ids.begin(), rest});
        for (std::size_t at = 0; at < messages.size(); ++at) {
            if (now.at(at).detail != detail::dead) // it was redriven or deleted meanwhile
                continue;
            auto line = present_whole(now[at]);
            for (auto const& [key, value] : present(messages[at]))
                line[key] = value;
            out << json::serialize(line) << '\n';
        }
        ids.erase(ids.begin(), rest);
    }
}

void write_whole(client& broker, std::vector<status> const& page, std::ostream& out) {
    std::vector<message_id> ids;
    for (auto const& each : page) {
        ids.push_back(each.id);
        if (ids.size() == export_batch)
            write_batch(broker, std::exchange(ids, {}), out);
    }
    if (!ids.empty())
        write_batch(broker, std::move(ids), out);
}

exit_code write_out(common_options const& common, export_options const& options) {
    std::ofstream file;
    if (!options.file.empty())
        file.open(options.file, std::ios::binary);
    auto& out = options.file.empty() ? std::cout : file;
    auto broker = connect(common);
    if (out) {
        for_each_page(broker,
                      dead_selector(options.which),
                      "exporting",
                      [&](std::vector<status> const& page) { write_whole(broker, page, out); });
    }
    out.flush();
    if (!out) {
        throw failure{exit_code::internal,
                      "cannot write " + (options.file.empty() ? "the output" : options.file)};
    }
    return exit_code::ok;
}

void add_views(CLI::App& dead, invocation& in) {
    auto const [list, listed] = add_command(
        dead,
        in,
        {"ls", "Dead letters", {"peyk dead ls queue:mail after:-1d", "peyk dead ls --queue mail"}},
        ls);
    add_filter_terms(*list, listed->which);
    add_selector_options(*list, listed->which, {selector_part::states});
    add_page_options(*list, listed->page);

    auto const [sums, grouped] =
        add_command(dead,
                    in,
                    {"groups",
                     "Count them by queue, task, error and reason: what went wrong most",
                     {"peyk dead groups", "peyk dead groups --queue 'mail.*' -o json"}},
                    groups);
    add_filter_terms(*sums, *grouped);
    add_selector_options(*sums, *grouped, {selector_part::states});

    auto const [one, shown] = add_command(
        dead,
        in,
        {"show", "One dead letter with its history", {"peyk dead show " + example_id()}},
        show);
    one->add_option("id", shown->id, "Message id")->required();

    auto const [lines, exported] =
        add_command(dead,
                    in,
                    {"export",
                     "All that is known of them, with their content: one JSON object per line",
                     {"peyk dead export --queue mail > dead.jsonl",
                      "peyk dead export --error std::bad_alloc --file dead.jsonl"}},
                    write_out);
    add_filter_terms(*lines, exported->which);
    add_selector_options(*lines, exported->which, {selector_part::states});
    lines->add_option("--file,-f", exported->file, "Write there instead of standard output");
}

} // namespace

void add_dead(CLI::App& app, invocation& in) {
    auto& dead = add_noun(app, "dead", "Dead letters: messages that failed for good");
    add_views(dead, in);
    auto const [again, redriven] =
        add_command(dead,
                    in,
                    {"redrive",
                     "Make them ready again; goes on in the broker when interrupted",
                     {"peyk dead redrive " + example_id(),
                      "peyk dead redrive queue:mail error:SmtpError --rate 50/s",
                      "peyk dead redrive --all --to retries --reset-counters --dry-run"}},
                    redrive);
    add_target_options(*again, redriven->target, {selector_part::states});
    again->add_option("--to", redriven->how.to, "Into this queue; else where each was")
        ->option_text("QUEUE");
    again->add_flag("--reset-counters",
                    redriven->how.reset_counters,
                    "Attempts and crashes count from 0 again");

    auto const [gone, deleted] = add_command(
        dead,
        in,
        {"delete",
         "Drop them for good; asks first, unless ids are given",
         {"peyk dead delete " + example_id(), "peyk dead delete queue:mail before:-7d --yes"}},
        remove);
    add_target_options(*gone, *deleted, {selector_part::states});
    add_yes_option(*gone, deleted->sweep);
}

} // namespace peyk::cli
