// Celery's `inspect`, answered by the broker from its own state: no worker is asked, so none can be
// too busy to answer.

#include "client/cli/command_entry.hpp"
#include "client/cli/joined_text.hpp"
#include "client/cli/message_list.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/value.hpp"
#include "client/cli/worker_choice.hpp"
#include "client/cli/worker_lines.hpp"

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 6> held_columns{{{"worker", "WORKER"},
                                              {"id", "ID"},
                                              {"task", "TASK"},
                                              {"queue", "QUEUE"},
                                              {"attempts", "ATTEMPTS", true},
                                              {"published_at", "PUBLISHED"}}};
constexpr std::array<column, 5> scheduled_columns{
    {{"id", "ID"}, {"eta", "ETA"}, {"queue", "QUEUE"}, {"task", "TASK"}, {"state", "STATE"}}};
constexpr std::array<column, 5> revoked_columns{{{"id", "ID"},
                                                 {"finished_at", "REVOKED"},
                                                 {"queue", "QUEUE"},
                                                 {"task", "TASK"},
                                                 {"error", "WHY"}}};
constexpr std::array<column, 5> query_columns{{{"id", "ID"},
                                               {"state", "STATE"},
                                               {"detail", "DETAIL"},
                                               {"task", "TASK"},
                                               {"worker", "WORKER"}}};
constexpr std::array<column, 2> registered_columns{{{"worker", "WORKER"}, {"tasks", "TASKS"}}};
constexpr std::array<column, 5> queue_columns{{{"worker", "WORKER"},
                                               {"queue", "QUEUE"},
                                               {"tasks", "TASKS"},
                                               {"credit", "CREDIT", true},
                                               {"unsettled", "UNSETTLED", true}}};
constexpr std::array<column, 3> fact_columns{
    {{"worker", "WORKER"}, {"name", "NAME"}, {"value", "VALUE"}}};
constexpr std::array<column, 3> ping_columns{
    {{"worker", "WORKER"}, {"ok", "OK"}, {"text", "TEXT"}}};

constexpr std::uint32_t held_max = 1'000'000;

struct held_options {
    worker_target which;
    std::uint32_t limit = 1'000;
};

exit_code held(common_options const& common, held_options const& options, bool started) {
    auto broker = connect(common);
    json::array rows;
    for (auto const& each : messages_in_hand(broker, options.which, held_max)) {
        if (each.started == started && rows.size() < options.limit)
            rows.push_back(present(each.now));
    }
    print(common, rows, held_columns);
    return exit_code::ok;
}

exit_code active(common_options const& common, held_options const& options) {
    return held(common, options, true);
}

exit_code reserved(common_options const& common, held_options const& options) {
    return held(common, options, false);
}

exit_code scheduled(common_options const& common, page_options const& page) {
    return list_messages(common,
                         {.states = {message_state::scheduled}},
                         page,
                         scheduled_columns,
                         "peyk inspect scheduled");
}

exit_code revoked(common_options const& common, page_options const& page) {
    return list_messages(common,
                         {.states = {message_state::revoked}},
                         page,
                         revoked_columns,
                         "peyk inspect revoked");
}

exit_code registered(common_options const& common, worker_target const& which) {
    json::array rows;
    for (auto const& each : chosen_workers(connect(common), which)) {
        auto const whole = present(each);
        json::object row{{"worker", each.name}, {"tasks", whole.at("tasks")}};
        if (!common.is_structured())
            row["tasks"] = line_of(each).at("tasks");
        rows.push_back(std::move(row));
    }
    print(common, rows, registered_columns);
    return exit_code::ok;
}

exit_code stats(common_options const& common, worker_target const& which) {
    json::array rows;
    for (auto const& each : chosen_workers(connect(common), which))
        rows.push_back(!common.is_structured() ? counts_of(each) : present(each));
    print(common, rows, worker_count_columns());
    return exit_code::ok;
}

exit_code active_queues(common_options const& common, worker_target const& which) {
    json::array rows;
    for (auto const& worker : chosen_workers(connect(common), which)) {
        for (auto const& consumer : worker.consumers) {
            for (auto const& queue : consumer.queues) {
                auto row = present(consumer);
                row.erase("queues");
                row["worker"] = worker.name;
                row["queue"] = queue;
                if (!common.is_structured())
                    row["tasks"] = consumer.tasks.empty() ? "every task" : joined(consumer.tasks);
                rows.push_back(std::move(row));
            }
        }
    }
    print(common, rows, queue_columns);
    return exit_code::ok;
}

exit_code conf(common_options const& common, worker_target const& which) {
    json::array rows;
    for (auto const& worker : chosen_workers(connect(common), which)) {
        if (common.is_structured()) {
            rows.push_back({{"worker", worker.name}, {"facts", present(worker).at("facts")}});
            continue;
        }
        for (auto const& [name, value] : worker.facts)
            rows.push_back({{"worker", worker.name}, {"name", name}, {"value", value}});
    }
    print(common, rows, fact_columns);
    return exit_code::ok;
}

struct query_options {
    std::vector<std::string> ids;
};

exit_code query_task(common_options const& common, query_options const& options) {
    json::array rows;
    auto worst = exit_code::ok;
    for (auto const& each : connect(common).status(parse_ids(options.ids))) {
        rows.push_back(present(each));
        if (each.state == state::unknown)
            worst = exit_code::unknown;
    }
    print(common, rows, query_columns);
    return worst;
}

exit_code ping(common_options const& common, worker_target const& which) {
    json::array rows;
    auto worst = exit_code::ok;
    for (auto const& each : chosen_workers(connect(common), which)) {
        auto const health = health_of(each);
        bool const ok = health == "ok";
        rows.push_back({{"worker", each.name},
                        {"ok", ok},
                        {"text",
                         (ok ? "pong" : health) + std::string{", heard "} +
                             format_duration(each.heard) + " ago"},
                        {"heard_ms", each.heard.count()}});
        if (!ok)
            worst = exit_code::negative;
    }
    print(common, rows, ping_columns);
    return worst;
}

exit_code report(common_options const& common, worker_target const& which) {
    auto broker = connect(common);
    auto const about = present(broker.broker());
    auto const workers = chosen_workers(broker, which);
    if (common.is_structured()) {
        json::array all;
        for (auto const& each : workers)
            all.push_back(present(each));
        print(common, json::object{{"broker", about}, {"workers", std::move(all)}});
        return exit_code::ok;
    }
    print_line("broker at " + common.url);
    print_fields(about);
    for (auto const& each : workers) {
        print_line("");
        print_line("worker " + each.name);
        print_fields(fields_of(each));
    }
    return exit_code::ok;
}

void add_about_workers(CLI::App& inspect,
                       invocation& in,
                       command_text const& text,
                       exit_code (*work)(common_options const&, worker_target const&)) {
    auto const [command, which] = add_command(inspect, in, text, work);
    add_worker_options(*command, *which);
}

void add_held(CLI::App& inspect,
              invocation& in,
              command_text const& text,
              exit_code (*work)(common_options const&, held_options const&)) {
    auto const [command, options] = add_command(inspect, in, text, work);
    add_worker_options(*command, options->which);
    command->add_option("--limit,-n", options->limit, "At most so many")
        ->capture_default_str()
        ->check(whole_number_between(1, held_max))
        ->option_text("N");
}

void add_messages(CLI::App& inspect, invocation& in) {
    add_held(inspect,
             in,
             {"active",
              "Messages that run, and where",
              {"peyk inspect active", "peyk inspect active --worker 'mail@*' -o json"}},
             active);
    add_held(inspect,
             in,
             {"reserved",
              "Messages that are with a worker, which has not started them",
              {"peyk inspect reserved --label gpu=a100"}},
             reserved);
    auto const [later, later_page] =
        add_command(inspect,
                    in,
                    {"scheduled",
                     "Messages that wait for their time, in the broker",
                     {"peyk inspect scheduled --limit 20"}},
                    scheduled);
    add_page_options(*later, *later_page);
    auto const [gone, gone_page] = add_command(
        inspect,
        in,
        {"revoked", "Messages that were revoked or expired", {"peyk inspect revoked -o json"}},
        revoked);
    add_page_options(*gone, *gone_page);
    auto const [query, queried] = add_command(inspect,
                                              in,
                                              {"query_task",
                                               "Where messages are and who has them",
                                               {"peyk inspect query_task " + example_id()}},
                                              query_task);
    query->add_option("id", queried->ids, "Message ids")->required();
}

} // namespace

void add_inspect(CLI::App& app, invocation& in) {
    auto& inspect = add_noun(
        app, "inspect", "What workers have and are, with Celery's names; the broker answers");
    add_messages(inspect, in);
    add_about_workers(inspect,
                      in,
                      {"registered", "Tasks that workers announce", {"peyk inspect registered"}},
                      registered);
    add_about_workers(inspect,
                      in,
                      {"stats",
                       "Pool, slots, load, and what workers did since they started",
                       {"peyk inspect stats", "peyk inspect stats -o json"}},
                      stats);
    add_about_workers(inspect,
                      in,
                      {"active_queues", "Queues that workers read", {"peyk inspect active_queues"}},
                      active_queues);
    add_about_workers(inspect,
                      in,
                      {"conf",
                       "What workers say of themselves, their settings included",
                       {"peyk inspect conf --worker 'mail@*'"}},
                      conf);
    add_about_workers(inspect,
                      in,
                      {"ping",
                       "Whether the broker hears them: 1 if one of them is away or does not read",
                       {"peyk inspect ping", "peyk inspect ping --worker mail@web-1:4711"}},
                      ping);
    add_about_workers(inspect,
                      in,
                      {"report",
                       "The broker and the workers with all that is known, for a bug report",
                       {"peyk inspect report", "peyk inspect report -o json"}},
                      report);
}

} // namespace peyk::cli
