#include "client/cli/command_entry.hpp"
#include "client/cli/hold_commands.hpp"
#include "client/cli/obstacle_text.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/progress.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>
#include <thread>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 9> queue_columns{{{"name", "QUEUE"},
                                               {"ready", "READY", true},
                                               {"scheduled", "SCHEDULED", true},
                                               {"leased", "LEASED", true},
                                               {"dead", "DEAD", true},
                                               {"consumers", "CONSUMERS", true},
                                               {"published", "PUBLISHED", true},
                                               {"settled", "SETTLED", true},
                                               {"held", "HELD"}}};
constexpr std::chrono::milliseconds drain_glance{200}; // how often an emptying queue is asked for

struct name_options {
    std::string name;
};

std::string held(queue_stats const& of) {
    std::string text = of.held ? "paused" : "";
    if (of.draining)
        text += text.empty() ? "draining" : ", draining";
    return text;
}

exit_code ls(common_options const& common) {
    json::array rows;
    for (auto const& queue : connect(common).queues()) {
        auto row = present(queue);
        if (!common.is_structured())
            row["held"] = held(queue);
        rows.push_back(std::move(row));
    }
    print(common, rows, queue_columns);
    return exit_code::ok;
}

exit_code show(common_options const& common, name_options const& options) {
    auto broker = connect(common);
    auto const now = stats_of(broker, options.name);
    auto fields = present(now);
    if (common.is_structured()) {
        fields["obstacles"] = present_obstacles(now);
        print_value(common, fields);
        return exit_code::ok;
    }
    print_fields(fields);
    print_obstacles(now);
    return exit_code::ok;
}

exit_code create(common_options const& common, name_options const& options) {
    admin{connect(common)}.create_queue(options.name);
    if (common.is_structured())
        print_value(common, json::object{{"name", options.name}, {"created", true}});
    else
        print_line(options.name + " stays, also when it is empty");
    return exit_code::ok;
}

exit_code pause_queue(common_options const& common, pause_options const& options) {
    return pause(common, hold_scope::queue, options);
}

exit_code resume_queue(common_options const& common, resume_options const& options) {
    return resume(common, hold_scope::queue, options);
}

exit_code open(common_options const& common, resume_options const& options) {
    return resume(common, hold_scope::publishing, options);
}

struct drain_options {
    pause_options pause;
    bool wait = false;
};

// Until nothing is left that is not final. Throws failure(timeout).
void wait_until_empty(common_options const& common, std::string const& name) {
    auto broker = connect(common);
    auto const end = std::chrono::steady_clock::now() + common.timeout;
    std::uint64_t most = 0;
    progress bar{"draining", 0};
    while (true) {
        auto const now = stats_of(broker, name);
        auto const left = now.ready + now.scheduled + now.leased + now.blocked;
        if (left == 0)
            return;
        most = std::max(most, left);
        bar.show(most - left, most);
        if (std::chrono::steady_clock::now() >= end) {
            throw failure{exit_code::timeout,
                          name + " still has " + std::to_string(left) +
                              " messages and goes on draining; wait longer with --timeout"};
        }
        std::this_thread::sleep_for(drain_glance);
    }
}

exit_code drain(common_options const& common, drain_options const& options) {
    {
        auto broker = connect(common);
        (void)stats_of(broker, options.pause.name);
    }
    auto const answered = pause(common, hold_scope::publishing, options.pause);
    if (options.wait)
        wait_until_empty(common, options.pause.name);
    return answered;
}

template <class Options>
void add_named(CLI::App& queue,
               invocation& in,
               command_text const& text,
               exit_code (*work)(common_options const&, Options const&)) {
    auto const [command, options] = add_command(queue, in, text, work);
    command->add_option("name", options->name, "Name of the queue")->required();
}

void add_holds(CLI::App& queue, invocation& in) {
    auto const [stop, pausing] =
        add_command(queue,
                    in,
                    {"pause",
                     "Deliver nothing from it; publishing goes on",
                     {"peyk queue pause mail --for 10m --reason 'provider is down'"}},
                    pause_queue);
    add_pause_options(*stop, *pausing, "Name of the queue");
    add_named(
        queue, in, {"resume", "Deliver from it again", {"peyk queue resume mail"}}, resume_queue);
    auto const [empty, draining] =
        add_command(queue,
                    in,
                    {"drain",
                     "Refuse what is published into it; deliveries go on until it is empty",
                     {"peyk queue drain mail --wait --timeout 10m"}},
                    drain);
    add_pause_options(*empty, draining->pause, "Name of the queue");
    empty->add_flag("--wait,-w", draining->wait, "Until it is empty; --timeout bounds it");
    add_named(
        queue, in, {"open", "Let publishers in again after drain", {"peyk queue open mail"}}, open);
}

} // namespace

queue_stats stats_of(client& broker, std::string const& name) {
    try {
        return broker.queue(name);
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_queue)
            throw;
        throw failure{exit_code::unknown,
                      "no queue '" + name +
                          "'; it begins with the first message published to it, "
                          "and `peyk queue ls` shows those there are"};
    }
}

void add_queue(CLI::App& app, invocation& in) {
    auto& queue = add_noun(app, "queue", "Queues: what is in them, pausing and emptying them");
    add_command(queue, in, {"ls", "All queues", {"peyk queue ls", "peyk queue ls -o json"}}, ls);
    add_named(queue, in, {"show", "One queue", {"peyk queue show default"}}, show);
    add_named(
        queue,
        in,
        {"create", "Make a queue that stays, also when it is empty", {"peyk queue create mail"}},
        create);
    add_holds(queue, in);
    add_queue_changes(queue, in);
    add_queue_watch(queue, in);
    add_queue_stats(queue, in);
}

} // namespace peyk::cli
