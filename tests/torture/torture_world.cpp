#include "tests/torture/torture_world.hpp"

#include "tests/torture/tasks.hpp"
#include <peyk/admin.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace peyk::test {
namespace {

// Short enough that what was lost comes again while the next faults fall, and long enough that a
// living worker is back in time on a busy machine.
std::vector<broker_process::variable> broker_settings() {
    return {{"PEYK_JOURNAL_SEGMENT_BYTES", "32MiB"},
            {"PEYK_SESSIONS_HANDSHAKE_MS", "1500"},
            {"PEYK_SESSIONS_GRACE_MS", "1500"},
            {"PEYK_SESSIONS_SETTLING_MS", "1000"}};
}

std::filesystem::path make_directory() {
    auto name = (std::filesystem::temp_directory_path() / "peyk-torture-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error{"cannot make a directory for the test"};
    return name;
}

std::string queue_of(int worker) {
    return std::string{torture_queue} + '.' + std::to_string(worker);
}

} // namespace

torture_world::torture_world(torture_options const& with)
    : with_(with), directory_(make_directory()), broker_({}, broker_settings()),
      random_(with.seed) {
    broker_.start();
    to_publisher_ = std::make_unique<tcp_proxy>(broker_.port());
    for (int at = 0; at < with.workers; ++at) {
        to_workers_.push_back(std::make_unique<tcp_proxy>(broker_.port()));
        workers_.push_back(std::make_unique<torture_worker>(settings_of(at)));
        workers_.back()->start();
    }
    load_ = std::make_unique<torture_load>(to_publisher_->url(),
                                           torture_load::size{with.tasks, with.poisons});
}

torture_world::~torture_world() {
    load_.reset();
    workers_.clear();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

torture_worker::settings torture_world::settings_of(int worker) const {
    auto const number = std::to_string(worker);
    return {.arguments = {"--url=" + to_workers_[static_cast<std::size_t>(worker)]->url(),
                          "--pool=threads:4,prefork:2,async:50",
                          "--queues=" + std::string{torture_queue} + "," + queue_of(worker),
                          "--name=torture-" + number,
                          "--loglevel=warning"},
            .variables = {{run_file_variable, (directory_ / "runs").string()},
                          {worker_variable, number},
                          {"PEYK_CONNECT_TIMEOUT_MS", "1000"},
                          {"PEYK_BACKOFF_MIN_MS", "5"},
                          {"PEYK_BACKOFF_MAX_MS", "100"},
                          {"PEYK_HEARTBEAT_MS", "500"}},
            .log = directory_ / ("worker-" + number + ".log")};
}

void torture_world::run(std::function<void(fault const&)> const& tell) {
    auto const plan = make_faults({.seed = with_.seed,
                                   .tasks = with_.tasks,
                                   .faults = with_.faults,
                                   .workers = with_.workers});
    for (auto const& each : plan) {
        load_->await_ended(each.after_ended);
        check_workers();
        tell(each);
        strike(each);
    }
    heal();
    load_->await_ended(with_.tasks);
    check_workers();
}

void torture_world::strike(fault const& with) {
    if (with.victim != publisher_victim || with.what == fault_kind::broker)
        past_.push_back(
            {with.what == fault_kind::broker ? past_fault::all : with.victim, steady_ns()});
    switch (with.what) {
    case fault_kind::network:
    case fault_kind::next_network:
        return strike_network(with);
    case fault_kind::broker:
        broker_.kill();
        return broker_.start();
    case fault_kind::child:
        return kill_child(*workers_[static_cast<std::size_t>(with.victim)]);
    case fault_kind::worker:
        workers_[static_cast<std::size_t>(with.victim)]->kill();
        return workers_[static_cast<std::size_t>(with.victim)]->start();
    }
}

void torture_world::strike_network(fault const& with) {
    auto& victim = with.victim == publisher_victim
                       ? *to_publisher_
                       : *to_workers_[static_cast<std::size_t>(with.victim)];
    if (with.what == fault_kind::network)
        return victim.strike(with.network, with.late);
    victim.strike_next(with.network, 2, with.late);
    victim.strike(network_fault::reset);
}

void torture_world::kill_child(torture_worker& of) {
    auto const children = of.children();
    if (!children.empty()) // they may all be about to begin
        ::kill(children[random_++ % children.size()], SIGKILL);
}

void torture_world::heal() {
    to_publisher_->heal();
    for (auto const& each : to_workers_)
        each->heal();
}

void torture_world::check_workers() {
    for (auto const& each : workers_)
        each->check();
}

torture_verdict torture_world::judge() {
    for (int at = 0; at < with_.workers; ++at)
        load_->publish_wave(queue_of(at)); // every pool of every worker is at work
    torture_verdict verdict{load_->published(), read_runs(directory_ / "runs"), past_};
    check_broker(verdict);
    take_ends(verdict);
    broker_.kill(); // and what has ended has ended for good
    broker_.start();
    check_broker(verdict);
    for (auto const& each : workers_)
        if (auto const status = each->terminate(); status != EXIT_SUCCESS)
            verdict.add_problem("a worker ended with status " + std::to_string(status));
    return verdict;
}

void torture_world::check_broker(torture_verdict& into) const {
    client observer{broker_.url()};
    std::uint64_t dead = 0;
    for (auto const& each : observer.queues()) {
        dead += each.dead;
        if (each.ready + each.scheduled + each.leased + each.blocked > 0)
            into.add_problem("queue " + each.name +
                             " is not empty: " + std::to_string(each.leased) + " leased, " +
                             std::to_string(each.ready + each.scheduled + each.blocked) + " wait");
    }
    if (dead != with_.poisons)
        into.add_problem(std::to_string(dead) + " dead letters");
    for (auto const& each : admin{observer}.sessions())
        if (each.leased > 0)
            into.add_problem(each.name + " still has " + std::to_string(each.leased) + " leases");
}

void torture_world::take_ends(torture_verdict& into) const {
    constexpr std::size_t asked_at_once = 1'000;
    client observer{broker_.url()};
    std::vector<message_id> ids;
    for (auto const& [id, about] : load_->published())
        ids.push_back(id);
    for (std::size_t from = 0; from < ids.size(); from += asked_at_once) {
        auto const to = std::min(from + asked_at_once, ids.size());
        for (auto const& each : observer.status({ids.begin() + static_cast<std::ptrdiff_t>(from),
                                                 ids.begin() + static_cast<std::ptrdiff_t>(to)}))
            into.take(each);
    }
    into.finish();
}

std::string torture_world::logs() const {
    auto text = "broker:\n" + broker_.log();
    for (auto const& each : workers_)
        text += "a worker:\n" + each->log();
    return text;
}

} // namespace peyk::test
