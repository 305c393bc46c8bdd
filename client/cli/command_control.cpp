// Celery's `control`: limits and revoking are the broker's, the rest is told to workers.

#include "client/cli/command_entry.hpp"
#include "client/cli/confirm.hpp"
#include "client/cli/limit_changes.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/sweeping.hpp"
#include "client/cli/value.hpp"
#include "client/cli/worker_choice.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>
#include <utility>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 3> reply_columns{
    {{"worker", "WORKER"}, {"ok", "OK"}, {"text", "TEXT"}}};
constexpr unsigned slots_max = 10'000;

// Tells them, and prints one line each.
exit_code tell(common_options const& common, worker_target const& which, instruction what) {
    auto const broker = connect(common);
    (void)chosen_workers(broker, which); // says it better if none has the name
    json::array rows;
    auto worst = exit_code::ok;
    for (auto const& each : admin{broker}.instruct(which, std::move(what), common.timeout)) {
        rows.push_back({{"worker", each.worker},
                        {"ok",
                         !common.is_structured() ? json::value(each.reply.ok ? "yes" : "no")
                                                 : json::value(each.reply.ok)},
                        {"text", each.reply.text}});
        if (!each.reply.ok)
            worst = exit_code::negative;
    }
    print(common, rows, reply_columns);
    return worst;
}

struct rate_limit_options {
    limit_names names;
    limit_value_options values;
};

exit_code rate_limit(common_options const& common, rate_limit_options const& options) {
    return set_limit(common, options.names, options.values);
}

struct revoke_options {
    std::vector<std::string> ids;
    bool terminate = false;
};

exit_code revoke(common_options const& common, revoke_options const& options) {
    (void)parse_ids(options.ids); // what is no id would be a term of a filter
    target_options target;
    target.words = options.ids;
    return change(common,
                  target,
                  {},
                  {.verb = "revoke", .done = "revoked"},
                  [&](client& broker, std::vector<message_id> ids) {
                      return broker.cancel(std::move(ids), {.terminate = options.terminate});
                  });
}

struct time_limit_options {
    worker_target which;
    std::string task;
    std::string soft;
    std::string hard;
};

exit_code time_limit(common_options const& common, time_limit_options const& options) {
    constexpr std::chrono::milliseconds none{0};
    auto soft = none;
    auto hard = none;
    take_duration(soft, "soft", options.soft, none);
    take_duration(hard, "hard", options.hard, none);
    if (auto const why = mistake_in_limits(soft, hard); !why.empty())
        throw failure{exit_code::usage, std::string{why}};
    std::vector<std::string> arguments{options.task, std::to_string(soft.count()) + "ms"};
    if (!options.hard.empty())
        arguments.push_back(std::to_string(hard.count()) + "ms");
    return tell(common, options.which, {"time_limit", std::move(arguments)});
}

struct count_options {
    worker_target which;
    unsigned count = 1;
    std::string pool;
};

// An instruction to a pool: of a worker with several, the one that is named.
exit_code tell_pool(common_options const& common,
                    worker_target const& which,
                    instruction what,
                    std::string const& pool) {
    if (!pool.empty())
        what.arguments.push_back(pool);
    return tell(common, which, std::move(what));
}

exit_code pool_grow(common_options const& common, count_options const& options) {
    return tell_pool(
        common, options.which, {"pool_grow", {std::to_string(options.count)}}, options.pool);
}

exit_code pool_shrink(common_options const& common, count_options const& options) {
    return tell_pool(
        common, options.which, {"pool_shrink", {std::to_string(options.count)}}, options.pool);
}

struct autoscale_options {
    worker_target which;
    unsigned most = 1;
    unsigned least = 1;
    std::string pool;
};

exit_code autoscale(common_options const& common, autoscale_options const& options) {
    if (options.least > options.most)
        throw failure{exit_code::usage, "MAX comes first and is not smaller than MIN"};
    return tell_pool(common,
                     options.which,
                     {"autoscale", {std::to_string(options.most), std::to_string(options.least)}},
                     options.pool);
}

struct queue_options {
    worker_target which;
    std::string queue;
};

exit_code add_consumer(common_options const& common, queue_options const& options) {
    return tell(common, options.which, {"add_consumer", {options.queue}});
}

exit_code cancel_consumer(common_options const& common, queue_options const& options) {
    return tell(common, options.which, {"cancel_consumer", {options.queue}});
}

struct shutdown_options {
    worker_target which;
    bool yes = false;
};

exit_code shutdown(common_options const& common, shutdown_options const& options) {
    if (is_everyone(options.which)) {
        auto const count = chosen_workers(connect(common), {}).size();
        if (count == 0)
            throw failure{exit_code::unknown, "no worker is connected"};
        confirm("shut down all workers, " + std::to_string(count) + " of them", options.yes);
    }
    return tell(common, options.which, {"shutdown", {}});
}

void add_rate_limit(CLI::App& control, invocation& in) {
    auto const [command, options] =
        add_command(control,
                    in,
                    {"rate_limit",
                     "Limit a task for all workers together, unlike Celery's; 'none' ends it",
                     {"peyk control rate_limit tasks.add 10/m",
                      "peyk control rate_limit tasks.add 10/m --per-worker",
                      "peyk control rate_limit mail.send 5/s --burst 10 --key 'tenant=*'"}},
                    rate_limit);
    command->add_option("task", options->names.task, "Name of the task, or a pattern")->required();
    command->add_option("rate", options->values.rate, "10/m, 0.5/s, 100/h; none or 0 ends it")
        ->required();
    option_group about{*command, "Only"};
    about.add("--queue,-q", options->names.queue, "From these queues", "PATTERN");
    about.add("--key", options->names.key, "With these limit keys, each for itself", "PATTERN");
    add_burst_options(*command, options->values);
}

template <class Options>
Options* add_told(CLI::App& control,
                  invocation& in,
                  command_text const& text,
                  exit_code (*work)(common_options const&, Options const&),
                  CLI::App*& made) {
    auto const [command, options] = add_command(control, in, text, work);
    add_worker_options(*command, options->which);
    made = command;
    return options;
}

void add_pool_option(CLI::App& command, std::string& pool) {
    command.add_option("--pool", pool, "Of a worker with several: this one; the first")
        ->option_text("POOL");
}

void add_pools(CLI::App& control, invocation& in) {
    CLI::App* command = nullptr;
    auto* count = add_told(control,
                           in,
                           {"pool_grow",
                            "Run more tasks at once in each worker",
                            {"peyk control pool_grow 2 --worker 'mail@*'"}},
                           pool_grow,
                           command);
    set_range(command->add_option("count", count->count, "So many slots more; 1"), 1, slots_max);
    add_pool_option(*command, count->pool);
    count = add_told(
        control,
        in,
        {"pool_shrink", "Run fewer tasks at once in each worker", {"peyk control pool_shrink"}},
        pool_shrink,
        command);
    set_range(command->add_option("count", count->count, "So many slots less; 1"), 1, slots_max);
    add_pool_option(*command, count->pool);
    auto* const scale =
        add_told(control,
                 in,
                 {"autoscale",
                  "Let workers choose their slots between two numbers, where they can",
                  {"peyk control autoscale 10 3"}},
                 autoscale,
                 command);
    set_range(command->add_option("max", scale->most, "Slots at most")->required(), 1, slots_max);
    set_range(command->add_option("min", scale->least, "Slots at least")->required(), 1, slots_max);
    add_pool_option(*command, scale->pool);
    auto* const time = add_told(control,
                                in,
                                {"time_limit",
                                 "Limit how long a task runs, where workers can",
                                 {"peyk control time_limit tasks.crawl 60 120"}},
                                time_limit,
                                command);
    command->add_option("task", time->task, "Name of the task")->required();
    command->add_option("soft", time->soft, "The task is told after it; 0: never")
        ->required()
        ->option_text("DURATION");
    command->add_option("hard", time->hard, "The task is ended after it; 0: never")
        ->option_text("DURATION");
}

void add_queues(CLI::App& control, invocation& in) {
    CLI::App* command = nullptr;
    auto* queue = add_told(control,
                           in,
                           {"add_consumer",
                            "Let workers read one more queue",
                            {"peyk control add_consumer mail --worker web-1"}},
                           add_consumer,
                           command);
    command->add_option("queue", queue->queue, "Name of the queue")->required();
    queue = add_told(control,
                     in,
                     {"cancel_consumer",
                      "Let workers read a queue no more",
                      {"peyk control cancel_consumer mail"}},
                     cancel_consumer,
                     command);
    command->add_option("queue", queue->queue, "Name of the queue")->required();
}

} // namespace

void add_control(CLI::App& app, invocation& in) {
    auto& control =
        add_noun(app, "control", "Change what runs, with Celery's names; each worker answers");
    add_rate_limit(control, in);
    auto const [command, options] =
        add_command(control,
                    in,
                    {"revoke",
                     "Revoke messages that have not ended",
                     {"peyk control revoke " + example_id(),
                      "peyk control revoke --terminate " + example_id()}},
                    revoke);
    command->add_option("id", options->ids, "Message ids")->required();
    command->add_flag("--terminate",
                      options->terminate,
                      "Kill what runs, where the worker can; else it is asked to stop");
    add_pools(control, in);
    add_queues(control, in);
    CLI::App* end = nullptr;
    auto* const ended = add_told(
        control,
        in,
        {"shutdown",
         "Let workers finish what runs and end; asks first if none is named",
         {"peyk control shutdown --worker mail@web-1:4711", "peyk control shutdown --yes"}},
        shutdown,
        end);
    end->add_flag("--yes,-y", ended->yes, "Do not ask");
}

} // namespace peyk::cli
