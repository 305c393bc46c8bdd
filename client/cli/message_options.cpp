#include "client/cli/message_options.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/message_words.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/value.hpp"
#include <peyk/task_options.hpp>

#include <CLI/CLI.hpp>

namespace peyk::cli {
namespace {

constexpr std::chrono::milliseconds none{0};

void add_time_options(CLI::App& command, time_options& into) {
    option_group times{command, "Times"};
    times.add(
        "--countdown", into.countdown, "Not before this time from now: 10, 500ms, 5m", "DURATION");
    times.add("--eta", into.eta, "Not before: 2030-01-31T12:00:00Z, 'in 10m'", "TIME");
    times.add("--expires",
              into.expires,
              "Never at or after this time: a duration from now, or a time",
              "DURATION|TIME");
}

void add_unique_options(CLI::App& command, unique_options& into) {
    option_group keys{command, "Uniqueness"};
    keys.add("--unique", into.key, "At most one message with this key at a time", "KEY");
    keys.add("--unique-until",
             into.until,
             "How long the key is taken; finish if not given",
             "finish|start|ttl");
    keys.add("--unique-ttl",
             into.ttl,
             "Taken so long, whatever becomes of it; means --unique-until ttl",
             "DURATION");
    keys.add("--on-conflict",
             into.on_conflict,
             "What happens when the key is taken; reject",
             "reject|return|replace|keep-last");
    keys.add("--debounce",
             into.debounce,
             "Runs when no other with the key came for so long; the last one wins",
             "DURATION");
}

void apply(time_options const& options, message& to) {
    auto const now = std::chrono::system_clock::now();
    take_duration(to.countdown, "--countdown", options.countdown, none);
    if (!options.eta.empty())
        to.eta = parse_moment(options.eta, now);
    // A date begins with four digits and a hyphen, which no duration does.
    if (options.expires.find_first_of("- ") != std::string::npos)
        to.expires_at = parse_moment(options.expires, now);
    else
        take_duration(to.expires, "--expires", options.expires);
}

void debounced(unique_options const& options, message& to) {
    if (!options.until.empty() || !options.ttl.empty() || !options.on_conflict.empty() ||
        to.countdown || to.eta) {
        throw failure{exit_code::usage,
                      "--debounce decides when it runs and what happens to the key; leave out "
                      "--countdown, --eta, --unique-until, --unique-ttl and --on-conflict"};
    }
    std::chrono::milliseconds window{};
    take_duration(window, "--debounce", options.debounce);
    auto const call = debounce(options.key, window);
    to.unique = call.unique;
    to.countdown = call.countdown;
}

void apply(unique_options const& options, message& to) {
    if (options.key.empty()) {
        if (options.until.empty() && options.ttl.empty() && options.on_conflict.empty() &&
            options.debounce.empty())
            return;
        throw failure{exit_code::usage,
                      "--unique-until, --unique-ttl, --on-conflict and --debounce need the key: "
                      "--unique KEY"};
    }
    if (!options.debounce.empty())
        return debounced(options, to);
    auto& unique = to.unique.emplace();
    unique.key = options.key;
    if (!options.ttl.empty()) {
        unique.until = unique_until::ttl;
        take_seconds(unique.ttl, "--unique-ttl", options.ttl);
    }
    if (!options.until.empty())
        unique.until = choose(untils, options.until, "--unique-until");
    if ((unique.until == unique_until::ttl) != (unique.ttl.count() > 0))
        throw failure{exit_code::usage, "--unique-until ttl and --unique-ttl go together"};
    if (!options.on_conflict.empty())
        unique.on_conflict = choose(conflicts, options.on_conflict, "--on-conflict");
}

} // namespace

void add_envelope_options(CLI::App& command, envelope_options& into) {
    command.add_option("--priority", into.priority, "Higher is sooner; 4 if not given")
        ->check(whole_number_between(0, 255))
        ->option_text("0-255");
    command.add_option("--header", into.headers, "Carried along; may be given several times")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false);
}

void add_retry_options(CLI::App& command, retry_options& into) {
    option_group retries{command, "Retries"};
    retries.add("--max-retries",
                into.max_retries,
                "Runs after the first that fails; with another option of retries, 3",
                "N");
    retries.add("--backoff",
                into.backoff,
                "How the delay grows; exponential if not given",
                "exponential|fixed|linear|polynomial|list");
    retries.add("--delay", into.delay, "The first delay; 5s if not given", "DURATION");
    retries.add("--factor", into.factor, "Of exponential and polynomial; 2 if not given", "NUMBER")
        ->check(number_between(0.01, 655));
    retries.add("--max-delay", into.max_delay, "No delay is longer; 10m if not given", "DURATION");
    retries.add("--delays",
                into.delays,
                "Each delay, the last one again and again; means --backoff list",
                "1s,5s,1m");
    retries.add("--retry-jitter",
                into.jitter,
                "How much of the delay is random; equal if not given",
                "equal|none|full");
    retries.add("--max-age", into.max_age, "Not retried when older than this", "DURATION");
    retries.add("--max-crashes",
                into.max_crashes,
                "Workers it may take down, then it is a dead letter",
                "N");
}

void add_message_options(CLI::App& command, message_options& into) {
    add_envelope_options(command, into.envelope);
    add_time_options(command, into.times);
    add_retry_options(command, into.retries);
    add_unique_options(command, into.unique);
    add_key_options(command, into.keys);
}

void apply(envelope_options const& options, message& to) {
    if (options.priority)
        to.priority = static_cast<std::uint8_t>(*options.priority);
    for (auto const& header : options.headers)
        to.content.headers.insert(parse_pair(header));
}

void apply(retry_options const& options, message& to) {
    retry_policy policy;
    if (options.max_retries)
        policy.max_retries = *options.max_retries;
    if (!options.delays.empty()) {
        policy.backoff = backoff::list;
        policy.delays = parse_durations("--delays", options.delays, short_duration_max);
    }
    if (!options.backoff.empty())
        policy.backoff = choose(backoffs, options.backoff, "--backoff");
    if ((policy.backoff == backoff::list) == policy.delays.empty())
        throw failure{exit_code::usage, "--backoff list and --delays 1s,5s,1m go together"};
    take_duration(policy.base, "--delay", options.delay, none, short_duration_max);
    if (options.factor)
        policy.factor = *options.factor;
    take_duration(policy.max,
                  "--max-delay",
                  options.max_delay,
                  std::chrono::milliseconds{1},
                  short_duration_max);
    if (!options.jitter.empty())
        policy.jitter = choose(jitters, options.jitter, "--retry-jitter");
    take_seconds(policy.max_age, "--max-age", options.max_age);
    bool const given = options.max_retries || policy != retry_policy{} || !options.backoff.empty();
    if (given)
        to.retry = std::move(policy);
    if (options.max_crashes)
        to.max_crashes = *options.max_crashes;
}

void apply(message_options const& options, message& to) {
    apply(options.envelope, to);
    apply(options.times, to);
    apply(options.retries, to);
    apply(options.unique, to);
    apply(options.keys, to);
}

} // namespace peyk::cli
