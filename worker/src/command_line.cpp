#include "worker/src/command_line.hpp"

#include "worker/src/settings.hpp"
#include "worker/src/worker_config.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iostream>
#include <map>
#include <string_view>
#include <utility>

namespace peyk::worker_detail {
namespace {

constexpr int exit_usage = 2; // the command line makes no sense

// An option of the command line that is a setting.
struct setting_option {
    char const* flags;
    char const* key;
    char const* value; // what the help calls it
    char const* help;
};

constexpr setting_option setting_options[] = {
    {"-u,--url", "url", "URL", "Broker; several with commas between [peyk://127.0.0.1:7420]"},
    {"-P,--pool",
     "pool",
     "POOLS",
     "solo: one task at a time; threads: many at once; prefork: in processes of their own; async: "
     "coroutines; several: threads:8,async:1000 [threads]"},
    {"-c,--concurrency", "concurrency", "N", "Tasks at once [one per core; async: 1000]"},
    {"--autoscale", "autoscale", "MAX,MIN", "Tasks at once as there is work, within these bounds"},
    {"--max-tasks-per-child",
     "child_tasks_max",
     "N",
     "prefork: a fresh process after so many tasks; 0: never [0]"},
    {"--max-memory-per-child",
     "child_memory_mb_max",
     "MIB",
     "prefork: a fresh process after a task that left it larger; 0: never [0]"},
    {"--max-age-per-child",
     "child_age_max_s",
     "SECONDS",
     "prefork: a fresh process after this time; 0: never [0]"},
    {"-Q,--queues", "queues", "NAMES", "Queues to take from, commas between [default]"},
    {"--labels",
     "labels",
     "LABELS",
     "What messages may require of their worker: gpu=a100,region=eu [none]"},
    {"-l,--loglevel",
     "log_level",
     "LEVEL",
     "trace, debug, info, warning, error, critical or off [info]"},
    {"--log-format", "log_format", "FORMAT", "text or json [text]"},
    {"-n,--name", "name", "NAME", "What people see this worker as [PROGRAM@HOST:PID]"},
    {"--prefetch", "prefetch", "N", "Messages held beyond those that run [0]"},
};

// Options in seconds of settings in milliseconds.
constexpr setting_option second_options[] = {
    {"--drain-timeout",
     "drain_timeout_ms",
     "SECONDS",
     "How long a shutdown waits for running tasks; 0: as long as it takes [30]"},
    {"--interrupt-timeout",
     "interrupt_timeout_ms",
     "SECONDS",
     "How long tasks that are then asked to stop may take to do so [5]"},
    {"--soft-time-limit",
     "soft_time_limit_ms",
     "SECONDS",
     "Then a task is asked to stop, unless it has a limit of its own; 0: never [0]"},
    {"--time-limit",
     "time_limit_ms",
     "SECONDS",
     "Then an attempt has failed, unless it has a limit of its own; 0: never [0]"},
};

std::string long_name(setting_option const& of) {
    std::string const flags{of.flags};
    return flags.substr(flags.find("--"));
}

std::string seconds_as_ms(std::string const& option, std::string const& text) {
    double seconds = 0;
    if (!CLI::detail::lexical_cast(text, seconds) || !(seconds >= 0))
        throw CLI::ValidationError(option, "\"" + text + "\" is no number of seconds");
    return std::to_string(std::llround(seconds * 1'000));
}

class parser {
public:
    parser(std::string const& program, worker_options defaults)
        : defaults_(std::move(defaults)), program_(program),
          all_("Runs the tasks of this program, taken from a Peyk broker.", program) {
        all_.require_subcommand(1);
        all_.footer("Examples:\n  " + program +
                    " worker --pool=threads --concurrency=8 "
                    "--queues=default,lopri --loglevel=info\n  " +
                    program + " worker --pool=solo --url peyk://broker:7420\n  " + program +
                    " tasks\n");
        worker_ = all_.add_subcommand("worker",
                                      "Run tasks until SIGTERM or SIGINT; the first one "
                                      "finishes what runs, the second one hands it back");
        tasks_ = all_.add_subcommand("tasks", "List the registered tasks");
        for (auto* each : {&all_, worker_})
            each->set_version_flag("--version", "peyk " PEYK_VERSION, "Version of Peyk, and end");
        for (auto const& each : setting_options)
            worker_
                ->add_option_function<std::string>(
                    each.flags,
                    [this, &each](std::string const& value) { take(each, value); },
                    each.help)
                ->type_name(each.value);
        for (auto const& each : second_options)
            worker_
                ->add_option_function<std::string>(
                    each.flags,
                    [this, &each](std::string const& value) {
                        take(each, seconds_as_ms(long_name(each), value));
                    },
                    each.help)
                ->type_name(each.value);
        worker_->add_option("--config", file_, "A file like config/worker.yaml")->type_name("FILE");
        worker_->footer(
            "Every option but --config may also be given as an environment variable, "
            "PEYK_ and the key of\nworker.yaml in capitals: PEYK_URL, PEYK_CONCURRENCY, "
            "... The command line wins over the\nenvironment, and that over the file.");
    }

    command_line read(int argc, char const* const* argv) {
        try {
            all_.parse(argc, argv);
        } catch (CLI::ParseError const& e) {
            auto const status = e.get_exit_code() == 0 ? all_.exit(e) : refuse(e);
            return {.what = command_line::action::none, .status = status, .options = {}};
        }
        if (*tasks_)
            return {.what = command_line::action::list_tasks, .status = 0, .options = {}};
        return {.what = command_line::action::run_worker, .status = 0, .options = combined()};
    }

private:
    // Checked when it is met, so that the message names the option; kept to be applied last.
    void take(setting_option const& what, std::string const& value) {
        try {
            worker_options scratch;
            apply_setting(scratch, what.key, value);
            // A file has 0 for the default, which may be a thousand; who says it here wants none.
            if (std::string_view{what.key} == "concurrency" && scratch.concurrency == 0)
                throw std::invalid_argument("a worker runs one task at once, or more; leave it "
                                            "out for the default");
        } catch (std::invalid_argument const& e) {
            throw CLI::ValidationError(long_name(what), e.what());
        }
        given_[what.key] = value;
    }

    worker_options combined() const {
        auto options = defaults_;
        if (!file_.empty())
            read_config_file(options, file_);
        read_environment(options, process_environment());
        for (auto const& [key, value] : given_)
            apply_setting(options, key, value);
        return options;
    }

    // As any other mistake is told: see app::main().
    int refuse(CLI::ParseError const& e) const {
        std::cerr << program_ << ": " << e.what() << "; --help lists what there is\n";
        return exit_usage;
    }

    worker_options defaults_;
    std::string program_;
    CLI::App all_;
    CLI::App* worker_ = nullptr;
    CLI::App* tasks_ = nullptr;
    std::string file_;
    std::map<std::string, std::string> given_;
};

} // namespace

command_line read_command_line(std::string const& program,
                               int argc,
                               char const* const* argv,
                               worker_options defaults) {
    return parser{program, std::move(defaults)}.read(argc, argv);
}

} // namespace peyk::worker_detail
