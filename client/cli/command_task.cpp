#include "client/cli/command_entry.hpp"
#include "client/cli/hold_commands.hpp"
#include "client/cli/message_list.hpp"

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

constexpr std::array<column, 7> message_columns{{{"id", "ID"},
                                                 {"state", "STATE"},
                                                 {"detail", "DETAIL"},
                                                 {"queue", "QUEUE"},
                                                 {"task", "TASK"},
                                                 {"attempts", "ATTEMPTS", true},
                                                 {"published_at", "PUBLISHED"}}};

struct ls_options {
    selector_options which;
    page_options page;
};

exit_code ls(common_options const& common, ls_options const& options) {
    auto const which = make_selector(options.which, std::chrono::system_clock::now());
    return list_messages(common, which, options.page, message_columns, "peyk task ls");
}

void add_ls(CLI::App& task, invocation& in) {
    auto const [command, options] =
        add_command(task,
                    in,
                    {"ls",
                     "Messages, also those that ended",
                     {"peyk task ls queue:mail state:ready,scheduled",
                      "peyk task ls 'task:mail.* after:-1h error:\"out of luck\"'",
                      "peyk task ls --queue mail --task 'mail.*' --after -1h",
                      "peyk task ls --limit 1000 -o json"}},
                    ls);
    add_filter_terms(*command, options->which);
    add_selector_options(*command, options->which);
    add_page_options(*command, options->page);
}

exit_code pause_task(common_options const& common, pause_options const& options) {
    return pause(common, hold_scope::task, options);
}

exit_code resume_task(common_options const& common, resume_options const& options) {
    return resume(common, hold_scope::task, options);
}

void add_pauses(CLI::App& task, invocation& in) {
    auto const [stop, pausing] =
        add_command(task,
                    in,
                    {"pause",
                     "Deliver no message of one task, from any queue",
                     {"peyk task pause mail.send --for 10m --reason 'provider is down'"}},
                    pause_task);
    add_pause_options(*stop, *pausing, "Name of the task");
    auto const [go, resuming] = add_command(
        task,
        in,
        {"resume", "Deliver them again, also after a rate limit", {"peyk task resume mail.send"}},
        resume_task);
    go->add_option("name", resuming->name, "Name of the task")->required();
}

} // namespace

void add_task(CLI::App& app, invocation& in) {
    auto& task = add_noun(app, "task", "Messages and tasks: what they do, and changing that");
    add_ls(task, in);
    add_task_views(task, in);
    add_task_why(task, in);
    add_task_changes(task, in);
    add_task_edit(task, in);
    add_task_stats(task, in);
    add_pauses(task, in);
}

} // namespace peyk::cli
