#include "client/cli/command_entry.hpp"
#include "client/cli/obstacle_text.hpp"
#include "client/cli/output.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

struct why_options {
    std::vector<std::string> ids;
};

exit_code why(common_options const& common, why_options const& options) {
    auto const ids = parse_ids(options.ids);
    auto const reasons = connect(common).why(ids);
    auto worst = exit_code::ok;
    json::array rows;
    for (std::size_t at = 0; at < ids.size() && at < reasons.size(); ++at) {
        auto const& reason = reasons[at];
        if (reason.kind == obstacle_kind::unknown)
            worst = exit_code::unknown;
        auto const id = ids[at].to_string();
        if (!common.is_structured()) {
            print_line(ids.size() == 1 ? reason.text : id + "  " + reason.text);
            continue;
        }
        json::object row{{"id", id}};
        for (auto const& [key, value] : present(reason))
            row[key] = value;
        rows.push_back(std::move(row));
    }
    if (common.is_structured())
        print(common, rows, {});
    return worst;
}

} // namespace

void add_task_why(CLI::App& task, invocation& in) {
    auto const [command, options] =
        add_command(task,
                    in,
                    {"why",
                     "Why messages do not run, one line each, as the dispatcher sees it",
                     {"peyk task why " + example_id(), "peyk task why -o json " + example_id()}},
                    why);
    command->add_option("id", options->ids, "Message ids")->required();
}

} // namespace peyk::cli
