// One program that shows all sides: `worker` runs its tasks, `demo` publishes calls of them and
// checks every result, `serve` is the little web site they fetch from.

#include "worker/examples/demo.hpp"
#include "worker/examples/page_server.hpp"
#include <peyk/app.hpp>

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace {

int serve(int argc, char** argv) {
    example::page_server_options options;
    auto delay_ms = options.delay.count();
    CLI::App line{"Serves generated pages on loopback, each after a delay.", "peyk-example serve"};
    line.add_option("--port-file", options.port_file, "Gets the port number once it listens");
    line.add_option("--pages", options.pages, "How many pages there are")->capture_default_str();
    line.add_option("--delay-ms", delay_ms, "Milliseconds before each answer")
        ->capture_default_str();
    line.add_option("--busy-every", options.busy_every, "One in so many is busy the first time")
        ->capture_default_str();
    CLI11_PARSE(line, argc, argv);
    options.delay = std::chrono::milliseconds{delay_ms};
    example::serve_pages(options);
    return EXIT_SUCCESS;
}

int demo(int argc, char** argv, example::demo_tasks const& tasks) {
    example::demo_options options;
    auto timeout_s = options.timeout.count();
    CLI::App line{"Publishes slow work of every kind and checks every result.",
                  "peyk-example demo"};
    line.add_option("-u,--url", options.url, "Broker")->envname("PEYK_URL")->capture_default_str();
    line.add_option("--folder", options.folder, "Hash and count the words of every file in it")
        ->check(CLI::ExistingDirectory);
    line.add_option("--pages-url", options.pages_url, "Fetch the pages of this server");
    line.add_option("--pages", options.pages, "How many pages")->capture_default_str();
    line.add_option("--primes", options.primes, "Count the primes in so many ranges")
        ->capture_default_str();
    line.add_option("--report", options.report, "Gets the figures as JSON");
    line.add_option("--timeout", timeout_s, "Seconds for everything")->capture_default_str();
    CLI11_PARSE(line, argc, argv);
    options.timeout = std::chrono::seconds{timeout_s};
    return example::run_demo(tasks, options) ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv) {
    try {
        peyk::app app{"peyk-example"};
        example::demo_tasks const tasks{app};
        std::string_view const what = argc > 1 ? argv[1] : "--help";
        if (what == "serve")
            return serve(argc - 1, argv + 1);
        if (what == "demo")
            return demo(argc - 1, argv + 1, tasks);
        if (what == "--help")
            std::cout << "Also: peyk-example demo --help, peyk-example serve --help\n\n";
        return app.main(argc, argv);
    } catch (std::exception const& e) {
        std::cerr << "peyk-example: " << e.what() << '\n';
        return EXIT_FAILURE;
    }
}
