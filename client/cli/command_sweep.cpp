#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present_admin.hpp"
#include <peyk/admin.hpp>

#include <boost/json.hpp>

#include <array>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 7> sweep_columns{{{"id", "ID", true},
                                               {"action", "ACTION"},
                                               {"which", "WHICH"},
                                               {"visited", "VISITED", true},
                                               {"known", "OF", true},
                                               {"changed", "CHANGED", true},
                                               {"rate_per_s", "RATE/S", true}}};

exit_code ls(common_options const& common) {
    json::array rows;
    for (auto const& each : admin{connect(common)}.sweeps())
        rows.push_back(present(each));
    print(common, rows, sweep_columns);
    return exit_code::ok;
}

struct stop_options {
    std::uint64_t id = 0;
};

exit_code stop(common_options const& common, stop_options const& options) {
    auto const number = std::to_string(options.id);
    try {
        admin{connect(common)}.stop_sweep(options.id);
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_sweep)
            throw;
        throw failure{exit_code::unknown,
                      "no sweep " + number +
                          " is under way; it may be done, and `peyk sweep ls` shows the others"};
    }
    if (common.is_structured())
        print_value(common, json::object{{"id", options.id}, {"stopped", true}});
    else
        print_line("sweep " + number + " is stopped; what it has changed stays so");
    return exit_code::ok;
}

} // namespace

void add_sweep(CLI::App& app, invocation& in) {
    auto& sweep = add_noun(app, "sweep", "Changes to many messages that are under way");
    add_command(
        sweep, in, {"ls", "Those under way", {"peyk sweep ls", "peyk sweep ls -o json"}}, ls);
    auto const [command, options] =
        add_command(sweep, in, {"stop", "Stop one", {"peyk sweep stop 7"}}, stop);
    command->add_option("id", options->id, "Its number, as `peyk sweep ls` shows it")
        ->required()
        ->check(whole_number_between(1, UINT64_MAX));
}

} // namespace peyk::cli
