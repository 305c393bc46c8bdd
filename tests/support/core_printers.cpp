#include "tests/support/core_printers.hpp"

#include "tests/support/print_fields.hpp"

#include <cctype>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

namespace peyk::core {

using namespace print;

namespace {

template <class Id>
std::ostream& print_id(std::ostream& to, Id id) {
    std::string word;
    for (std::uint64_t rest = id.low; rest != 0; rest >>= 8) {
        word.insert(word.begin(), static_cast<char>(rest & 0xff));
    }
    bool const is_word = id.high == 0 && std::ranges::all_of(word, [](unsigned char c) {
                             return std::isgraph(c) != 0;
                         });
    if (id.empty()) {
        return to << "none";
    }
    if (is_word) {
        return to << word;
    }
    std::ostringstream hex;
    hex << std::hex << std::setfill('0') << std::setw(16) << id.high << std::setw(16) << id.low;
    return to << hex.str();
}

template <class Enum, std::size_t N>
std::ostream& print_name(std::ostream& to, char const* const (&names)[N], Enum value) {
    auto const at = static_cast<std::size_t>(value);
    return to << (at < N ? names[at] : "?");
}

// A log on one line.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::ranges::replace(line, '\n', '|');
    return line;
}

} // namespace

std::ostream& operator<<(std::ostream& to, message_id id) {
    return print_id(to, id);
}

std::ostream& operator<<(std::ostream& to, session_id id) {
    return print_id(to, id);
}

std::ostream& operator<<(std::ostream& to, delivery_token token) {
    return to << token.epoch.value << '.' << token.number;
}

std::ostream& operator<<(std::ostream& to, errc code) {
    return to << name(code);
}

std::ostream& operator<<(std::ostream& to, message_state state) {
    static constexpr char const* names[] = {
        "scheduled", "ready", "leased", "blocked", "succeeded", "failed", "revoked", "dead"};
    return print_name(to, names, state);
}

std::ostream& operator<<(std::ostream& to, visible_state state) {
    static constexpr char const* names[] = {
        "UNKNOWN", "PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"};
    return print_name(to, names, state);
}

std::ostream& operator<<(std::ostream& to, visible_detail detail) {
    static constexpr char const* names[] = {
        "none", "scheduled", "blocked", "ready", "leased", "revoked", "expired", "dead"};
    return print_name(to, names, detail);
}

std::ostream& operator<<(std::ostream& to, death why) {
    static constexpr char const* names[] = {"none",
                                            "retries_exhausted",
                                            "permanent_failure",
                                            "max_age",
                                            "crash_limit",
                                            "asked",
                                            "queue_full"};
    return print_name(to, names, why);
}

std::ostream& operator<<(std::ostream& to, hold_scope scope) {
    static constexpr char const* names[] = {"queue", "task", "publishing", "key"};
    return print_name(to, names, scope);
}

std::ostream& operator<<(std::ostream& to, overflow what) {
    static constexpr char const* names[] = {"reject", "drop_oldest", "dead_letter"};
    return print_name(to, names, what);
}

std::ostream& operator<<(std::ostream& to, sweep_action action) {
    static constexpr char const* names[] = {
        "cancel", "run_now", "reschedule", "move", "redrive", "forget", "edit"};
    return print_name(to, names, action);
}

std::ostream& operator<<(std::ostream& to, wall_time at) {
    if (at == never) {
        return to << "never";
    }
    return to << at.time_since_epoch();
}

std::ostream& operator<<(std::ostream& to, duration span) {
    auto const ms = span.count();
    to << ms / 1000;
    if (ms % 1000 != 0) {
        to << '.' << std::setfill('0') << std::setw(3) << ms % 1000;
    }
    return to << 's';
}

std::ostream& operator<<(std::ostream& to, counters const& counted) {
    return to << "attempts=" << counted.attempts << " crashes=" << counted.crashes
              << " deliveries=" << counted.deliveries;
}

std::ostream& operator<<(std::ostream& to, task_error const& error) {
    return to << error.type << (error.text.empty() ? "" : ":") << error.text;
}

std::ostream& operator<<(std::ostream& to, attempt const& run) {
    to << run.worker << ' ';
    if (run.began == unset) {
        to << '?';
    } else {
        to << run.began;
    }
    to << '-' << run.ended << (run.crash ? " crash" : "");
    error_field(to, run.error.view());
    return to;
}

std::ostream& operator<<(std::ostream& to, progress const& how_far) {
    return to << how_far.done << '/' << how_far.total << (how_far.text.empty() ? "" : ":")
              << how_far.text;
}

std::ostream& operator<<(std::ostream& to, message const& m) {
    to << m.id << " queue=" << m.queue;
    text_field(to, "task", m.task);
    field(to, "priority", int{m.priority}, m.priority != 4);
    time_field(to, "eta", m.eta);
    time_field(to, "expires", m.expires);
    text_field(to, "content", m.content);
    text_field(to, "unique", m.unique.key);
    number_field(to, "max_age", m.max_age_s);
    field(to, "root", m.root, !m.root.empty());
    field(to, "parent", m.parent, !m.parent.empty());
    text_field(to, "ordering", m.placement.ordering_key);
    text_field(to, "fairness", m.placement.fairness_key);
    text_field(to, "limit", m.placement.limit_key);
    field(to, "cost", m.placement.cost, m.placement.cost != 1);
    for (std::string_view const label : m.placement.labels) {
        to << " label=" << label;
    }
    for (std::string_view const tag : m.tags) {
        to << " tag=" << tag;
    }
    return to;
}

std::ostream& operator<<(std::ostream& to, message_edit const& change) {
    if (change.priority) {
        to << " priority=" << int{*change.priority};
    }
    field(to, "expires", change.expires);
    field(to, "max_retries", change.max_retries);
    return to;
}

std::ostream& operator<<(std::ostream& to, limit_names const& names) {
    to << "limit";
    text_field(to, "task", names.task);
    text_field(to, "queue", names.queue);
    text_field(to, "key", names.key);
    return to;
}

std::ostream& operator<<(std::ostream& to, obstacle_kind kind) {
    static constexpr char const* names[] = {"none",
                                            "unknown",
                                            "final",
                                            "running",
                                            "reserved",
                                            "scheduled",
                                            "retry",
                                            "unique_key",
                                            "settling",
                                            "queue_held",
                                            "task_held",
                                            "key_held",
                                            "ordering_key",
                                            "nobody_reads",
                                            "nobody_announces",
                                            "labels",
                                            "rate_limit",
                                            "concurrency_limit",
                                            "slow_readers",
                                            "behind_others"};
    static_assert(std::size(names) == obstacle_kinds);
    return print_name(to, names, kind);
}

std::ostream& operator<<(std::ostream& to, event_kind kind) {
    static constexpr char const* names[] = {"task-sent",
                                            "task-received",
                                            "task-started",
                                            "task-succeeded",
                                            "task-failed",
                                            "task-retried",
                                            "task-revoked",
                                            "task-requeued",
                                            "task-redriven",
                                            "worker-online",
                                            "worker-heartbeat",
                                            "worker-offline"};
    static_assert(std::size(names) == event_kinds);
    return print_name(to, names, kind);
}

std::ostream& operator<<(std::ostream& to, event const& e) {
    to << e.kind;
    field(to, "message", e.message, !e.message.empty());
    text_field(to, "queue", e.queue);
    text_field(to, "task", e.task);
    text_field(to, "worker", e.worker);
    error_field(to, {e.error_type, e.error_text, {}});
    number_field(to, "attempt", e.attempt);
    field(to, "waited", e.waited, e.waited != duration{0});
    field(to, "ran", e.ran, e.ran != duration{0});
    return to;
}

std::ostream& operator<<(std::ostream& to, queue_settings const& s) {
    field(to, "max_length", s.max_length);
    field(to, "max_bytes", s.max_bytes);
    field(to, "overflow", s.overflow);
    field(to, "default_ttl_s", s.default_ttl_s);
    field(to, "lease_ms", s.lease_ms);
    field(to, "max_crashes", s.max_crashes);
    field(to, "aging_s", s.aging_s);
    field(to, "dead_letter", s.dead_letter);
    field(to, "dead_ttl_s", s.dead_ttl_s);
    field(to, "dead_max", s.dead_max);
    return to;
}

std::ostream& operator<<(std::ostream& to, schedule_spec const& s) {
    static constexpr char const* misfires[] = {"skip", "run_once", "run_all"};
    static constexpr char const* overlaps[] = {"allow", "skip", "queue", "replace"};
    to << s.name;
    field(to, "cron", '"' + std::string{s.cron} + '"', !s.cron.empty());
    text_field(to, "zone", s.zone);
    field(to, "every", s.every, s.every != duration{0});
    time_field(to, "start", s.start);
    time_field(to, "end", s.end);
    field(to, "jitter", s.jitter, s.jitter != duration{0});
    print_name(to << " misfire=", misfires, s.misfire);
    print_name(to << " overlap=", overlaps, s.overlap);
    return to << (s.paused ? " paused" : "") << (s.configured ? " configured" : "");
}

std::ostream& operator<<(std::ostream& to, sweep_state const& s) {
    to << s.id.value << " matched=" << s.matched << " changed=" << s.changed;
    text_field(to, "unchanged", s.unchanged);
    return to << (s.done ? " done" : "") << (s.stopped ? " stopped" : "");
}

std::ostream& operator<<(std::ostream& to, status const& seen) {
    to << seen.id << ' ' << seen.state;
    if (seen.detail != visible_detail::none) {
        to << '(' << seen.detail << ')';
    }
    field(to, "death", seen.death, seen.death != death::none);
    text_field(to, "origin", seen.origin);
    text_field(to, "result", seen.result ? seen.result->bytes() : std::string_view{});
    error_field(to, {seen.error_type, seen.error_text, {}});
    if (seen.done != 0 || seen.total != 0 || !seen.progress_text.empty()) {
        to << " progress=" << progress{seen.done, seen.total, seen.progress_text};
    }
    number_field(to, "checkpoint", seen.checkpoint_bytes);
    text_field(to, "log", one_line(seen.log));
    for (attempt const& run : seen.history) {
        to << " run{" << run << '}';
    }
    return to;
}

std::ostream& operator<<(std::ostream& to, delivery const& leaving) {
    to << leaving.session << '.' << leaving.consumer.value << ' ' << leaving.token << ' ';
    to << leaving.message.id << ' ' << leaving.counters;
    text_field(to, "checkpoint", leaving.checkpoint);
    field(to, "content_at", leaving.content_at.value, leaving.content_at != nowhere);
    to << (leaving.withheld ? " withheld" : "");
    return to;
}

std::ostream& operator<<(std::ostream& to, queue_stats const& seen) {
    to << "ready=" << seen.ready << " scheduled=" << seen.scheduled << " leased=" << seen.leased;
    number_field(to, "blocked", seen.blocked);
    to << " dead=" << seen.dead << " consumers=" << seen.consumers << " lanes=" << seen.lanes;
    to << (seen.created ? " created" : "") << (seen.draining ? " draining" : "");
    time_field(to, "held_until", seen.held_until);
    text_field(to, "held_reason", seen.held_reason);
    text_field(to, "policy", seen.policy);
    return to;
}

std::ostream& operator<<(std::ostream& to, output const& produced) {
    for (any_record const& one : produced.records) {
        to << "record " << one << '\n';
    }
    for (delivery const& one : produced.deliveries) {
        to << "deliver " << one << '\n';
    }
    for (any_effect const& one : produced.effects) {
        to << one << '\n';
    }
    for (event const& one : produced.events) {
        to << "event " << one << '\n';
    }
    return to;
}

} // namespace peyk::core
