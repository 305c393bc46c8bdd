#include "client/cli/commands.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <memory>

namespace peyk::cli {
namespace {

[[noreturn]] void nobody_knows(std::string const& id) {
    throw failure{exit_code::unknown,
                  "no message " + id +
                      " is known: it was never published, or its result is no "
                      "longer kept"};
}

// Prints what there is; says in one sentence why it is no result.
exit_code report(common_options const& common, status const& now) {
    if (common.is_json())
        print_json(present(now));
    auto const id = now.id.to_string();
    if (now.state == state::unknown)
        nobody_knows(id);
    if (!now.is_final()) {
        throw failure{exit_code::negative,
                      id + " is " + summary(now) +
                          " and has no result yet; wait for it with "
                          "`peyk result wait " +
                          id + "`"};
    }
    if (now.state != state::success)
        throw failure{exit_code::negative, id + " ended as " + summary(now)};
    if (!common.is_json())
        print_line(plain_text(present_result(now)));
    return exit_code::ok;
}

exit_code get(common_options const& common, std::string const& text) {
    auto const id = parse_id(text);
    return report(common, connect(common).status(id));
}

exit_code wait(common_options const& common, std::string const& text) {
    auto const id = parse_id(text);
    auto broker = connect(common);
    try {
        return report(common, broker.wait(id, common.timeout));
    } catch (timeout_error const&) {
        throw failure{exit_code::timeout,
                      id.to_string() + " has not ended in time; wait longer with --timeout"};
    }
}

exit_code show(common_options const& common, std::string const& text) {
    auto const id = parse_id(text);
    auto const now = connect(common).status(id);
    if (now.state == state::unknown) {
        if (common.is_json())
            print_json(present(now));
        nobody_knows(id.to_string());
    }
    print(common, present(now));
    return exit_code::ok;
}

struct cancel_options {
    std::vector<std::string> ids;
    std::string reason;
};

exit_code cancel(common_options const& common, cancel_options const& options) {
    std::vector<message_id> ids;
    std::ranges::transform(options.ids, std::back_inserter(ids), parse_id);
    auto const answers = connect(common).cancel(ids, options.reason);
    boost::json::array rows;
    auto worst = exit_code::ok;
    for (std::size_t at = 0; at < ids.size(); ++at) {
        auto const answer = at < answers.size() ? answers[at] : make_error_code(errc::closed);
        worst = std::max(worst, exit_code_of(answer));
        rows.push_back(
            {{"id", ids[at].to_string()},
             {"cancelled", !answer},
             {"reason", answer ? boost::json::value(answer.message()) : boost::json::value{}}});
    }
    constexpr std::array<column, 3> columns{
        {{"id", "ID"}, {"cancelled", "CANCELLED"}, {"reason", "REASON"}}};
    print(common, rows, columns);
    return worst;
}

CLI::App* add_one(CLI::App& parent, std::string const& name, std::string const& what) {
    return parent.add_subcommand(name, what)->fallthrough();
}

// A command that takes one id.
void bind_id(CLI::App& command,
             invocation& in,
             exit_code (*what)(common_options const&, std::string const&)) {
    auto id = std::make_shared<std::string>();
    command.add_option("id", *id, "Message id, as `peyk call` prints it")->required();
    command.callback([&in, id, what] {
        in.run = [&in, id, what] {
            return what(in.options, *id);
        };
    });
}

} // namespace

void add_result(CLI::App& app, invocation& in) {
    auto* result = app.add_subcommand("result", "Results of tasks")->require_subcommand(1);
    auto* now = add_one(*result, "get", "Print the result if it is there");
    now->footer(examples({"peyk result get 0190a5f3-7c1e-7b3a-8f00-0123456789ab"}));
    bind_id(*now, in, get);
    auto* later = add_one(*result, "wait", "Wait for the end of a task, then print its result");
    later->footer(examples({"peyk result wait 0190a5f3-7c1e-7b3a-8f00-0123456789ab --timeout 60"}));
    bind_id(*later, in, wait);
}

void add_task(CLI::App& app, invocation& in) {
    auto* task = app.add_subcommand("task", "One message or task")->require_subcommand(1);
    auto* one = add_one(*task, "show", "State, times, counts and result of one message");
    one->footer(examples({"peyk task show 0190a5f3-7c1e-7b3a-8f00-0123456789ab -o json"}));
    bind_id(*one, in, show);
}

void add_cancel(CLI::App& app, invocation& in) {
    auto options = std::make_shared<cancel_options>();
    auto* command = app.add_subcommand("cancel", "Revoke messages that have not ended");
    command->add_option("id", options->ids, "Message ids")->required();
    command->add_option("--reason", options->reason, "Why, for those who wait for it");
    command->footer(
        examples({"peyk cancel 0190a5f3-7c1e-7b3a-8f00-0123456789ab --reason 'wrong address'"}));
    command->callback([&in, options] {
        in.run = [&in, options] {
            return cancel(in.options, *options);
        };
    });
}

} // namespace peyk::cli
