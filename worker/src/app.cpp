#include "worker/src/child_main.hpp"
#include "worker/src/command_line.hpp"
#include "worker/src/worker_config.hpp"
#include "worker/src/worker_log.hpp"
#include <peyk/app.hpp>

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace peyk {
namespace {

constexpr int status_failed = 1;
constexpr int status_usage = 2;

// The tasks given up on hold their threads, so the process cannot end in the usual way.
[[noreturn]] void leave_at_once() {
    worker_detail::log_warn("tasks were left unfinished; they were handed back");
    spdlog::shutdown();
    std::_Exit(status_failed);
}

int list(task_registry const& registry) {
    for (auto const& [name, task] : registry.tasks()) {
        std::cout << name;
        if (auto const most = task.settings.retries().max_retries; most > 0)
            std::cout << "  max_retries=" << most;
        std::cout << '\n';
    }
    return EXIT_SUCCESS;
}

// The program anew, for its prefork pool. Through the kernel's own name for it, so that a newer
// file in its place changes nothing while the worker runs.
std::vector<std::string> command_again(int argc, char const* const* argv) {
    std::vector<std::string> command{"/proc/self/exe"};
    command.insert(command.end(), argv, argv + argc);
    return command;
}

int run(task_registry const& registry, worker_options options) {
    worker_detail::start_log(options);
    if (auto const socket = worker_detail::socket_to_worker())
        return worker_detail::run_as_child(registry, options, *socket);
    worker self{registry, std::move(options)};
    self.stop_on_signals();
    self.on_abandoned(leave_at_once);
    return self.run() == worker_end::drained ? EXIT_SUCCESS : status_failed;
}

} // namespace

class app_state {
public:
    explicit app_state(std::string name) : name_(std::move(name)) {}

    [[nodiscard]] std::string const& name() const { return name_; }
    [[nodiscard]] task_registry& registry() { return registry_; }

    client publisher() {
        std::lock_guard const lock{mutex_};
        if (!client_) {
            client_options options;
            if (auto const url = worker_detail::process_environment()("PEYK_URL"))
                options.url = *url;
            client_.emplace(std::move(options));
        }
        return *client_;
    }
    void use(client through) {
        std::lock_guard const lock{mutex_};
        client_.emplace(std::move(through));
    }

private:
    std::string name_;
    task_registry registry_;
    std::mutex mutex_; // guards client_
    std::optional<client> client_;
};

app::app(std::string name) : state_(std::make_unique<app_state>(std::move(name))) {}
app::~app() = default;

std::string const& app::name() const {
    return state_->name();
}

task_registry const& app::registry() const {
    return state_->registry();
}

void app::add(registered_task what) {
    state_->registry().add_bound(std::move(what));
}

task_registry& app::mutable_registry() {
    return state_->registry();
}

client app::client() {
    return state_->publisher();
}

void app::use(peyk::client through) {
    state_->use(std::move(through));
}

int app::main(int argc, char const* const* argv, worker_options defaults) {
    try {
        auto asked = worker_detail::read_command_line(name(), argc, argv, std::move(defaults));
        switch (asked.what) {
        case worker_detail::command_line::action::none:
            return asked.status;
        case worker_detail::command_line::action::list_tasks:
            return list(registry());
        case worker_detail::command_line::action::run_worker:
            break;
        }
        if (asked.options.children.command.empty())
            asked.options.children.command = command_again(argc, argv);
        return run(registry(), std::move(asked.options));
    } catch (std::invalid_argument const& e) { // what was asked for cannot be
        std::cerr << name() << ": " << e.what() << '\n';
        return status_usage;
    } catch (std::exception const& e) {
        std::cerr << name() << ": " << e.what() << '\n';
        return status_failed;
    }
}

} // namespace peyk
