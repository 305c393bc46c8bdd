#include "client/cli/commands.hpp"
#include "client/cli/message_options.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <memory>

namespace peyk::cli {
namespace {

// As much of the arguments as fits a line of a listing.
constexpr std::size_t args_repr_max = 200;

struct call_options {
    std::string task;
    std::vector<std::string> arguments;
    std::string queue = "default";
    message_options envelope;
    std::optional<unsigned> max_retries;
    bool wait = false;
};

message make_message(call_options const& options) {
    message m;
    m.queue = options.queue;
    m.task = options.task;
    auto arguments = parse_arguments(options.arguments);
    std::string repr;
    for (auto const& value : arguments.positional)
        repr += (repr.empty() ? "" : ", ") + value;
    for (auto const& [name, value] : arguments.named)
        repr.append(repr.empty() ? "" : ", ").append(name).append("=").append(value);
    m.content.args = std::move(arguments.positional);
    m.content.kwargs = std::move(arguments.named);
    m.content.args_repr = repr.substr(0, args_repr_max);
    if (options.max_retries)
        m.retry = retry_policy{.max_retries = *options.max_retries};
    apply(options.envelope, m);
    return m;
}

exit_code report(common_options const& common, status const& final) {
    if (common.is_json())
        print_json(present(final));
    if (final.state == state::success) {
        if (!common.is_json())
            print_line(plain_text(present_result(final)));
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
    auto const what = make_message(options);
    auto broker = connect(common);
    auto const id = broker.publish(what);
    if (options.wait) {
        try {
            return report(common, broker.wait(id, common.timeout));
        } catch (timeout_error const&) {
            throw failure{exit_code::timeout,
                          "the task has not ended in time and goes on; ask again with `peyk "
                          "result wait " +
                              id.to_string() + "`"};
        }
    }
    if (common.is_json()) {
        print_json(boost::json::object{
            {"id", id.to_string()}, {"queue", options.queue}, {"task", options.task}});
    } else {
        print_line(id.to_string());
    }
    return exit_code::ok;
}

} // namespace

void add_call(CLI::App& app, invocation& in) {
    auto options = std::make_shared<call_options>();
    auto* command = app.add_subcommand("call", "Publish a task; with --wait, print its result");
    command->add_option("task", options->task, "Name of the task")->required();
    command->add_option("arguments",
                        options->arguments,
                        "JSON where it is JSON, else strings; name=value for named ones");
    command->add_option("--queue,-q", options->queue, "Queue")->capture_default_str();
    add_message_options(*command, options->envelope);
    command->add_option("--max-retries", options->max_retries, "Runs after the first that fails")
        ->option_text("N");
    command->add_flag(
        "--wait,-w", options->wait, "Wait for the end and print the result; --timeout bounds it");
    command->footer(examples({"peyk call tasks.add 2 2 --wait",
                              "peyk call mail.send to=ann@example.org 'subject=\"Hello\"'",
                              "peyk call report.build 2030 --queue lopri --countdown 10m",
                              "peyk call tasks.slow --wait --timeout 2m -o json"}));
    command->callback([&in, options] {
        in.run = [&in, options] {
            return call(in.options, *options);
        };
    });
}

} // namespace peyk::cli
