#include "client/cli/command_entry.hpp"
#include "client/cli/message_options.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_admin.hpp"
#include "client/cli/task_call.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

constexpr choice<misfire> misfires[] = {
    {"run-once", misfire::run_once}, {"skip", misfire::skip}, {"run-all", misfire::run_all}};
constexpr choice<overlap> overlaps[] = {{"allow", overlap::allow},
                                        {"skip", overlap::skip},
                                        {"queue", overlap::queue},
                                        {"replace", overlap::replace}};

struct set_options {
    std::string name;
    std::string cron;
    std::string every;
    std::string zone;
    std::string start;
    std::string end;
    std::string jitter;
    std::string misfire;
    std::string overlap;
    std::string expires;
    bool paused = false;
    task_call what;
    envelope_options envelope;
    retry_options retries;
};

schedule make_schedule(set_options const& options) {
    if (options.cron.empty() == options.every.empty())
        throw failure{exit_code::usage, "give --cron '0 3 * * *' or --every 10m"};
    if (!options.zone.empty() && options.cron.empty())
        throw failure{exit_code::usage, "--zone goes with --cron"};
    auto const now = std::chrono::system_clock::now();
    schedule made;
    made.name = options.name;
    made.cron = options.cron;
    made.zone = options.zone;
    take_duration(made.every, "--every", options.every, std::chrono::seconds{1});
    if (!options.start.empty())
        made.start = parse_moment(options.start, now);
    if (!options.end.empty())
        made.end = parse_moment(options.end, now);
    take_duration(made.jitter, "--jitter", options.jitter, std::chrono::milliseconds{0});
    if (!options.misfire.empty())
        made.misfire = choose(misfires, options.misfire, "--misfire");
    if (!options.overlap.empty())
        made.overlap = choose(overlaps, options.overlap, "--overlap");
    take_duration(made.expires_after, "--expires", options.expires);
    made.paused = options.paused;
    made.message = make_message(options.what);
    apply(options.envelope, made.message);
    apply(options.retries, made.message);
    return made;
}

exit_code set(common_options const& common, set_options const& options) {
    auto const made = make_schedule(options);
    admin const broker{connect(common)};
    broker.set_schedule(made);
    auto const now = broker.schedule(made.name);
    if (common.is_structured()) {
        print_value(common, present(now));
        return exit_code::ok;
    }
    print_line(
        made.name + ": " + when(made) +
        (now.next.empty() ? ", no slot is to come" : ", next at " + format_time(now.next.front())));
    return exit_code::ok;
}

void add_when(CLI::App& command, set_options& into) {
    option_group when{command, "When"};
    when.add("--cron",
             into.cron,
             "Five fields, six with seconds first, or @daily and the like",
             "'0 3 * * mon-fri'");
    when.add("--every", into.every, "Instead: start, start + so long, ...", "DURATION");
    when.add(
        "--zone", into.zone, "Of the tz database, for --cron; UTC if not given", "Europe/Berlin");
    when.add("--start", into.start, "No slot before; now if not given", "TIME");
    when.add("--end", into.end, "No slot at or after", "TIME");
    when.add(
        "--jitter", into.jitter, "Each message comes up to so much later, at random", "DURATION");
    when.add("--misfire",
             into.misfire,
             "What becomes of slots the broker missed; run-once",
             "run-once|skip|run-all");
    when.add("--overlap",
             into.overlap,
             "What happens while an earlier one has not ended; allow",
             "allow|skip|queue|replace");
    when.add("--expires", into.expires, "Each message expires so long after its slot", "DURATION");
    command.add_flag("--paused", into.paused, "Fires not until it is resumed")->group("When");
}

} // namespace

void add_cron_set(CLI::App& cron, invocation& in) {
    auto const [command, options] = add_command(
        cron,
        in,
        {"set",
         "Make or replace one",
         {"peyk cron set nightly-report --cron '0 3 * * *' --zone Europe/Berlin --task "
          "report.build "
          "--args 2030 full=true",
          "peyk cron set poll --every 10s --task feed.poll --overlap skip --expires 10s",
          "peyk cron set month-end --cron '@monthly' --task books.close --misfire run-all"}},
        set);
    command->add_option("name", options->name, "Name of the schedule")->required();
    command->add_option("--task", options->what.task, "Name of the task")
        ->required()
        ->option_text("NAME");
    command->add_option(
        "--args", options->what.arguments, "As the arguments of `peyk call`, name=value too");
    command->add_option("--queue,-q", options->what.queue, "Queue")->capture_default_str();
    add_envelope_options(*command, options->envelope);
    add_when(*command, *options);
    add_retry_options(*command, options->retries);
}

} // namespace peyk::cli
