#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/rig.hpp"
#include "client/cli/bench/scenarios.hpp"
#include "client/cli/commands.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/value.hpp"
#include "client/cli/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace peyk::cli {
namespace {

namespace json = boost::json;

struct scenario {
    std::string_view name;
    std::string_view what;
    json::object (*run)(bench::rig&);
};

constexpr std::array<scenario, 12> scenarios{{
    {"publish", "publish with confirms, a window in flight", bench::run_publish},
    {"drain", "take and settle a backlog", bench::run_drain},
    {"cycle", "publish, deliver and settle at once", bench::run_cycle},
    {"confirm", "one publish at a time: the time to its confirm", bench::run_confirm},
    {"latency", "1000/s: the time from publish to delivery", bench::run_latency},
    {"backlog", "many messages: memory, disk and restart", bench::run_backlog},
    {"scheduled", "many messages due over 90 days: rate, memory, restart", bench::run_scheduled},
    {"punctual", "messages due over ten seconds: how late each comes", bench::run_punctual},
    {"questions", "what inspect and task ls ask, beside a backlog and load", bench::run_questions},
    {"keys", "drain with one key and with many: CPU per message", bench::run_keys},
    {"tasks", "empty tasks through a worker, with their results", bench::run_tasks},
    {"pools", "the same work in each pool of a worker", bench::run_pools},
}};

constexpr std::array<column, 6> question_columns{{{"question", "QUESTION"},
                                                  {"asked", "ASKED", true},
                                                  {"p50_us", "P50_US", true},
                                                  {"p99_us", "P99_US", true},
                                                  {"p999_us", "P999_US", true},
                                                  {"max_us", "MAX_US", true}}};

// What the broker says about itself, and what it was told.
json::object describe_broker(bench::options const& what, broker_stats const& stats) {
    json::object broker{{"version", stats.version}, {"own", !what.url}};
    if (!what.url) {
        broker["settings"] =
            json::object{{"sync", what.sync}, {"log_level", "warn"}, {"others", "defaults"}};
    }
    return broker;
}

constexpr std::array<column, 8> task_columns{{{"pool", "POOL"},
                                              {"tasks_per_s", "TASKS/S", true},
                                              {"broker_cpu_us", "BROKER_US", true},
                                              {"worker_cpu_us", "WORKER_US", true},
                                              {"client_cpu_us", "CLIENT_US", true},
                                              {"p50_us", "P50_US", true},
                                              {"fdatasync_p50_us", "FDATASYNC_US", true},
                                              {"ratio", "RATIO", true}}};

// Rows of a scenario, and how they are shown.
struct table {
    json::array rows;
    std::vector<column> columns;
};

std::optional<table> take_table(json::object& answer, std::vector<std::string> const& pools) {
    table made;
    for (auto const* key : {"questions", "pools", "works"}) {
        if (auto const* const rows = answer.if_contains(key)) {
            made.rows = rows->as_array();
            if (key == std::string_view{"questions"})
                made.columns.assign(question_columns.begin(), question_columns.end());
            else if (key == std::string_view{"pools"})
                made.columns.assign(task_columns.begin(), task_columns.end());
            else
                for (auto const& each : pools)
                    made.columns.push_back({each, each, each != "work"});
            answer.erase(key);
            return made;
        }
    }
    return std::nullopt;
}

// For people, rows of a scenario are a table below the rest.
void show(common_options const& common, json::object answer) {
    if (common.is_structured())
        return print(common, answer);
    auto const pools = bench::pool_columns();
    auto const rows = take_table(answer, pools);
    print(common, answer);
    if (!rows)
        return;
    print_line("");
    print_table(rows->rows, rows->columns);
}

// A broker that goes is the reason for whatever else went wrong then.
json::object measure(bench::rig& on, scenario const& which) {
    constexpr std::chrono::milliseconds moment{1'000}; // its connections end before it does
    try {
        return which.run(on);
    } catch (failure const& ended) {
        if (ended.code() != exit_code::interrupted)
            on.require_broker(moment);
        else if (on.own() == nullptr)
            throw failure{exit_code::interrupted,
                          "interrupted; what it has published is still there: `peyk queue purge " +
                              on.queue() + " --yes` removes it"};
        throw;
    } catch (error const&) {
        on.require_broker(moment);
        throw;
    }
}

exit_code run_scenario(common_options const& common, scenario const& which, bench::options what) {
    what.scenario = which.name;
    bench::rig on{what};
    auto const measured = measure(on, which);
    json::object answer{{"scenario", what.scenario},
                        {"size", what.size},
                        {"connections", what.connections},
                        {"sync", what.url ? json::value{} : json::value(what.sync)},
                        {"window", what.window},
                        {"batch", what.batch},
                        {"keys", what.keys},
                        {"credit", what.credit}};
    for (auto const& [key, value] : measured)
        answer[key] = value;
    auto const data = on.own() == nullptr ? std::filesystem::path{} : on.own()->data();
    answer["machine"] = bench::describe_machine(data);
    answer["commit"] = commit();
    answer["broker"] = describe_broker(what, on.stats());
    show(common, std::move(answer));
    return exit_code::ok;
}

struct bench_arguments {
    bench::options what;
    std::string seconds;
    std::string directory;
};

void add_options(CLI::App& command, bench_arguments& into) {
    auto& what = into.what;
    constexpr std::uint32_t connections_max = 10'000;
    constexpr std::uint32_t window_max = 1'000'000;
    command.add_option("--size", what.size, "Bytes of a body")
        ->capture_default_str()
        ->type_name("BYTES");
    command.add_option("--count", what.count, "So many messages, without a warm-up")
        ->check(whole_number_between(1, UINT64_MAX))
        ->option_text("N");
    command.add_option("--seconds", into.seconds, "So long, after a warm-up of a second; 5")
        ->option_text("DURATION");
    set_range(
        command.add_option("--connections", what.connections, "Of producers, and of consumers")
            ->capture_default_str(),
        1,
        connections_max);
    command.add_option("--sync", what.sync, "Of the broker it starts; always if not given")
        ->capture_default_str()
        ->check(CLI::IsMember({"always", "interval", "never"}))
        ->option_text("always|interval|never");
    set_range(
        command.add_option("--window", what.window, "Unconfirmed publishes of one connection")
            ->capture_default_str(),
        1,
        window_max);
    set_range(command.add_option("--batch", what.batch, "Messages in one publish frame, at most")
                  ->capture_default_str(),
              1,
              window_max);
    set_range(command.add_option("--credit", what.credit, "Unsettled deliveries of one connection")
                  ->capture_default_str(),
              1,
              window_max);
    auto* const keys = command.add_option(
        "--keys",
        what.keys,
        "Different fairness keys of messages; 0: without one, or as many as the scenario says");
    set_range(keys->capture_default_str(), 0, window_max);
    command.add_option("--dir", into.directory, "Where its broker's data is put; TMPDIR");
}

void add_scenario(CLI::App& bench, invocation& in, scenario const& which) {
    auto arguments = std::make_shared<bench_arguments>();
    std::string const name{which.name};
    auto* command = bench.add_subcommand(name, std::string{which.what})->fallthrough();
    add_options(*command, *arguments);
    command->footer(examples({"peyk bench " + name,
                              "peyk bench " + name + " --size 1024 --sync interval -o json",
                              "peyk bench " + name + " --url peyk://127.0.0.1:7420"}));
    command->callback([&in, &which, arguments, &app = *bench.get_parent()] {
        in.run = [&in, &which, arguments, &app] {
            auto what = arguments->what;
            if (!arguments->seconds.empty()) {
                what.seconds =
                    std::chrono::duration<double>(parse_duration(arguments->seconds)).count();
            }
            what.directory = arguments->directory;
            // Not from the environment, which names the broker of daily work.
            if (app.get_option("--url")->count() > 0)
                what.url = in.options.url;
            return run_scenario(in.options, which, what);
        };
    });
}

} // namespace

void add_bench(CLI::App& app, invocation& in) {
    auto* bench = app.add_subcommand("bench", "Measure a broker: its own, or one named by --url")
                      ->require_subcommand(1);
    for (auto const& each : scenarios)
        add_scenario(*bench, in, each);
    bench->footer(examples({"peyk bench cycle", "peyk bench publish --connections 8 -o json"}));
}

} // namespace peyk::cli
