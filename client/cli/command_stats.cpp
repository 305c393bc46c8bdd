// `peyk task stats` and `peyk queue stats`.
#include "client/cli/command_entry.hpp"
#include "client/cli/figures.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_live.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours since_minutes{1}; // defaults
constexpr std::chrono::hours since_hours{24};
constexpr std::array<column, 11> stats_columns{{{"name", "NAME"},
                                                {"published", "PUBLISHED", true},
                                                {"delivered", "DELIVERED", true},
                                                {"succeeded", "SUCCEEDED", true},
                                                {"failed", "FAILED", true},
                                                {"retried", "RETRIED", true},
                                                {"revoked", "REVOKED", true},
                                                {"crashed", "LOST", true},
                                                {"rate", "DONE/S", true},
                                                {"waited", "WAIT 50/95/99"},
                                                {"ran", "RUN 50/95/99"}}};

struct stats_options {
    std::string name;
    std::string since;
    bool hours = false;
};

std::uint64_t done(statistics_sample const& of) {
    return of.succeeded + of.failed + of.retried;
}

double per_second(std::uint64_t count, std::chrono::milliseconds in) {
    return static_cast<double>(count) * 1'000 / static_cast<double>(in.count());
}

std::string three(quantiles const& of) {
    if (of.count == 0)
        return {};
    return short_time(of.p50) + ' ' + short_time(of.p95) + ' ' + short_time(of.p99);
}

// One row for people; `first` is what stands in front of it.
json::object
row(std::string const& first, statistics_sample const& of, std::chrono::milliseconds in) {
    return {{"name", first},
            {"published", of.published},
            {"delivered", of.delivered},
            {"succeeded", of.succeeded},
            {"failed", of.failed},
            {"retried", of.retried},
            {"revoked", of.revoked},
            {"crashed", of.crashed},
            {"rate", short_rate(per_second(done(of), in))},
            {"waited", three(of.waited)},
            {"ran", three(of.ran)}};
}

// With its name or its time in front, and the rates of its time.
json::object fields(std::string_view key,
                    std::string const& first,
                    statistics_sample const& of,
                    std::chrono::milliseconds in) {
    json::object made{{key, first}};
    auto rest = present(of);
    rest["published_per_s"] = per_second(of.published, in);
    rest["done_per_s"] = per_second(done(of), in);
    made.insert(rest.begin(), rest.end());
    return made;
}

struct asked {
    statistics_query query;
    std::chrono::milliseconds length; // of the whole
    std::chrono::milliseconds step;   // of a sample
};

asked ask(stats_options const& options, bool tasks) {
    asked what;
    what.length = options.hours ? since_hours : since_minutes;
    what.step = options.hours ? std::chrono::milliseconds{std::chrono::hours{1}}
                              : std::chrono::milliseconds{std::chrono::minutes{1}};
    take_duration(what.length, "--since", options.since, what.step);
    what.query = {.tasks = tasks,
                  .name = options.name,
                  .since = std::chrono::system_clock::now() - what.length,
                  .hours = options.hours};
    return what;
}

void print_all(common_options const& common,
               std::vector<statistics_series> const& all,
               std::chrono::milliseconds length) {
    json::array rows;
    for (auto const& each : all)
        rows.push_back(common.is_structured() ? fields("name", each.name, each.sum, length)
                                              : row(each.name, each.sum, length));
    print(common, rows, stats_columns);
}

// The last one is under way: its rates are those of the time it has had.
std::chrono::milliseconds length_of(statistics_sample const& of, asked const& what) {
    using std::chrono::milliseconds;
    auto const past = std::chrono::system_clock::now() - of.at;
    return std::clamp(
        std::chrono::floor<milliseconds>(past), milliseconds{std::chrono::seconds{1}}, what.step);
}

void print_one(common_options const& common, statistics_series const& one, asked const& what) {
    json::array rows;
    for (auto const& each : one.samples) {
        auto const at = format_time(each.at);
        auto const length = length_of(each, what);
        rows.push_back(common.is_structured() ? fields("at", at, each, length)
                                              : row(at, each, length));
    }
    if (common.is_structured()) {
        auto whole = fields("name", one.name, one.sum, what.length);
        whole["samples"] = std::move(rows);
        return print_value(common, whole);
    }
    rows.push_back(row("all", one.sum, what.length));
    print_table(rows, stats_columns);
}

exit_code stats(common_options const& common, stats_options const& options, bool tasks) {
    auto const what = ask(options, tasks);
    auto const found = admin{connect(common)}.statistics(what.query);
    if (options.name.empty()) {
        print_all(common, found, what.length);
        return exit_code::ok;
    }
    if (found.empty()) {
        throw failure{exit_code::unknown,
                      std::string{"nothing was counted of a "} + (tasks ? "task '" : "queue '") +
                          options.name + "' in that time; `peyk " + (tasks ? "task" : "queue") +
                          " stats` shows what was"};
    }
    print_one(common, found.front(), what);
    return exit_code::ok;
}

exit_code task_stats(common_options const& common, stats_options const& options) {
    return stats(common, options, true);
}

exit_code queue_stats_of(common_options const& common, stats_options const& options) {
    return stats(common, options, false);
}

void add_stats(CLI::App& noun,
               invocation& in,
               command_text const& text,
               exit_code (*work)(common_options const&, stats_options const&)) {
    auto const [command, options] = add_command(noun, in, text, work);
    command->add_option("name", options->name, "One: also minute by minute; else all, in sums");
    command->add_option("--since", options->since, "How far back; 1h, with --hours 24h")
        ->option_text("DURATION");
    command->add_flag("--hours", options->hours, "By the hour, kept 90 days; by the minute 48 h");
}

} // namespace

void add_task_stats(CLI::App& task, invocation& in) {
    add_stats(task,
              in,
              {"stats",
               "Counts, rates, and how long they waited and ran, by task",
               {"peyk task stats",
                "peyk task stats mail.send --since 15m",
                "peyk task stats --hours --since 7d -o json"}},
              task_stats);
}

void add_queue_stats(CLI::App& queue, invocation& in) {
    add_stats(queue,
              in,
              {"stats",
               "Counts, rates, and how long messages waited and ran, by queue",
               {"peyk queue stats", "peyk queue stats mail --hours --since 30d"}},
              queue_stats_of);
}

} // namespace peyk::cli
