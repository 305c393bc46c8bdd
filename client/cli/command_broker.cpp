#include "client/cli/command_entry.hpp"
#include "client/cli/option_group.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

exit_code show_broker(common_options const& common) {
    auto fields = present(connect(common).broker());
    fields["url"] = common.url;
    print(common, fields);
    return exit_code::ok;
}

struct ping_options {
    unsigned count = 1;
};

exit_code ping(common_options const& common, ping_options const& options) {
    auto broker = connect(common);
    json::array trips;
    for (unsigned at = 0; at < options.count; ++at) {
        auto const trip = broker.ping();
        trips.push_back(trip.count());
        if (!common.is_structured())
            print_line("answer from " + common.url + " in " + std::to_string(trip.count()) + " us");
    }
    if (common.is_structured())
        print_value(common, json::object{{"url", common.url}, {"round_trips_us", trips}});
    return exit_code::ok;
}

} // namespace

void add_ping(CLI::App& app, invocation& in) {
    auto const [command, options] =
        add_command(app,
                    in,
                    {"ping",
                     "Time the way to the broker and back",
                     {"peyk ping", "peyk ping --count 10 --url peyk://broker.example:7420"}},
                    ping);
    set_range(command->add_option("--count,-n", options->count, "How often"), 1, 1'000'000);
}

void add_broker(CLI::App& app, invocation& in) {
    add_command(app,
                in,
                {"broker",
                 "The broker: version, counts, memory, journal, CPU",
                 {"peyk broker", "peyk status -o json"}},
                show_broker);
    app.get_subcommand("broker")->alias("status");
}

} // namespace peyk::cli
