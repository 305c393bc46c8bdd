// What is said about the broker as a whole: its limits, time, its end and its return.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace peyk::scenarios {

namespace {

// More than any scenario needs: a deadline that never moves on.
constexpr int steps_max = 100'000;

} // namespace

// Only before everything else.
void conversation::limit(request const& r) {
    std::map<std::string_view, core::duration core::limits::*> const times = {
        {"grace", &core::limits::session_grace},
        {"memory", &core::limits::session_memory},
        {"settling", &core::limits::settling},
        {"heartbeat", &core::limits::heartbeat},
        {"result_ttl", &core::limits::result_ttl},
        {"dead_ttl", &core::limits::dead_ttl}};
    std::map<std::string_view, std::size_t core::limits::*> const sizes = {
        {"content_memory", &core::limits::content_memory_bytes},
        {"sessions", &core::limits::sessions_max},
        {"batch", &core::limits::batch_max},
        {"history", &core::limits::history_max},
        {"checkpoint", &core::limits::checkpoint_bytes_max},
        {"log", &core::limits::log_bytes_max},
        {"progress_text", &core::limits::progress_text_max},
        {"schedules", &core::limits::schedules_max},
        {"policies", &core::limits::policies_max},
        {"holds", &core::limits::holds_max},
        {"sweeps", &core::limits::sweeps_max},
        {"sweep_visits", &core::limits::sweep_visits_max},
        {"sweep_changes", &core::limits::sweep_changes_max},
        {"misfires", &core::limits::misfires_max}};
    for (auto const& [name, value] : r.options) {
        if (auto const time = times.find(name); time != times.end()) {
            limits_.*time->second = span_of(value);
        } else if (auto const size = sizes.find(name); size != sizes.end()) {
            limits_.*size->second = number_of<std::size_t>(value);
        } else if (name == "dead_max") {
            limits_.dead_max = number_of<std::uint64_t>(value);
        } else {
            misunderstood(name);
        }
    }
}

// From the next start on: `configure policy mail* ...`, `configure schedule beat ...`,
// `configure limit mail task=mail rate=1/s`.
void conversation::configure(request const& r) {
    std::erase_if(configuration_, [&](request const& old) {
        return old.word(0) == r.word(0) && old.word(1) == r.word(1);
    });
    if (!r.has("nothing")) {
        configuration_.push_back(r);
    }
}

// Steps from deadline to deadline, as the engine does. Sessions that are named stay connected,
// unless the line ends in "silent".
void conversation::after(request const& r) {
    core::duration left = span_of(r.word(0));
    for (int i = 0; i < steps_max; ++i) {
        core::deadline const next = broker().next_deadline();
        core::duration const step = std::max(
            core::duration{0}, std::min({left, next.wall - now_.wall, next.steady - now_.steady}));
        now_.wall += step;
        now_.steady += step;
        left -= step;
        for (std::size_t w = 1; w < r.words.size() && !r.has("silent"); ++w) {
            broker().heard(core::id_of<core::session_id>(r.words[w]), now_.steady);
        }
        if (next.wall > now_.wall && next.steady > now_.steady) {
            return;
        }
        core::output produced;
        broker().advance(now_, produced);
        take(produced);
    }
    throw std::runtime_error{"the broker is never done"};
}

// `crash 10m`: it is down so long. `crash lose=2`: the last two facts were not on disk.
void conversation::crash(request const& r) {
    std::size_t const lost = r.count("lose", 0);
    if (lost != 0) {
        for (std::size_t i = 0; i < lost && !journal_.empty(); ++i) {
            journal_.pop_back();
        }
        begin();
        return;
    }
    if (!r.words.empty()) {
        (void)broker();
        now_.wall += span_of(r.word(0));
        now_.steady += span_of(r.word(0));
    }
    restart();
}

void conversation::stop(request const& r) {
    core::output produced;
    broker().stop(produced);
    take(produced);
    crash(r);
}

void conversation::begin() {
    broker_.emplace(configured());
    replay_into(*broker_);
    core::output produced;
    broker_->recovered(now_, produced);
    take(produced);
}

// A new broker that knows the configuration.
core::broker_state conversation::configured() {
    core::broker_state made{limits_, 0, &zones_};
    for (request const& r : configuration_) {
        std::string detail;
        auto const code = r.word(0) == "policy"  ? made.configure(policy_of(r))
                          : r.word(0) == "limit" ? made.configure(limit_of(r))
                                                 : made.configure(schedule_of(r), detail);
        if (code != core::errc::ok) {
            answer_ << "configured wrongly: " << code << ' ' << detail << '\n';
        }
    }
    return made;
}

void conversation::replay_into(core::broker_state& into) const {
    for (std::size_t i = 0; i < journal_.size(); ++i) {
        into.replay(journal_[i].get(), {i}, 1);
    }
}

// Rebuilds the broker from what was recorded, which must give the same state.
void conversation::restart() {
    std::uint64_t const before = broker().fingerprint();
    core::broker_state replayed = configured();
    replay_into(replayed);
    if (replayed.fingerprint() != before) {
        answer_ << "the broker came back as another one\n";
    }
    begin();
}

// Moves everything that stands before the end, and forgets the facts that nobody needs.
void conversation::relocate(request const&) {
    bool more = true;
    core::position const end{journal_.size()};
    while (more) {
        core::output produced;
        more = broker().relocate(end, 1, produced);
        take(produced);
    }
    auto const garbage = std::min<std::size_t>(broker().oldest_retained().value, journal_.size());
    for (std::size_t i = 0; i < garbage; ++i) {
        journal_[i] = simulation::owned_record{core::record::stopped_cleanly{}};
    }
}

void conversation::gate(request const& r) {
    broker().set_gate(r.has("open") ? core::publish_gate::open : core::publish_gate::disk_full);
}

void conversation::stats(request const& r) {
    if (r.words.empty()) {
        core::broker_stats const seen = broker().stats();
        answer_ << "sessions=" << seen.sessions << " messages=" << seen.messages
                << " results=" << seen.results << " content_bytes=" << seen.content_bytes
                << " stale=" << seen.stale_settles << " duplicates=" << seen.duplicate_publishes
                << (seen.settling ? " settling" : "") << '\n';
    } else if (auto const seen = broker().queue(r.word(0))) {
        answer_ << *seen << '\n';
    } else {
        answer_ << "no such queue\n";
    }
}

} // namespace peyk::scenarios
