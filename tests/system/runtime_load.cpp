#include "tests/system/runtime_load.hpp"

#include "tests/system/library_load.hpp"
#include <peyk/context.hpp>

#include <chrono>
#include <stdexcept>

namespace peyk::test {

namespace {

worker_options options_for(load_world const& world) {
    worker_options o;
    o.connection = library_options(world);
    o.concurrency = 4;
    o.prefetch = 16;
    o.queues = {load_queue};
    o.log_level = "off";
    return o;
}

task_registry registry_with(std::function<std::string(context&)> run) {
    task_registry tasks;
    tasks.add("load.task", [run = std::move(run)](context& about) { return run(about); });
    return tasks;
}

} // namespace

runtime_worker::runtime_worker(load_world& world, std::uint64_t seed)
    : world_(world), rolls_(seed),
      tasks_(registry_with([this](context& about) { return run_task(about); })),
      worker_(tasks_, options_for(world)), thread_([this] { worker_.run(); }) {}

void runtime_worker::join() {
    worker_.stop();
    thread_.join();
}

std::string runtime_worker::run_task(context& about) {
    history_id const id{about.id().high, about.id().low};
    history_token const token{about.from().token.epoch, about.from().token.number};
    world_.seen.delivered(id, token, about.content().body);
    auto const roll = rolls_.fetch_add(1);
    if (roll % 50 == 0) { // a longer piece of work, which runs on while the broker is away
        std::this_thread::sleep_for(std::chrono::milliseconds{300}); // the work itself
    }
    if (roll % 20 == 1) {
        world_.seen.settling(id, token, settle_kind::again, "");
        throw std::runtime_error{"not yet"};
    }
    auto const result = "by " + std::to_string(token.epoch) + "." + std::to_string(token.number);
    world_.seen.settling(id, token, settle_kind::final, '"' + result + '"'); // as JSON
    return result;
}

} // namespace peyk::test
