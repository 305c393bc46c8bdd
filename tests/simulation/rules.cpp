#include "tests/simulation/rules.hpp"

#include <array>
#include <charconv>
#include <vector>

namespace peyk::simulation {

using namespace core;
using std::chrono::floor;
using std::chrono::seconds;

bool like(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) {
        return true;
    }
    auto const match = [](auto&& self, std::string_view p, std::string_view t) -> bool {
        if (p.empty()) {
            return t.empty();
        }
        if (p.front() == '*') {
            return self(self, p.substr(1), t) || (!t.empty() && self(self, p, t.substr(1)));
        }
        return !t.empty() && p.front() == t.front() && self(self, p.substr(1), t.substr(1));
    };
    return match(match, pattern, text);
}

owned_queue_settings settings_of(policies_by_pattern const& policies, std::string_view queue) {
    model_policy const* best = nullptr;
    std::size_t best_length = 0;
    for (auto const& [pattern, policy] : policies) {
        bool const wins = !best || policy.priority > best->priority ||
                          (policy.priority == best->priority && pattern.size() > best_length);
        if (like(pattern, queue) && wins) {
            best = &policy;
            best_length = pattern.size();
        }
    }
    return best ? best->settings : owned_queue_settings{};
}

model_schedule::model_schedule(record::schedule_set const& r)
    : cron(r.spec.cron), zone(r.spec.zone), every(r.spec.every), start(r.spec.start),
      end(r.spec.end), jitter(r.spec.jitter), expires_after(r.spec.expires_after),
      misfire(r.spec.misfire), overlap(r.spec.overlap), paused(r.spec.paused), since(r.since),
      last_slot(r.last_slot), fired(r.fired), skipped(r.skipped) {
    auto meant = std::make_shared<draft>();
    meant->fields = r.spec.message;
    meant->queue = r.spec.message.queue.empty() ? "default" : r.spec.message.queue;
    meant->task = r.spec.message.task;
    meant->content = r.spec.message.content;
    meant->stand_like(r.spec.message);
    meant->delays.assign(r.spec.message.retry_delays_ms.begin(),
                         r.spec.message.retry_delays_ms.end());
    message = meant;
}

bool model_schedule::same_clockwork(model_schedule const& other) const {
    return cron == other.cron && zone == other.zone && every == other.every &&
           start == other.start && end == other.end;
}

time_zones::period sim_zones::at(std::string_view, wall_time when) const {
    constexpr seconds stretch{180};
    auto const n = floor<seconds>(when.time_since_epoch()) / stretch;
    wall_time const begin{n * stretch};
    return {begin, begin + stretch, seconds{3'600} + seconds{n % 2 == 0 ? 0 : 60}};
}

namespace {

using fields = std::array<std::string, 6>; // seconds first

fields cut(std::string_view cron) {
    std::vector<std::string> words{{}};
    for (char const c : cron) {
        if (c == ' ') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    if (words.size() == 5) {
        words.insert(words.begin(), "0");
    }
    fields f;
    for (std::size_t i = 0; i < f.size(); ++i) {
        f[i] = words.at(i);
    }
    return f;
}

int number(std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// `*`, `7`, `3-9`, each with `/2`; the simulation writes no other.
bool says(std::string_view field, int value) {
    auto const slash = field.find('/');
    int const step = slash == std::string_view::npos ? 1 : number(field.substr(slash + 1));
    auto const range = field.substr(0, slash);
    if (range == "*") {
        return value % step == 0;
    }
    auto const dash = range.find('-');
    int const low = number(range.substr(0, dash));
    int const high = dash != std::string_view::npos    ? number(range.substr(dash + 1))
                     : slash != std::string_view::npos ? 59
                                                       : low;
    return value >= low && value <= high && (value - low) % step == 0;
}

// Only times of day: the simulation is not interested in the calendar.
bool shows(fields const& f, seconds local) {
    auto const of_day = ((local % 86'400) + seconds{86'400}) % 86'400;
    return says(f[0], static_cast<int>(of_day.count() % 60)) &&
           says(f[1], static_cast<int>(of_day.count() / 60 % 60)) &&
           says(f[2], static_cast<int>(of_day.count() / 3'600));
}

seconds offset(std::string_view zone, seconds at) {
    return zone.empty() ? seconds{0} : sim_zones{}.at(zone, wall_time{at}).offset;
}

bool cron_says(model_schedule const& of, fields const& f, seconds at) {
    seconds const now = at + offset(of.zone, at);
    if (f[2].front() == '*') {
        return shows(f, now); // as real time passes
    }
    // Certain hours: times shown again do not count; those that were jumped over count when the
    // clocks have jumped.
    seconds const before = at - seconds{1} + offset(of.zone, at - seconds{1}) + seconds{1};
    for (seconds skipped = before; skipped < now; ++skipped) {
        if (shows(f, skipped)) {
            return true;
        }
    }
    for (seconds back = seconds{1}; back <= seconds{60}; ++back) {
        if (at - back + offset(of.zone, at - back) == now) {
            return false;
        }
    }
    return shows(f, now);
}

} // namespace

namespace {

bool is_slot(model_schedule const& of, fields const& f, wall_time at) {
    if (at <= of.since || (of.start != unset && at < of.start) ||
        (of.end != unset && at >= of.end)) {
        return false;
    }
    if (of.cron.empty()) {
        auto const begin = of.start != unset ? of.start : of.since;
        return (at - begin) % of.every == duration{0};
    }
    auto const whole = floor<seconds>(at.time_since_epoch());
    return at.time_since_epoch() == whole && cron_says(of, f, whole);
}

fields fields_of(model_schedule const& of) {
    return of.cron.empty() ? fields{} : cut(of.cron);
}

} // namespace

bool is_slot(model_schedule const& of, wall_time at) {
    return is_slot(of, fields_of(of), at);
}

std::uint64_t slots_between(model_schedule const& of, wall_time after, wall_time up_to) {
    auto const first = std::max(after, of.since);
    auto const f = fields_of(of);
    std::uint64_t count = 0;
    if (of.cron.empty()) {
        auto const begin = of.start != unset ? of.start : of.since;
        auto const n = first < begin ? 0 : (first - begin) / of.every;
        for (auto at = begin + n * of.every; at <= up_to; at += of.every) {
            count += at > first && is_slot(of, f, at) ? 1 : 0;
        }
        return count;
    }
    for (auto at = wall_time{floor<seconds>(first.time_since_epoch()) + seconds{1}}; at <= up_to;
         at += seconds{1}) {
        count += is_slot(of, f, at) ? 1 : 0;
    }
    return count;
}

} // namespace peyk::simulation
