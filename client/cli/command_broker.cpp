#include "client/cli/commands.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <array>
#include <memory>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr std::array<column, 8> queue_columns{{{"name", "QUEUE"},
                                               {"ready", "READY", true},
                                               {"scheduled", "SCHEDULED", true},
                                               {"leased", "LEASED", true},
                                               {"dead", "DEAD", true},
                                               {"consumers", "CONSUMERS", true},
                                               {"published", "PUBLISHED", true},
                                               {"settled", "SETTLED", true}}};

exit_code list_queues(common_options const& common) {
    json::array rows;
    for (auto const& queue : connect(common).queues())
        rows.push_back(present(queue));
    print(common, rows, queue_columns);
    return exit_code::ok;
}

exit_code show_queue(common_options const& common, std::string const& name) {
    try {
        print(common, present(connect(common).queue(name)));
    } catch (error const& refused) {
        if (refused.code() != errc::unknown_queue)
            throw;
        throw failure{exit_code::unknown,
                      "no queue '" + name +
                          "'; it begins with the first message published to it, "
                          "and `peyk queue ls` shows those there are"};
    }
    return exit_code::ok;
}

exit_code show_broker(common_options const& common) {
    auto fields = present(connect(common).broker());
    fields["url"] = common.url;
    print(common, fields);
    return exit_code::ok;
}

exit_code ping(common_options const& common, unsigned count) {
    auto broker = connect(common);
    json::array trips;
    for (unsigned at = 0; at < count; ++at) {
        auto const trip = broker.ping();
        trips.push_back(trip.count());
        if (!common.is_json())
            print_line("answer from " + common.url + " in " + std::to_string(trip.count()) + " us");
    }
    if (common.is_json())
        print_json(json::object{{"url", common.url}, {"round_trips_us", trips}});
    return exit_code::ok;
}

} // namespace

void add_queue(CLI::App& app, invocation& in) {
    auto* queue = app.add_subcommand("queue", "Queues")->require_subcommand(1);
    auto* all = queue->add_subcommand("ls", "All queues")->fallthrough();
    all->footer(examples({"peyk queue ls", "peyk queue ls -o json"}));
    all->callback([&in] {
        in.run = [&in] {
            return list_queues(in.options);
        };
    });

    auto name = std::make_shared<std::string>();
    auto* one = queue->add_subcommand("show", "One queue")->fallthrough();
    one->add_option("name", *name, "Name of the queue")->required();
    one->footer(examples({"peyk queue show default"}));
    one->callback([&in, name] {
        in.run = [&in, name] {
            return show_queue(in.options, *name);
        };
    });
}

void add_ping(CLI::App& app, invocation& in) {
    auto count = std::make_shared<unsigned>(1);
    auto* command = app.add_subcommand("ping", "Time the way to the broker and back");
    command->add_option("--count,-n", *count, "How often")->check(CLI::Range(1, 1'000'000));
    command->footer(
        examples({"peyk ping", "peyk ping --count 10 --url peyk://broker.example:7420"}));
    command->callback([&in, count] {
        in.run = [&in, count] {
            return ping(in.options, *count);
        };
    });
}

void add_broker(CLI::App& app, invocation& in) {
    auto* command = app.add_subcommand("broker", "The broker: version, counts, journal, CPU");
    command->alias("status");
    command->footer(examples({"peyk broker", "peyk status -o json"}));
    command->callback([&in] {
        in.run = [&in] {
            return show_broker(in.options);
        };
    });
}

} // namespace peyk::cli
