#include "client/cli/command_entry.hpp"
#include "client/cli/live_run.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_live.hpp"

#include <boost/json.hpp>

#include <array>
#include <iostream>

namespace peyk::cli {
namespace {

constexpr unsigned last_kind = static_cast<unsigned>(event_kind::worker_offline);

struct events_options {
    std::vector<std::string> kinds;
    event_filter filter;
    std::uint64_t count = 0; // 0: until interrupted
};

std::vector<event_kind> parse_kinds(std::vector<std::string> const& names) {
    std::vector<event_kind> kinds;
    for (auto const& name : names) {
        auto const kind = parse_event_kind(name);
        if (!kind) {
            std::string legal;
            for (unsigned each = 0; each <= last_kind; ++each)
                legal.append(each == 0 ? "" : ", ")
                    .append(to_string(static_cast<event_kind>(each)));
            refuse_choice(name, "--kind", legal);
        }
        kinds.push_back(*kind);
    }
    return kinds;
}

class event_output {
public:
    event_output(common_options const& common, std::uint64_t count)
        : run_(common), common_(common), left_(count) {}

    exit_code go(event_filter filter) {
        return run_.run([this, filter = std::move(filter)] {
            listener_ = run_.broker().listen(filter);
            next();
        });
    }

private:
    void next() {
        listener_.async_next([this](error_code error, event const& what) {
            if (error)
                return run_.fail(error);
            print(what);
            // A reader that went away, or a full disk.
            if (!std::cout.flush())
                return run_.end(exit_code::internal);
            if (left_ != 0 && --left_ == 0)
                return run_.end(exit_code::ok);
            next();
        });
    }
    void print(event const& what) const {
        if (common_.is_structured())
            return print_one_of_many(common_, present(what));
        if (what.missed != 0)
            print_line("-- " + std::to_string(what.missed) + " events were missed here --");
        print_line(event_line(what));
    }

    live_run run_;
    event_listener listener_;
    common_options const& common_;
    std::uint64_t left_;
};

exit_code events(common_options const& common, events_options const& options) {
    auto filter = options.filter;
    filter.kinds = parse_kinds(options.kinds);
    return event_output{common, options.count}.go(std::move(filter));
}

} // namespace

void add_events(CLI::App& app, invocation& in) {
    auto const [command, options] =
        add_command(app,
                    in,
                    {"events",
                     "What happens, as it happens; JSON is one object per line",
                     {"peyk events --kind task-failed,task-retried",
                      "peyk events --queue mail --task 'mail.*' -o json",
                      "peyk events --after 1099511627780 --count 100"}},
                    events);
    option_group which{*command, "Which events"};
    command->add_option("--kind,-k", options->kinds, "task-failed, worker-online, ...")
        ->delimiter(',')
        ->group("Which events")
        ->option_text("KIND,...");
    which.add("--queue,-q", options->filter.queue, "Of queues of this name", "PATTERN");
    which.add("--task", options->filter.task, "Of tasks of this name", "PATTERN");
    which.add("--worker,-w",
              options->filter.worker,
              "Of workers of this name; of publishers for task-sent",
              "PATTERN");
    command
        ->add_option(
            "--after", options->filter.after, "Those behind this `sequence`; else from now on")
        ->option_text("N");
    command->add_option("--count,-n", options->count, "End after so many; else at Ctrl-C")
        ->check(whole_number_between(1, UINT64_MAX))
        ->option_text("N");
}

} // namespace peyk::cli
