#include "client/cli/command_entry.hpp"
#include "client/cli/sweeping.hpp"
#include "client/cli/value.hpp"
#include <peyk/selector.hpp>

namespace peyk::cli {
namespace {

struct cancel_command {
    target_options target;
    cancel_options how;
};

exit_code cancel(common_options const& common, cancel_command const& options) {
    return change(common,
                  options.target,
                  {.action = sweep_action::cancel,
                   .reason = options.how.reason,
                   .terminate = options.how.terminate},
                  {.verb = "cancel", .done = "cancelled", .asks = true},
                  [&](client& broker, std::vector<message_id> ids) {
                      return broker.cancel(std::move(ids), options.how);
                  });
}

struct reschedule_command {
    target_options target;
    std::string in;
    std::string at;
};

exit_code reschedule(common_options const& common, reschedule_command const& options) {
    if (options.in.empty() == options.at.empty())
        throw failure{exit_code::usage, "give --in DURATION or --at TIME"};
    auto const now = std::chrono::system_clock::now();
    auto const due =
        options.at.empty() ? now + parse_duration(options.in) : parse_moment(options.at, now);
    return change(common,
                  options.target,
                  {.action = sweep_action::reschedule, .due = due},
                  {.verb = "reschedule", .done = "rescheduled"},
                  [&](client& broker, std::vector<message_id> ids) {
                      return broker.reschedule(std::move(ids), due);
                  });
}

exit_code run_now(common_options const& common, target_options const& target) {
    return change(
        common,
        target,
        {.action = sweep_action::run_now},
        {.verb = "make ready", .done = "made ready"},
        [](client& broker, std::vector<message_id> ids) { return broker.run_now(std::move(ids)); });
}

exit_code forget(common_options const& common, target_options const& target) {
    return change(
        common,
        target,
        {.action = sweep_action::forget},
        {.verb = "forget", .done = "forgotten", .asks = true},
        [](client& broker, std::vector<message_id> ids) { return broker.forget(std::move(ids)); });
}

struct move_command {
    selector_options which;
    bool all = false;
    sweep_options sweep;
    std::string to;
};

exit_code move(common_options const& common, move_command const& options) {
    if (options.which.is_empty() && !options.all) {
        throw failure{
            exit_code::usage,
            "say which to move: a filter like queue:mail, options like --queue, or --all; "
            "`--help` lists them"};
    }
    return change(common,
                  options.sweep,
                  {.action = sweep_action::move,
                   .which = make_selector(options.which, std::chrono::system_clock::now()),
                   .to = options.to},
                  {.verb = "move", .done = "moved"});
}

void add_cancel(CLI::App& task, invocation& in) {
    auto const [command, options] =
        add_command(task,
                    in,
                    {"cancel",
                     "Revoke messages that have not ended; asks first, unless ids are given",
                     {"peyk task cancel " + example_id() + " --reason 'wrong address'",
                      "peyk task cancel queue:mail 'task:mail.*' --dry-run",
                      "peyk task cancel --parent " + example_id() + " --terminate --yes"}},
                    cancel);
    add_target_options(*command, options->target);
    add_yes_option(*command, options->target.sweep);
    command->add_option("--reason", options->how.reason, "Why, for those who wait for it");
    command->add_flag("--terminate",
                      options->how.terminate,
                      "Kill what runs, where the worker can; else it is asked to stop");
}

void add_reschedule(CLI::App& task, invocation& in) {
    auto const [command, options] =
        add_command(task,
                    in,
                    {"reschedule",
                     "Make messages that wait due at another time",
                     {"peyk task reschedule " + example_id() + " --in 10m",
                      "peyk task reschedule --queue mail --at 2030-01-31T12:00:00Z"}},
                    reschedule);
    add_target_options(*command, options->target);
    command->add_option("--in", options->in, "So long from now")->option_text("DURATION");
    command->add_option("--at", options->at, "Then")->option_text("TIME");
}

} // namespace

void add_task_changes(CLI::App& task, invocation& in) {
    add_cancel(task, in);
    add_reschedule(task, in);
    auto const [now, ready] = add_command(
        task,
        in,
        {"run-now",
         "Make scheduled messages ready",
         {"peyk task run-now " + example_id(), "peyk task run-now --queue mail --rate 100/s"}},
        run_now);
    add_target_options(*now, *ready);
    auto const [end, forgotten] = add_command(
        task,
        in,
        {"forget",
         "Drop messages that ended; asks first, unless ids are given",
         {"peyk task forget " + example_id(), "peyk task forget state:succeeded before:-1d --yes"}},
        forget);
    add_target_options(*end, *forgotten);
    add_yes_option(*end, forgotten->sweep);
    auto const [command, options] =
        add_command(task,
                    in,
                    {"move",
                     "Put messages that wait into another queue, with their priority and time",
                     {"peyk task move queue:mail task:mail.bulk --to lopri",
                      "peyk task move --queue a --to b --dry-run"}},
                    move);
    add_filter_terms(*command, options->which);
    add_selector_options(*command, options->which);
    command->add_flag("--all", options->all, "All of them")->group("Which messages");
    command->add_option("--to", options->to, "The queue")->required()->option_text("QUEUE");
    add_sweep_options(*command, options->sweep);
}

} // namespace peyk::cli
