#include "client/cli/help_topics.hpp"

#include "client/cli/exit_code.hpp"

#include <algorithm>
#include <sstream>

namespace peyk::cli {
namespace {

std::string exit_codes() {
    std::ostringstream out;
    print_exit_codes(out);
    return out.str();
}

std::string filters() {
    return R"(Filters:

A filter chooses messages by terms of which all must hold:

  peyk task ls queue:mail state:failed,dead after:-1h
  peyk task cancel 'task:mail.* error:"out of luck"' --dry-run
  peyk queue purge mail --filter 'task:mail.bulk before:-1d'

  queue:mail.*       in queues of such a name; * stands for any characters
  task:tasks.add     of tasks of such a name; a pattern too
  error:Timeout*     whose last error has such a type; a pattern too
  state:failed,dead  in one of these states
  tag:tenant=42      with such a tag; a pattern too
  worker:mail@*      that is with such a worker, or was ended by it; a pattern too
  after:-1h          published at or after; `peyk help times`
  before:-10m        published before
  root:ID            in the tree below this message
  parent:ID          published by the task of this message

Each key comes once. A value with spaces stands in double quotes, in which \" is a quote and \\ a
backslash; most shells want single quotes around such a filter.

States, in any case: scheduled, ready, leased, blocked, succeeded, failed, revoked and dead, which
are the broker's, or Celery's: pending (scheduled, ready, blocked), received and started (leased),
success (succeeded), failure (failed, dead). A filter cannot tell a message that is retried from
others that wait.

--filter takes the same in one text, for commands with a name of their own behind them. Options like
--queue and --state are the longer form; with a filter both must hold, and neither may say what the
other one says. --all chooses every message.
)";
}

std::string contexts() {
    return R"(Contexts:

A context is a named broker with what is said to it. They are kept in

  $XDG_CONFIG_HOME/peyk/contexts.yaml, else ~/.config/peyk/contexts.yaml

which only its owner may read:

  current: prod
  contexts:
    prod:
      url: peyk://broker.example:7420
      output: table

  peyk context set prod --url peyk://broker.example:7420
  peyk context use prod                  # where nothing else is said
  peyk context clear                     # none of them any more
  peyk --context prod queue ls           # for one command

The first that says something holds.

  address   --url, --context, PEYK_URL, PEYK_CONTEXT, the current context, peyk://127.0.0.1:7420
  output    --output; that of the context: --context, else PEYK_CONTEXT, else the current one; table

`peyk bench` measures a broker of its own whatever is said here, unless --url is given.
)";
}

std::string times() {
    return R"(Times:

  DURATION  10, 500ms, 1.5s, 5m, 2h, 1d; plain numbers are seconds
  TIME      2030-01-31T12:00 or with seconds and their fraction; in UTC, or with a zone behind it:
            2030-01-31T12:00:00.250+01:00, 2030-01-31T12:00Z
            or counted from now: now, 'in 10m', +10m, -1h, '1h ago'

Times are printed in UTC with milliseconds: 2030-01-31T12:00:00.000Z.
)";
}

std::string output() {
    return R"(Output:

  -o table  for people: aligned columns, or one field per line; nothing for what is not known
  -o json   for programs: one object or array on one line
  -o jsonl  the same, but one line for each row of a list
  -o yaml   the same values as YAML

The three for programs tell the same under the same names, which are stable: snake_case, units in
the name (journal_bytes, cpu_us), times in UTC as ISO 8601, null for what is not known. Lists that
go page by page are {"messages": [...], "next": cursor or null}; with jsonl only the messages are
printed, and the cursor is on standard error. `task tail` prints one value per event, `dead export`
one JSON object per line.

Errors are one sentence on standard error, whatever is printed.

Colours are for terminals: --color auto (as if nothing were said) leaves them out for a file, a pipe
and where NO_COLOR is set to anything; --color always and never decide.
)";
}

std::string limits() {
    return R"(Limits of the broker:

All that a broker takes has a limit, and what goes over it is refused with its name. They are set in
the file of the broker, in its section limits; `peyk-broker --config FILE --print-config` shows
those of a file. This is what the peyk-broker of this machine prints for itself:

)";
}

std::string values() {
    return R"(Values:

  DURATION   10, 500ms, 1.5s, 5m, 2h, 1d; plain numbers are seconds
  TIME       2030-01-31T12:00:00Z, with +01:00 instead of Z, or counted from now:
             now, 'in 10m', -1h, '1h ago'; `peyk help times`
  RATE       of a limit, so many in so long: 10/m, 5/s, 0.5/s, 100/h, 3/d; none: no limit
  SIZE       bytes: 1000, 64k, 10M, 2G; steps of 1024
  PATTERN    a name in which * stands for any characters: 'mail.*'
  FILTER     queue:mail state:failed after:-1h; `peyk help filters`
  ID         as `peyk call` prints it: 0190a5f3-7c1e-7b3a-8f00-0123456789ab
  arguments  JSON where they parse as JSON, else strings; name=value is a named one

Messages are chosen by ids, or by a filter and options of which all must hold: --queue, --task,
--error, --state, --parent, --root, --after, --before; --all chooses every message. --dry-run counts
them.
)";
}

std::string environment() {
    return R"(Environment:

  PEYK_URL         address of the broker, as --url; several with commas between them
  PEYK_CONTEXT     a named broker, as --context; `peyk help contexts`
  XDG_CONFIG_HOME  where peyk/contexts.yaml is; ~/.config if not set
  NO_COLOR         set to anything: no colours, unless --color always asks for them
  TMPDIR           where `peyk bench` puts the data of its broker
  PATH             where peyk-broker is looked for, if it is not next to peyk
)";
}

} // namespace

std::vector<help_topic> const& help_topics() {
    static std::vector<help_topic> const all{
        {"exit-codes", "how every command ends", exit_codes},
        {"filters", "the language that chooses messages", filters},
        {"contexts", "named brokers", contexts},
        {"times", "how durations and times are written", times},
        {"output", "table, json, yaml, jsonl and colours", output},
        {"limits-of-the-broker", "as the broker prints them", limits, true},
        {"values", "what options take", values},
        {"environment", "variables that are read", environment}};
    return all;
}

help_topic const* find_topic(std::string_view name) {
    auto const& all = help_topics();
    auto const found = std::ranges::find(all, name, &help_topic::name);
    return found == all.end() ? nullptr : &*found;
}

std::string topic_names(std::string_view between) {
    std::string names;
    for (auto const& each : help_topics())
        names.append(names.empty() ? "" : between).append(each.name);
    return names;
}

} // namespace peyk::cli
