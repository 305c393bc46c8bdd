// The broker's program: arguments and settings in, exit code out.

#include "broker/server/config.hpp"
#include "broker/server/journal_tool.hpp"
#include "broker/server/logging.hpp"
#include "broker/server/server.hpp"
#include "broker/server/version.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <unistd.h>

namespace {

using namespace peyk::server;

constexpr int exit_usage = 2; // the command line makes no sense

struct arguments {
    std::optional<std::string> config_file, data, listen, sync, log_level, log_format, port_file;
    bool print_config = false;
};

void read_arguments(CLI::App& app, arguments& to) {
    app.set_version_flag("--version", std::string{broker_name});
    app.add_option("--config", to.config_file, "YAML file; config/broker.yaml shows every key");
    app.add_option("--data", to.data, "directory of the journal");
    app.add_option("--listen", to.listen, "ADDRESS:PORT; port 0: any that is free");
    app.add_option("--sync", to.sync, "always, interval or never");
    app.add_option("--log-level", to.log_level, "debug, info, warn or error");
    app.add_option("--log-format", to.log_format, "text or json");
    app.add_option("--port-file", to.port_file, "the port is written there once it is open");
    app.add_flag("--print-config", to.print_config, "print all settings and exit");
}

config settings_of(arguments const& from) {
    check_variables(environ);
    auto all = load_config(from.config_file, [](char const* name) { return std::getenv(name); });
    auto const set =
        [&](auto const& value, char const* section, char const* key, char const* origin) {
            if (value)
                set_key(all, section, key, *value, origin);
        };
    set(from.data, "journal", "directory", "--data");
    set(from.sync, "journal", "sync", "--sync");
    set(from.log_level, "log", "level", "--log-level");
    set(from.log_format, "log", "format", "--log-format");
    if (from.listen)
        set_listen(all, *from.listen, "--listen");
    check(all);
    return all;
}

} // namespace

int main(int argc, char** argv) {
    std::span<char const* const> const words{argv, static_cast<std::size_t>(argc)};
    if (words.size() > 1 && std::string_view{words[1]} == "journal")
        return run_journal_tool(words.subspan(2), std::cout);
    CLI::App app{"Peyk: message broker, scheduler and result store"};
    arguments given;
    read_arguments(app, given);
    app.footer("peyk-broker journal verify|repair DIRECTORY looks at a journal, and repairs it");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        return app.exit(e) == 0 ? EXIT_SUCCESS : exit_usage;
    }
    try {
        auto const settings = settings_of(given);
        if (given.print_config) {
            std::fputs(print(settings).c_str(), stdout);
            return EXIT_SUCCESS;
        }
        start_logging(settings.log);
        server broker{settings};
        if (given.port_file)
            broker.write_port(*given.port_file);
        return broker.run();
    } catch (std::exception const& e) {
        std::fprintf(stderr, "peyk-broker: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
