#include "broker/server/recovery.hpp"

#include "broker/net/wire_content.hpp"
#include "broker/storage/posix_file_system.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <stdexcept>

namespace peyk::server {
namespace {

using steady = std::chrono::steady_clock;

// A long recovery says so this often.
constexpr std::chrono::seconds progress_interval{1};
// Records between two looks at the clock.
constexpr std::uint64_t progress_records = 1u << 16;

double seconds_since(steady::time_point start) {
    return std::chrono::duration<double>(steady::now() - start).count();
}

class progress {
public:
    void record() {
        if (++records_ % progress_records != 0 || steady::now() - said_ < progress_interval)
            return;
        said_ = steady::now();
        spdlog::info("recovering: {} records in {:.1f} s", records_, seconds_since(start_));
    }
    [[nodiscard]] std::uint64_t records() const { return records_; }
    [[nodiscard]] double seconds() const { return seconds_since(start_); }

private:
    steady::time_point start_ = steady::now();
    steady::time_point said_ = start_;
    std::uint64_t records_ = 0;
};

// Why the core does not take what is configured, for people.
std::string sentence(core::errc why, core::limits const& limits) {
    switch (why) {
    case core::errc::invalid_argument:
        return "default_ttl or lease is 0, or the pattern is empty, too long or has characters "
               "other than letters, digits and . _ - : / *";
    case core::errc::invalid_queue_name:
        return "the name in dead_letter is too long or has characters other than letters, digits "
               "and . _ - : /";
    case core::errc::too_many_policies:
        return "there are more policies than limits.policies_max (" +
               std::to_string(limits.policies_max) + ")";
    case core::errc::too_many_schedules:
        return "there are more schedules than limits.schedules_max (" +
               std::to_string(limits.schedules_max) + ")";
    default:
        return std::string{"it is refused ("} + core::name(why) + ")";
    }
}

std::string limit_sentence(core::errc why, core::limits const& limits) {
    switch (why) {
    case core::errc::invalid_argument:
        return "a limit needs a task, a queue or a key, of at most " +
               std::to_string(limits.name_bytes_max) + " bytes (a key " +
               std::to_string(limits.key_bytes_max) + "), and no key if it is per_worker";
    case core::errc::too_many_limits:
        return "there are more than " + std::to_string(limits.limits_max) + " limits";
    default:
        return sentence(why, limits);
    }
}

std::string share_sentence(core::errc why, core::limits const& limits) {
    switch (why) {
    case core::errc::invalid_argument:
        return "a share needs a key of at most " + std::to_string(limits.key_bytes_max) + " bytes";
    case core::errc::too_many_limits:
        return "there are more than " + std::to_string(limits.limits_max) + " shares";
    default:
        return sentence(why, limits);
    }
}

void configure_limits(core::broker_state& state, config const& settings) {
    for (auto const& each : settings.rates) {
        if (!each.limited)
            throw config_error{each.place + ": a rate or a concurrency is needed"};
        if (each.settings.burst > 1 && !each.settings.rate.limited())
            throw config_error{each.place + ": a burst needs a rate"};
        if (each.settings.per_worker && !each.settings.rate.limited())
            throw config_error{each.place + ": per_worker needs a rate"};
        if (auto const why = state.configure(each.command()); why != core::errc::ok)
            throw config_error{each.place + ": " + limit_sentence(why, settings.limits)};
    }
    for (auto const& each : settings.shares) {
        if (auto const why = state.configure(each.command()); why != core::errc::ok)
            throw config_error{each.place + ": " + share_sentence(why, settings.limits)};
    }
}

} // namespace

void configure(core::broker_state& state, config const& settings) {
    for (auto const& policy : settings.policies) {
        if (auto const why = state.configure(policy.command()); why != core::errc::ok)
            throw config_error{policy.place + ": " + sentence(why, settings.limits)};
    }
    for (auto const& schedule : settings.schedules) {
        std::string detail;
        if (schedule.task.empty())
            throw config_error{schedule.place + ": a task is needed"};
        auto const content = net::encode_content(schedule.args, schedule.kwargs, "peyk-broker");
        auto const why = state.configure(schedule.command(content), detail);
        if (why != core::errc::ok)
            throw config_error{schedule.place + ": " +
                               (detail.empty() ? sentence(why, settings.limits) : detail)};
    }
    configure_limits(state, settings);
}

recovered_journal recover(config const& settings, core::broker_state& state, clock& time) {
    configure(state, settings);
    progress done;
    recovered_journal out;
    out.files = std::make_unique<storage::posix_file_system>();
    auto log = storage::file_log::open(*out.files, settings.journal);
    if (!log)
        throw std::runtime_error{log.error().sentence()};
    out.journal = std::make_unique<storage::journal>(std::move(*log));
    auto const report = out.journal->recover(
        [&](core::any_record const& fact, core::position at, std::uint32_t bytes) {
            state.replay(fact, at, bytes);
            done.record();
        });
    if (!report)
        throw std::runtime_error{out.journal->last_error()};
    if (report->torn_bytes > 0)
        spdlog::warn("{} bytes at the end of the journal were never confirmed and are cut off",
                     report->torn_bytes);
    state.recovered(time.now(), out.output);
    out.seconds = done.seconds();
    auto const stats = state.stats();
    spdlog::info("recovered {} messages and {} results from {} records in {:.2f} s; epoch {}",
                 stats.messages,
                 stats.results,
                 done.records(),
                 out.seconds,
                 state.epoch().value);
    return out;
}

} // namespace peyk::server
