#include "worker/program/program_words.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace peyk::program {
namespace {

// The value of an option in any of the forms -A FILE, -AFILE, --module FILE, --module=FILE.
class option_reader {
public:
    explicit option_reader(std::vector<std::string> const& words) : words_(words) {}

    [[nodiscard]] bool more() const { return at_ < words_.size(); }
    [[nodiscard]] std::string const& word() const { return words_[at_]; }
    void skip() { ++at_; }

    // Nothing: it is another word.
    std::optional<std::string> value_of(std::string_view option) {
        auto const& text = word();
        if (!text.starts_with(option))
            return std::nullopt;
        bool const is_long = option.starts_with("--");
        auto value = text.substr(option.size());
        if (value.empty()) {
            if (at_ + 1 == words_.size())
                throw std::invalid_argument(std::string{option} + " needs a value");
            at_ += 2;
            return words_[at_ - 1];
        }
        if (is_long && value.front() != '=')
            return std::nullopt;
        ++at_;
        return is_long ? value.substr(1) : value;
    }

private:
    std::vector<std::string> const& words_;
    std::size_t at_ = 0;
};

void add(std::vector<std::string>& to, std::string value, char const* what) {
    if (value.empty())
        throw std::invalid_argument(std::string{what} + " must not be empty");
    to.push_back(std::move(value));
}

} // namespace

program_words read_words(std::vector<std::string> const& words) {
    program_words told;
    option_reader from{words};
    while (from.more()) {
        if (auto value = from.value_of("--module"))
            add(told.modules, std::move(*value), "--module");
        else if (auto file = from.value_of("-A"))
            add(told.modules, std::move(*file), "-A");
        else if (auto command = from.value_of("--exec"))
            add(told.commands, std::move(*command), "--exec");
        else {
            told.help = told.help || from.word() == "--help" || from.word() == "-h";
            told.version = told.version || from.word() == "--version";
            if (from.word() == "--bench-tasks")
                told.bench = true;
            else
                told.rest.push_back(from.word());
            from.skip();
        }
    }
    if (told.rest.empty() || (told.rest.front() != "worker" && told.rest.front() != "tasks"))
        told.rest.insert(told.rest.begin(), "worker");
    return told;
}

std::string help_text() {
    return R"(Runs any program, or the functions of a shared library, as tasks of a Peyk broker.

Usage: peyk-worker [-A FILE]... [--exec TASK=COMMAND]... [tasks] [OPTIONS]

  -A, --module FILE      A shared library with tasks, see <peyk/module.hpp>; several times
  --exec TASK=COMMAND    A command that is run for each message of the task; several times
  tasks                  List the tasks and end

Examples:
  peyk-worker -A ./libtasks.so --pool=solo --loglevel=info
  peyk-worker --exec 'tasks.resize=./resize.sh {0} {width}' --concurrency=4
  peyk worker --exec 'mail.send=sendmail -t' --queues=mail

A command is split into words as a shell does it, with quotes; there is no shell, so no $, | or *:
use sh -c '...'. {0} is the first argument, {name} a named one, {{ a brace. Text stands there as it
is, anything else as JSON; one argument never becomes two words. Put -- before those that may begin
with a hyphen.

  standard input     {"args":[...],"kwargs":{...}}
  standard output    the result: JSON if it is JSON, else a string; 4 MiB
  standard error     the log of the message
  descriptor 3       progress, one line each: "done total text"
  environment        PEYK_TASK_ID, PEYK_TASK_NAME, PEYK_ATTEMPT, PEYK_QUEUE
  exit code          0: done; 65: failed for good; 75: again in a minute; any other, or a signal:
                     failed (peyk::exit_status), with the last lines of standard error
  signals            SIGTERM: it is asked to stop (cancelled, soft time limit, shutdown);
                     SIGKILL: its time limit is over, or it is terminated

The signals go to its process group. Commands run in the pool async, as many at once as there are
cores; with -A it is the pool threads. --pool and --concurrency say otherwise.

Everything else is said to any worker:

)";
}

} // namespace peyk::program
