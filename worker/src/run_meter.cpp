#include "worker/src/run_meter.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <variant>

namespace peyk::worker_detail {
namespace {

struct end_reader {
    bool may_be_retried; // by the broker

    run_end operator()(verdict::success const&) const { return run_end::succeeded; }
    run_end operator()(verdict::drop const&) const { return run_end::succeeded; }
    run_end operator()(verdict::failure const& end) const {
        return may_be_retried && !end.permanent ? run_end::retried : run_end::failed;
    }
    run_end operator()(verdict::dead const&) const { return run_end::failed; }
    run_end operator()(verdict::retry const&) const { return run_end::retried; }
    run_end operator()(verdict::crashed const&) const { return run_end::crashed; }
    run_end operator()(verdict::release const&) const { return run_end::handed_back; }
    run_end operator()(verdict::snooze const&) const { return run_end::handed_back; }
    run_end operator()(verdict::rate_limited const&) const { return run_end::handed_back; }
};

} // namespace

run_end end_of(outcome const& ended, std::uint32_t attempt, std::uint32_t message_max_retries) {
    return std::visit(end_reader{attempt <= message_max_retries}, ended);
}

// Up to now it was as it is. Threads may come here in another order than they looked at the clock.
void run_meter::pass(clock::time_point now) {
    if (now <= seen_)
        return;
    slot_time const length = now - std::exchange(seen_, now);
    busy_ += length * static_cast<double>(taken_);
    had_ += length * static_cast<double>(slots_);
}

std::size_t run_meter::began(std::size_t wanted, clock::time_point now) {
    std::lock_guard const lock{mutex_};
    pass(now);
    auto const taken = std::min(wanted, slots_);
    taken_ += taken;
    return taken;
}

void run_meter::left(std::size_t taken, clock::time_point now) {
    std::lock_guard const lock{mutex_};
    pass(now);
    taken_ -= taken;
}

void run_meter::resize(std::size_t slots, clock::time_point now) {
    std::lock_guard const lock{mutex_};
    pass(now);
    slots_ = slots;
}

void run_meter::count(run_end how, std::uint64_t times) {
    std::lock_guard const lock{mutex_};
    ends_[static_cast<std::size_t>(how)] += times;
}

void run_meter::ran(std::string const& task, clock::duration took) {
    std::lock_guard const lock{mutex_};
    auto& of = tasks_[task];
    ++of.count;
    of.took += took;
}

// More than all of them while a pool that shrank still has more functions than slots.
double run_meter::take_busy_share() {
    auto const busy = std::exchange(busy_, slot_time{0});
    auto const had = std::exchange(had_, slot_time{0});
    return had.count() > 0 ? std::min(1.0, busy / had) : 0;
}

void run_meter::add_to(worker_metrics& all, std::string const& pool, clock::time_point now) {
    std::lock_guard const lock{mutex_};
    pass(now);
    auto const of = [this](run_end how) {
        return ends_[static_cast<std::size_t>(how)];
    };
    all.succeeded += of(run_end::succeeded);
    all.failed += of(run_end::failed);
    all.retried += of(run_end::retried);
    all.handed_back += of(run_end::handed_back);
    all.crashed += of(run_end::crashed);
    for (auto const& [name, each] : tasks_)
        all.tasks.push_back(
            {name, each.count, std::chrono::duration_cast<std::chrono::microseconds>(each.took)});
    all.pools.push_back({pool, static_cast<std::uint32_t>(slots_), take_busy_share()});
}

void keep_most_frequent(worker_metrics& of, std::size_t tasks_max) {
    std::ranges::stable_sort(of.tasks, std::greater{}, &task_runs::runs);
    for (auto at = tasks_max; at < of.tasks.size(); ++at) {
        of.others.runs += of.tasks[at].runs;
        of.others.ran += of.tasks[at].ran;
    }
    of.tasks.resize(std::min(of.tasks.size(), tasks_max));
}

} // namespace peyk::worker_detail
