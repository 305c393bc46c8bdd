// `peyk worker health`: for people, and for the probes of those who run workers.

#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/worker_choice.hpp"
#include "client/cli/worker_health.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace peyk::cli {
namespace {

namespace json = boost::json;

struct health_options {
    worker_target which;
    std::string stalled_after = "30s";
};

json::object row_of(session_info const& worker, worker_health const& health) {
    auto const slots = slots_of(worker);
    return {{"name", worker.name},
            {"healthy", health.healthy},
            {"text", health.text},
            {"connected", worker.connected},
            {"heard_ms", worker.heard.count()},
            {"since_delivery_ms", worker.since_delivery.count()},
            {"credit", slots.credit},
            {"unsettled", slots.unsettled}};
}

std::vector<session_info> found_workers(client const& broker, worker_target const& which) {
    auto found = admin{broker}.sessions(which);
    std::erase_if(found, [](session_info const& each) { return !is_worker(each); });
    std::ranges::sort(found, {}, &session_info::name);
    if (found.empty())
        throw failure{exit_code::negative,
                      is_everyone(which)
                          ? "no worker is connected"
                          : "no connected worker matches; `peyk worker ls` shows those there are"};
    return found;
}

exit_code health(common_options const& common, health_options const& options) {
    auto const stalled_after = parse_duration(
        "--stalled-after", options.stalled_after, std::chrono::milliseconds{1}, duration_max);
    auto broker = connect(common);
    auto all = exit_code::ok;
    json::array rows;
    for (auto const& worker : found_workers(broker, options.which)) {
        auto const judged = judge(broker, worker, stalled_after);
        if (!judged.healthy)
            all = exit_code::negative;
        if (common.is_structured())
            rows.push_back(row_of(worker, judged));
        else
            print_line(worker.name + ": " + judged.text);
    }
    if (common.is_structured())
        print(common, rows, {});
    return all;
}

} // namespace

void add_worker_health(CLI::App& worker, invocation& in) {
    auto const [command, options] =
        add_command(worker,
                    in,
                    {"health",
                     "Whether workers get on: ends with 0 if all do, with 1 if one does not or "
                     "none is there",
                     {"peyk worker health mail@web-1:4711",
                      "peyk worker health 'mail@*' --stalled-after 2m -o json"}},
                    health);
    command->add_option("name", options->which.name, "Its name, a pattern of names, or its id");
    command->add_option("--label", options->which.label, "Workers with such a label: 'gpu=*'")
        ->option_text("PATTERN");
    command
        ->add_option("--stalled-after",
                     options->stalled_after,
                     "It could take what waits, and nothing was delivered to it for so long")
        ->option_text("DURATION")
        ->capture_default_str();
}

} // namespace peyk::cli
