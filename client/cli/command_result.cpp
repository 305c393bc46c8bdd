#include "client/cli/command_entry.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"
#include "client/cli/progress.hpp"
#include "client/cli/sweeping.hpp"
#include "client/cli/value.hpp"
#include <peyk/async_result.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace peyk::cli {
namespace {

struct id_options {
    std::string id;
};

struct wait_options {
    std::vector<std::string> ids;
    bool any = false;
};

// What an end means; the sentence about it if it is no success.
exit_code code_of(status const& now) {
    if (now.state == state::unknown)
        return exit_code::unknown;
    return now.state == state::success ? exit_code::ok : exit_code::negative;
}

// Prints what there is; says in one sentence why it is no result.
exit_code report(common_options const& common, status const& now) {
    if (common.is_structured())
        print_value(common, present(now));
    if (now.state == state::unknown)
        nobody_knows(now.id);
    auto const id = now.id.to_string();
    if (!now.is_final()) {
        throw failure{exit_code::negative,
                      id + " is " + summary(now) +
                          " and has no result yet; wait for it with "
                          "`peyk result wait " +
                          id + "`"};
    }
    if (now.state != state::success)
        throw failure{exit_code::negative, id + " ended as " + summary(now)};
    if (!common.is_structured())
        print_line(data_text(present_result(now)));
    return exit_code::ok;
}

// Several: one line for each, and the largest code.
exit_code report(common_options const& common, std::vector<status> const& ended) {
    constexpr std::array<column, 3> columns{
        {{"id", "ID"}, {"state", "STATE"}, {"result", "RESULT"}}};
    boost::json::array rows;
    auto worst = exit_code::ok;
    for (auto const& each : ended) {
        worst = std::max(worst, code_of(each));
        rows.push_back(present(each));
        if (common.is_structured())
            continue;
        rows.back().as_object()["result"] =
            each.state == state::success ? data_text(present_result(each)) : summary(each);
    }
    print(common, rows, columns);
    return worst;
}

status follow_one(common_options const& common, message_id id) {
    progress bar{"running", 0};
    return follow(
        connect(common),
        id,
        {.on_progress = [&](peyk::progress const& now) { bar.show(now.done, now.total, now.text); },
         .timeout = common.timeout});
}

exit_code get(common_options const& common, id_options const& options) {
    auto const id = parse_id(options.id);
    return report(common, connect(common).status(id));
}

exit_code wait(common_options const& common, wait_options const& options) {
    auto const ids = parse_ids(options.ids);
    try {
        if (ids.size() == 1)
            return report(common, follow_one(common, ids.front()));
        auto broker = connect(common);
        if (options.any)
            return report(common, std::vector{broker.wait_any(ids, common.timeout).status});
        return report(common, broker.wait_all(ids, common.timeout));
    } catch (timeout_error const&) {
        std::string const who = ids.size() == 1 ? ids.front().to_string()
                                : options.any   ? "none of them"
                                                : "not every one of them";
        throw failure{exit_code::timeout,
                      who + (ids.size() == 1 ? " has not ended" : " has ended") +
                          " in time; wait longer with --timeout"};
    }
}

struct forget_options {
    std::vector<std::string> ids;
};

exit_code forget(common_options const& common, forget_options const& options) {
    return change(
        common,
        {.words = options.ids},
        {.action = sweep_action::forget},
        {.verb = "forget", .done = "forgotten"},
        [](client& broker, std::vector<message_id> ids) { return broker.forget(std::move(ids)); });
}

} // namespace

void add_result(CLI::App& app, invocation& in) {
    auto const id = example_id();
    auto& result = add_noun(app, "result", "Results of tasks");
    auto const [now, one] = add_command(
        result, in, {"get", "Print the result if it is there", {"peyk result get " + id}}, get);
    now->add_option("id", one->id, "Message id, as `peyk call` prints it")->required();

    auto const [later, some] =
        add_command(result,
                    in,
                    {"wait",
                     "Wait for the end of tasks, then print their results; draws their progress",
                     {"peyk result wait " + id + " --timeout 60",
                      "peyk result wait --any " + id + " 0190a5f3-7c1e-7b3a-8f00-0123456789ac"}},
                    wait);
    later->add_option("id", some->ids, "Message ids")->required();
    later->add_flag("--any", some->any, "Until the first of them has ended");

    auto const [end, forgotten] = add_command(
        result,
        in,
        {"forget", "Drop results; `task forget` chooses by more", {"peyk result forget " + id}},
        forget);
    end->add_option("id", forgotten->ids, "Message ids")->required();
}

} // namespace peyk::cli
