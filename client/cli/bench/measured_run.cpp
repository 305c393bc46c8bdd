#include "client/cli/bench/measured_run.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace peyk::cli::bench {
namespace {

using seconds = std::chrono::duration<double>;

// Connections, caches and the journal's first segment settle within it.
constexpr double warm_up_seconds = 1;
// Enough for a stable mean, short enough to try things.
constexpr double seconds_default = 5;
// Of the time measured, for short runs.
constexpr double warm_up_share = 0.2;

} // namespace

measured_run::measured_run(rig& on, std::string const& what, std::function<std::uint64_t()> done)
    : rig_(on), done_(std::move(done)), what_(what), count_(on.what().count),
      seconds_(on.what().seconds.value_or(seconds_default)), timer_(on.context()) {}

measured_run::reading measured_run::read() const {
    return {.at = clock::now(), .cpu = rig_.cpu(), .done = done_()};
}

void measured_run::run(std::function<void()> const& begin) {
    began_ = clock::now();
    if (count_) {
        bar_.emplace(what_, *count_);
        start();
    } else {
        auto const warm_up = std::min(warm_up_seconds, seconds_ * warm_up_share);
        auto const all =
            std::chrono::milliseconds{static_cast<std::int64_t>((warm_up + seconds_) * 1'000)};
        bar_.emplace(what_ + ", ms", static_cast<std::uint64_t>(all.count()));
        timer_.expires_after(std::chrono::duration_cast<clock::duration>(seconds{warm_up}));
        timer_.async_wait([this](error_code failed) {
            if (failed)
                return;
            start();
            timer_.expires_after(std::chrono::duration_cast<clock::duration>(seconds{seconds_}));
            timer_.async_wait([this](error_code ended) {
                if (!ended)
                    stop();
            });
        });
    }
    begin();
    rig_.run();
    bar_.reset();
}

void measured_run::start() {
    first_ = read();
    measuring_ = true;
}

void measured_run::stop() {
    last_ = read();
    measuring_ = false;
    rig_.context().stop();
}

void measured_run::advance() {
    show();
    if (measuring_ && count_ && done_() - first_.done >= *count_)
        stop();
}

void measured_run::show() {
    auto const elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began_);
    bar_->show(count_ ? done_() : static_cast<std::uint64_t>(elapsed.count()));
}

boost::json::object measured_run::fields() const {
    auto const messages = last_.done - first_.done;
    auto const took = seconds(last_.at - first_.at).count();
    auto const per_message = [&](std::chrono::microseconds from, std::chrono::microseconds to) {
        auto const spent = static_cast<double>((to - from).count());
        return messages == 0 ? 0 : spent / static_cast<double>(messages);
    };
    return {{"messages", messages},
            {"seconds", took},
            {"rate_per_s", took > 0 ? static_cast<double>(messages) / took : 0},
            {"broker_cpu_us", per_message(first_.cpu.broker, last_.cpu.broker)},
            {"client_cpu_us", per_message(first_.cpu.client, last_.cpu.client)}};
}

} // namespace peyk::cli::bench
