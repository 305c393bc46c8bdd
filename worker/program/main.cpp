// peyk-worker: runs programs and shared libraries as tasks.

#include "worker/program/bench_tasks.hpp"
#include "worker/program/command_task.hpp"
#include "worker/program/module_file.hpp"
#include "worker/program/program_words.hpp"
#include <peyk/app.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

using namespace peyk::program;

// Commands alone are coroutines that wait for processes, and each keeps a core busy. With other
// functions beside them the pool is what suits those.
peyk::worker_options defaults_for(program_words const& told) {
    peyk::worker_options options;
    if (!told.commands.empty() && told.modules.empty()) {
        options.pool = peyk::pool_kind::async;
        options.concurrency = std::max(1U, std::thread::hardware_concurrency());
    }
    return options;
}

// Runs commands? Then with a keeper for what they leave behind.
using maybe_keeper = std::optional<group_keeper>;

void add_tasks(program_words const& told, maybe_keeper& keeper, peyk::app& to) {
    if (!told.commands.empty())
        keeper.emplace();
    for (auto const& each : told.modules)
        load_module(each, to);
    for (auto const& each : told.commands)
        add_command_task(to, parse_command(each), *keeper);
    if (told.bench)
        add_bench_tasks(to);
    if (to.registry().tasks().empty() && !told.help && !told.version)
        throw std::invalid_argument("name tasks with --module or --exec; --help explains both");
}

int run(std::vector<std::string> const& words) {
    auto const told = read_words(words);
    maybe_keeper keeper;
    peyk::app app{"peyk-worker"};
    if (told.help)
        std::cout << help_text() << std::flush;
    add_tasks(told, keeper, app);
    std::vector<char const*> argv{"peyk-worker"};
    for (auto const& each : told.rest)
        argv.push_back(each.c_str());
    auto defaults = defaults_for(told);
    defaults.children.command = {"/proc/self/exe", "peyk-worker"};
    defaults.children.command.insert(defaults.children.command.end(), words.begin(), words.end());
    auto const status = app.main(static_cast<int>(argv.size()), argv.data(), std::move(defaults));
    return status == 0 && lost_keeper() ? exit_failure : status; // so that it is started again
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (std::exception const& e) {
        std::cerr << "peyk-worker: " << e.what() << '\n';
        return exit_usage;
    }
}
