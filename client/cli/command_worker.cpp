#include "client/cli/command_entry.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/worker_choice.hpp"
#include "client/cli/worker_figures.hpp"
#include "client/cli/worker_lines.hpp"

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 6> message_columns{{{"id", "ID"},
                                                 {"task", "TASK"},
                                                 {"queue", "QUEUE"},
                                                 {"now", "NOW"},
                                                 {"attempts", "ATTEMPTS", true},
                                                 {"published_at", "PUBLISHED"}}};
constexpr std::uint32_t messages_max = 1'000; // of one worker

exit_code ls(common_options const& common, worker_target const& which) {
    json::array rows;
    for (auto const& each : chosen_workers(connect(common), which))
        rows.push_back(!common.is_structured() ? line_of(each) : present(each));
    print(common, rows, worker_columns());
    return exit_code::ok;
}

json::array messages_of(client& broker, session_info const& worker) {
    json::array rows;
    for (auto const& each : messages_in_hand(broker, {.name = worker.id}, messages_max)) {
        auto row = present(each.now);
        row["now"] = each.started ? "running" : "reserved";
        rows.push_back(std::move(row));
    }
    return rows;
}

exit_code show(common_options const& common, worker_target const& which) {
    auto broker = connect(common);
    json::array all;
    for (auto const& worker : chosen_workers(broker, which)) {
        auto messages = messages_of(broker, worker);
        if (common.is_structured()) {
            auto fields = present(worker);
            fields["messages"] = std::move(messages);
            all.push_back(std::move(fields));
            continue;
        }
        print_fields(fields_of(worker));
        if (worker.metrics && !worker.metrics->tasks.empty()) {
            print_line("");
            print_table(run_rows(*worker.metrics), run_columns());
        }
        if (!messages.empty()) {
            print_line("");
            print_table(messages, message_columns);
        }
        print_line("");
    }
    if (common.is_structured())
        print(common, all, {});
    return exit_code::ok;
}

// They are words of peyk-worker, see worker_start.hpp: here only so that help, completion and the
// manual page know them.
void add_start_options(CLI::App& worker) {
    auto const misplaced = [](std::string const&) {
        throw CLI::ValidationError("-A and --exec", "stand right behind `peyk worker`");
    };
    worker
        .add_option_function<std::string>(
            "--module,-A",
            misplaced,
            "Be a worker: run the tasks of this shared library; several times")
        ->option_text("FILE");
    worker
        .add_option_function<std::string>(
            "--exec",
            misplaced,
            "Be a worker: run this command for each message of the task; several times")
        ->option_text("TASK=COMMAND");
}

} // namespace

void add_worker(CLI::App& app, invocation& in) {
    auto& worker = add_noun(
        app, "worker", "Programs that take messages: what they are and do; -A or --exec runs one");
    worker.footer(examples({"peyk worker ls",
                            "peyk worker -A ./libtasks.so --pool=solo --loglevel=info",
                            "peyk worker --exec 'tasks.resize=./resize.sh {0} {width}'"}));
    add_start_options(worker);
    auto const [list, listed] =
        add_command(worker,
                    in,
                    {"ls",
                     "Those connected, or away for less than their grace period",
                     {"peyk worker ls", "peyk worker ls --label 'gpu=*' -o json"}},
                    ls);
    add_worker_options(*list, *listed);
    auto const [one, shown] =
        add_command(worker,
                    in,
                    {"show",
                     "All that is known of one, and the messages it has; JSON is an array",
                     {"peyk worker show mail@web-1:4711", "peyk worker show 'mail@*'"}},
                    show);
    one->add_option("name", shown->name, "Its name, a pattern of names, or its id")->required();
    add_worker_health(worker, in);
}

} // namespace peyk::cli
