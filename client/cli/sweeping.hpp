#pragma once
// Changes to many messages: by their ids, or by a sweep of the broker that goes on without us.

#include "client/cli/invocation.hpp"
#include "client/cli/selector_options.hpp"
#include <peyk/sweep.hpp>

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace peyk::cli {

// How carefully.
struct sweep_options {
    std::string rate;
    bool dry_run = false;
    bool yes = false;
};

// Which messages: ids, or a selector, or --all.
struct target_options {
    std::vector<std::string> words = {}; // ids, or terms of a filter
    selector_options which = {};
    bool all = false;
    sweep_options sweep = {};
};

void add_sweep_options(CLI::App& command, sweep_options& into);
// --yes, of those that ask.
void add_yes_option(CLI::App& command, sweep_options& into);
void add_target_options(CLI::App& command,
                        target_options& into,
                        std::initializer_list<selector_part> without = {});

// The words of one change.
struct change_words {
    std::string verb;  // "cancel"
    std::string done;  // "cancelled"
    bool asks = false; // before a sweep does it
};

// What it does by ids: one error for each.
using change_by_id = std::function<std::vector<error_code>(client&, std::vector<message_id>)>;

// Changes what the options say, and prints what became of it. `what.which` has the part of the
// selector that the command itself says.
exit_code change(common_options const& common,
                 target_options const& target,
                 peyk::sweep what,
                 change_words const& words,
                 change_by_id const& by_id);

// The same by a sweep alone, whose selector is complete.
exit_code change(common_options const& common,
                 sweep_options const& options,
                 peyk::sweep what,
                 change_words const& words);

// Runs a sweep to its end under a progress bar. Throws failure(interrupted) at Ctrl-C: it goes on.
sweep_state run_sweep(common_options const& common, peyk::sweep what, std::string const& caption);

} // namespace peyk::cli
