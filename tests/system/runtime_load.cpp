#include "tests/system/runtime_load.hpp"

#include "tests/system/library_load.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/context.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>

namespace peyk::test {

namespace {

constexpr std::chrono::milliseconds long_work{300};

worker_options options_for(load_world const& world) {
    worker_options o;
    o.connection = library_options(world);
    o.concurrency = 4;
    o.prefetch = 16;
    o.queues = {load_queue, side_queue};
    o.log_level = "off";
    return o;
}

task_registry registry_with(std::function<std::string(context&)> run) {
    task_registry tasks;
    tasks.add("load.task", [run = std::move(run)](context& about) { return run(about); });
    return tasks;
}

// Throws, unless it is a success.
void end_otherwise(mixed_verdict const& what) {
    using word = mixed_verdict::word;
    time_point const at{std::chrono::milliseconds{what.at_ms}};
    auto const later = std::chrono::milliseconds{std::max<std::int64_t>(1, what.at_ms - wall_ms())};
    switch (what.what) {
    case word::success:
        return;
    case word::drop:
        throw drop{};
    case word::dead:
        throw reject{"hopeless"};
    case word::permanent:
        throw permanent_error{"never"};
    case word::failure:
    case word::release: // a task cannot ask for it
        throw std::runtime_error{"not yet"};
    case word::retry:
        throw retry_at{at};
    case word::snooze:
        throw snooze{later};
    case word::hold_task:
        throw rate_limited{at, hold_scope::task};
    case word::hold_queue:
        throw rate_limited{at, hold_scope::queue};
    }
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
    world_.seen.delivered(
        id, token, about.content().body, {wall_ms(), number_of(about.checkpoint())});
    std::mt19937_64 random{rolls_.fetch_add(1)};
    if (random() % 50 == 0) { // a longer piece of work, which runs on while the broker is away
        std::this_thread::sleep_for(long_work); // the work itself
    }
    if (random() % 8 == 0) {
        auto const checkpoint = world_.seen.reporting(id, token);
        about.progress(checkpoint);
        about.checkpoint(std::string_view{std::to_string(checkpoint)});
        about.log("at " + std::to_string(checkpoint));
    }
    auto const what = any_verdict(random);
    auto const result = "by " + std::to_string(token.epoch) + "." + std::to_string(token.number);
    // Here a retry counts like any failure, and nothing is handed back.
    auto const kind =
        what.what == mixed_verdict::word::retry || what.what == mixed_verdict::word::release
            ? settle_kind::failure
            : what.kind();
    world_.seen.settling(id, token, kind, '"' + result + '"', what.not_before_ms()); // as JSON
    if (kind == settle_kind::dead) {
        world_.dead.add(id);
    }
    end_otherwise(what);
    return result;
}

} // namespace peyk::test
