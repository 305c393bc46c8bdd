#include "client/cli/sweeping.hpp"

#include "client/cli/confirm.hpp"
#include "client/cli/interrupt.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_admin.hpp"
#include "client/cli/progress.hpp"
#include "client/cli/value.hpp"
#include <peyk/admin.hpp>
#include <peyk/refusal_words.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <mutex>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds glance{50}; // at Ctrl-C and at the bar

// What the client's thread last heard of a sweep.
class latest {
public:
    void set(sweep_state const& now) {
        std::lock_guard const lock{mutex_};
        state_ = now;
    }
    [[nodiscard]] sweep_state get() const {
        std::lock_guard const lock{mutex_};
        return state_;
    }

private:
    mutable std::mutex mutex_;
    sweep_state state_;
};

// A plain future would lose the broker's words.
void tell(std::promise<sweep_state>& outcome, error_code why, sweep_state const& last) {
    if (!why)
        return outcome.set_value(last);
    try {
        auto const words = current_refusal();
        throw_error(why, words.text, words.limit);
    } catch (error const&) {
        outcome.set_exception(std::current_exception());
    }
}

std::string messages(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " message" : " messages");
}

exit_code change_ids(common_options const& common,
                     std::vector<message_id> const& ids,
                     change_words const& words,
                     change_by_id const& by_id) {
    auto broker = connect(common);
    auto const answers = by_id(broker, ids);
    auto key = words.done;
    std::ranges::replace(key, ' ', '_');
    json::array rows;
    auto worst = exit_code::ok;
    for (std::size_t at = 0; at < ids.size(); ++at) {
        auto const answer = at < answers.size() ? answers[at] : make_error_code(errc::closed);
        worst = std::max(worst, exit_code_of(answer));
        rows.push_back({{"id", ids[at].to_string()},
                        {key, !answer},
                        {"reason", answer ? json::value(answer.message()) : json::value{}}});
    }
    auto heading = words.done;
    std::ranges::transform(heading, heading.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    std::array<column, 3> const columns{{{"id", "ID"}, {key, heading}, {"reason", "REASON"}}};
    print(common, rows, columns);
    return worst;
}

[[noreturn]] void goes_on(std::uint64_t id, exit_code code, std::string const& why) {
    auto const number = std::to_string(id);
    throw failure{code,
                  why + ": sweep " + number + " goes on in the broker; `peyk sweep ls` shows it, " +
                      "`peyk sweep stop " + number + "` stops it"};
}

} // namespace

void add_sweep_options(CLI::App& command, sweep_options& into) {
    command.add_option("--rate", into.rate, "At most so many each second")->option_text("50/s");
    command.add_flag("--dry-run", into.dry_run, "Only count them");
}

void add_yes_option(CLI::App& command, sweep_options& into) {
    command.add_flag("--yes,-y", into.yes, "Do not ask");
}

void add_target_options(CLI::App& command,
                        target_options& into,
                        std::initializer_list<selector_part> without) {
    command
        .add_option("id",
                    into.words,
                    "Message ids, or terms of a filter: queue:mail after:-1h; `peyk help filters`")
        ->option_text("ID|TERM ...");
    add_selector_options(command, into.which, without);
    command.add_flag("--all", into.all, "All of them")->group("Which messages");
    add_sweep_options(command, into.sweep);
}

sweep_state run_sweep(common_options const& common, peyk::sweep what, std::string const& caption) {
    admin const broker{connect(common)};
    interrupt const ctrl_c;
    auto const heard = std::make_shared<latest>();
    progress bar{caption, 0};
    auto const outcome = std::make_shared<std::promise<sweep_state>>();
    auto ended = outcome->get_future();
    broker.async_sweep(
        std::move(what),
        [heard](sweep_state const& now) { heard->set(now); },
        [outcome](error_code why, sweep_state const& last) { tell(*outcome, why, last); });
    while (ended.wait_for(glance) != std::future_status::ready) {
        auto const now = heard->get();
        if (ctrl_c.raised() && now.id != 0)
            goes_on(now.id, exit_code::interrupted, "interrupted");
        if (ctrl_c.raised())
            throw failure{exit_code::interrupted, "interrupted; `peyk sweep ls` shows if it began"};
        bar.show(now.visited, now.known);
    }
    try {
        return ended.get();
    } catch (error const& failed) {
        if (failed.code() == errc::unreachable && heard->get().id != 0)
            goes_on(heard->get().id, exit_code::unreachable, "the broker is gone");
        throw;
    }
}

exit_code change(common_options const& common,
                 sweep_options const& options,
                 peyk::sweep what,
                 change_words const& words) {
    if (!options.rate.empty())
        what.rate_per_s = parse_rate(options.rate);
    if (words.asks && !options.yes && !options.dry_run) {
        auto count = what;
        count.dry_run = true;
        auto const counted = run_sweep(common, std::move(count), "counting");
        confirm(words.verb + " " + messages(counted.matched), false);
    }
    what.dry_run = options.dry_run;
    auto const ended = run_sweep(common, what, words.done);
    if (common.is_structured())
        print_value(common, present(ended));
    else if (options.dry_run)
        print_line("would " + words.verb + " " + messages(ended.matched));
    else
        print_line(messages(ended.changed) + " " + words.done + (ended.stopped ? "; stopped" : ""));
    return exit_code::ok;
}

exit_code change(common_options const& common,
                 target_options const& target,
                 peyk::sweep what,
                 change_words const& words,
                 change_by_id const& by_id) {
    auto selected = target.which;
    std::vector<std::string> ids;
    for (auto const& word : target.words) {
        bool const is_term = word.find(':') != std::string::npos; // which no id has
        (is_term ? selected.terms : ids).push_back(word);
    }
    bool const by_selector = target.all || !selected.is_empty();
    if (ids.empty() && !by_selector) {
        throw failure{exit_code::usage,
                      "say which to " + words.verb +
                          ": ids, a filter like queue:mail, options like --queue, or --all; "
                          "`--help` lists them"};
    }
    if (!ids.empty()) {
        if (by_selector || target.sweep.dry_run || !target.sweep.rate.empty()) {
            throw failure{exit_code::usage,
                          "give ids, or choose by a filter or options, not both; --rate and "
                          "--dry-run go with the latter"};
        }
        return change_ids(common, parse_ids(ids), words, by_id);
    }
    auto const own = std::move(what.which);
    what.which = make_selector(selected, std::chrono::system_clock::now());
    if (!own.queue.empty())
        what.which.queue = own.queue;
    if (!own.states.empty())
        what.which.states = own.states;
    return change(common, target.sweep, std::move(what), words);
}

} // namespace peyk::cli
