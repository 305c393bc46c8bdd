#include "client/cli/command_entry.hpp"
#include "client/cli/confirm.hpp"
#include "client/cli/output.hpp"
#include "client/cli/sweeping.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

struct purge_options {
    std::string name;
    selector_options which;
    sweep_options sweep;
};

// What waits; what runs is left alone.
std::vector<message_state> const& waiting() {
    static std::vector<message_state> const states{
        message_state::scheduled, message_state::ready, message_state::blocked};
    return states;
}

selector in_queue(std::string const& name, selector_options const& options) {
    auto which = make_selector(options, std::chrono::system_clock::now());
    which.queue = name;
    return which;
}

// A sweep of a queue that is not there would find nothing and look like success; of a pattern that
// is what was asked for.
void check_known(common_options const& common, std::string const& name) {
    if (name.find('*') != std::string::npos)
        return;
    auto broker = connect(common);
    (void)stats_of(broker, name);
}

exit_code purge(common_options const& common, purge_options const& options) {
    auto which = in_queue(options.name, options.which);
    which.states = waiting();
    check_known(common, options.name);
    return change(common,
                  options.sweep,
                  {.action = sweep_action::cancel, .which = std::move(which), .reason = "purged"},
                  {.verb = "purge", .done = "purged", .asks = true});
}

struct move_options {
    std::string name;
    std::string to;
    selector_options which;
    sweep_options sweep;
};

exit_code move(common_options const& common, move_options const& options) {
    auto which = in_queue(options.name, options.which);
    check_known(common, options.name);
    return change(common,
                  options.sweep,
                  {.action = sweep_action::move, .which = std::move(which), .to = options.to},
                  {.verb = "move", .done = "moved"});
}

struct delete_options {
    std::string name;
    bool purge = false;
    bool yes = false;
};

// Revokes what waits and forgets the dead letters.
void empty_queue(common_options const& common, std::string const& name) {
    run_sweep(common,
              {.action = sweep_action::cancel,
               .which = {.queue = name, .states = waiting()},
               .reason = "its queue is deleted"},
              "revoking what waits");
    run_sweep(
        common,
        {.action = sweep_action::forget, .which = {.queue = name, .states = {message_state::dead}}},
        "forgetting dead letters");
}

exit_code remove(common_options const& common, delete_options const& options) {
    auto broker = connect(common);
    auto const now = stats_of(broker, options.name);
    auto const live = now.ready + now.scheduled + now.leased + now.blocked;
    auto question = "delete the queue " + options.name;
    if (options.purge) {
        question += " with " + std::to_string(live) + " messages and " + std::to_string(now.dead) +
                    " dead letters";
    }
    confirm(question, options.yes);
    if (options.purge)
        empty_queue(common, options.name);
    try {
        admin{broker}.delete_queue(options.name);
    } catch (error const& refused) {
        if (refused.code() != errc::queue_not_empty || !options.purge)
            throw;
        throw failure{exit_code::refused,
                      options.name +
                          " is still in use: a worker has some of its messages or reads it; "
                          "`peyk queue show " +
                          options.name + "` shows which"};
    }
    if (common.is_structured())
        print_value(common, boost::json::object{{"name", options.name}, {"deleted", true}});
    else
        print_line(options.name + " is deleted");
    return exit_code::ok;
}

} // namespace

void add_queue_changes(CLI::App& queue, invocation& in) {
    auto const [clear, purged] =
        add_command(queue,
                    in,
                    {"purge",
                     "Revoke all or some that wait in it; asks before",
                     {"peyk queue purge mail --dry-run",
                      "peyk queue purge mail --task 'mail.bulk' --before -1d --yes"}},
                    purge);
    clear->add_option("name", purged->name, "Queue, or a pattern of names")->required();
    add_selector_options(*clear, purged->which, {selector_part::queue, selector_part::states});
    add_sweep_options(*clear, purged->sweep);
    add_yes_option(*clear, purged->sweep);

    auto const [carry, moved] =
        add_command(queue,
                    in,
                    {"move",
                     "Put all or some that wait in it into another queue",
                     {"peyk queue move mail lopri", "peyk queue move mail lopri --task mail.bulk"}},
                    move);
    carry->add_option("name", moved->name, "Queue, or a pattern of names")->required();
    carry->add_option("to", moved->to, "The other queue")->required();
    add_selector_options(*carry, moved->which, {selector_part::queue, selector_part::states});
    add_sweep_options(*carry, moved->sweep);

    auto const [end, deleted] =
        add_command(queue,
                    in,
                    {"delete",
                     "Delete an empty queue; asks before",
                     {"peyk queue delete mail", "peyk queue delete mail --purge --yes"}},
                    remove);
    end->add_option("name", deleted->name, "Name of the queue")->required();
    end->add_flag("--purge", deleted->purge, "Revoke what waits and drop its dead letters first");
    end->add_flag("--yes,-y", deleted->yes, "Do not ask");
}

} // namespace peyk::cli
