#include "client/cli/command_entry.hpp"
#include "client/cli/message_options.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/publish_one.hpp"
#include "client/cli/task_call.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

struct call_options {
    task_call what;
    message_options message;
    bool wait = false;
};

exit_code report(common_options const& common, status const& final) {
    if (common.is_structured())
        print_value(common, present(final));
    if (final.state == state::success) {
        if (!common.is_structured())
            print_line(data_text(present_result(final)));
        return exit_code::ok;
    }
    if (final.state == state::unknown) {
        throw failure{exit_code::unknown,
                      "the result of " + final.id.to_string() + " is no longer kept"};
    }
    throw failure{exit_code::negative,
                  "task " + final.id.to_string() + " ended as " + summary(final)};
}

exit_code call(common_options const& common, call_options const& options) {
    auto what = make_message(options.what);
    apply(options.message, what);
    auto broker = connect(common);
    boost::json::object const fields{{"queue", options.what.queue}, {"task", options.what.task}};
    if (!options.wait) {
        publish_one(common, broker, std::move(what), fields);
        return exit_code::ok;
    }
    auto const id = publish_quietly(common, broker, std::move(what), fields);
    try {
        return report(common, broker.wait(id, common.timeout));
    } catch (timeout_error const&) {
        throw failure{exit_code::timeout,
                      "the task has not ended in time and goes on; `peyk task why " +
                          id.to_string() + "` says what it waits for, `peyk result wait " +
                          id.to_string() + "` waits on"};
    }
}

} // namespace

void add_call(CLI::App& app, invocation& in) {
    auto const [command, options] =
        add_command(app,
                    in,
                    {"call",
                     "Publish a task; with --wait, print its result",
                     {"peyk call tasks.add 2 2 --wait",
                      "peyk call mail.send to=ann@example.org 'subject=\"Hello\"'",
                      "peyk call report.build 2030 --queue lopri --countdown 10m",
                      "peyk call feed.fetch 7 --delays 1s,10s,5m --max-age 1h",
                      "peyk call cache.warm --unique cache --on-conflict return",
                      "peyk call index.build --unique index --debounce 5s",
                      "peyk call tasks.slow --wait --timeout 2m -o json"}},
                    call);
    command->add_option("task", options->what.task, "Name of the task")->required();
    command->add_option("arguments",
                        options->what.arguments,
                        "JSON where it is JSON, else strings; name=value for named ones");
    command->add_option("--queue,-q", options->what.queue, "Queue")->capture_default_str();
    command->add_flag(
        "--wait,-w", options->wait, "Wait for the end and print the result; --timeout bounds it");
    add_message_options(*command, options->message);
}

} // namespace peyk::cli
