#include "worker/src/processor.hpp"

#include <algorithm>
#include <numeric>
#include <thread>
#include <utility>

namespace peyk::worker_detail {
namespace {

// What a broker takes of it: names and pools are 200 bytes at most, all together 64 KiB.
constexpr std::size_t told_tasks_max = 100;
constexpr std::size_t told_pools_max = 100;

} // namespace

processor::processor(task_registry const& registry,
                     worker_options const& options,
                     client through,
                     events on)
    : registry_(registry), on_(std::move(on)), queues_(options.queues), scale_(options.autoscale),
      alarms_(through.get_executor()), limits_(options.time_limits) {
    station::commons const shared{registry_, options, std::move(through), alarms_, limits_};
    station::events const heard{.idle =
                                    [this] {
                                        if (idle())
                                            on_.idle();
                                    },
                                .refused = on_.refused};
    for (auto const& each : plan_pools(registry_, options))
        stations_.push_back(std::make_unique<station>(each, shared, heard));
}

void processor::start() {
    for (auto const& each : stations_)
        each->start();
    if (scale_)
        static_cast<void>(main().autoscale(scale_)); // the options were checked
}

void processor::stop_receiving() {
    for (auto const& each : stations_)
        each->stop_receiving();
}

void processor::interrupt_running() {
    for (auto const& each : stations_)
        each->interrupt_running();
}

void processor::release_running() {
    for (auto const& each : stations_)
        each->release_running();
}

bool processor::idle() const {
    return std::ranges::all_of(stations_, [](auto const& each) { return each->idle(); });
}

bool processor::runs_any() const {
    return std::ranges::any_of(stations_, [](auto const& each) { return each->runs_any(); });
}

std::size_t processor::in_hand() const {
    return std::accumulate(stations_.begin(),
                           stations_.end(),
                           std::size_t{0},
                           [](auto sum, auto const& each) { return sum + each->in_hand(); });
}

std::uint64_t processor::processed() const {
    return std::accumulate(stations_.begin(),
                           stations_.end(),
                           std::uint64_t{0},
                           [](auto sum, auto const& each) { return sum + each->processed(); });
}

worker_metrics processor::metrics() {
    worker_metrics all;
    for (auto const& each : stations_)
        each->add_metrics(all);
    keep_most_frequent(all, told_tasks_max);
    all.pools.resize(std::min(all.pools.size(), told_pools_max));
    return all;
}

station* processor::find(std::string const& pool) {
    auto const found = std::ranges::find(
        stations_, pool, [](auto const& each) -> auto const& { return each->name(); });
    return found != stations_.end() ? found->get() : nullptr;
}

std::size_t processor::slots() const {
    return std::accumulate(stations_.begin(),
                           stations_.end(),
                           std::size_t{0},
                           [](auto sum, auto const& each) { return sum + each->where().slots(); });
}

std::string processor::pool_text() const {
    if (stations_.size() == 1)
        return stations_.front()->name();
    std::string text;
    for (auto const& each : stations_)
        text +=
            (text.empty() ? "" : ",") + each->name() + ":" + std::to_string(each->where().slots());
    return text;
}

bool processor::limit_time(std::string const& task, time_limits limits) {
    if (registry_.find(task) == nullptr)
        return false;
    limits_.set(task, limits);
    return true;
}

bool processor::add_queue(std::string const& name) {
    if (std::ranges::find(queues_, name) != queues_.end())
        return false;
    queues_.push_back(name);
    for (auto const& each : stations_)
        each->set_queues(queues_);
    return true;
}

bool processor::drop_queue(std::string const& name) {
    auto const found = std::ranges::find(queues_, name);
    if (found == queues_.end() || queues_.size() == 1)
        return false;
    queues_.erase(found);
    for (auto const& each : stations_)
        each->set_queues(queues_);
    return true;
}

void processor::run() {
    std::vector<std::jthread> others;
    for (auto const& each : stations_)
        if (each != stations_.front())
            others.emplace_back([&pool = each->where()] { pool.run(); });
    main().where().run();
}

void processor::stop() {
    for (auto const& each : stations_)
        each->where().stop();
}

} // namespace peyk::worker_detail
