// The names of enumerations, as people and configuration files write them.
#include <peyk/broker_stats.hpp>
#include <peyk/event.hpp>
#include <peyk/hold.hpp>
#include <peyk/kept_message.hpp>
#include <peyk/obstacle.hpp>
#include <peyk/queue_policy.hpp>
#include <peyk/schedule.hpp>
#include <peyk/selector.hpp>
#include <peyk/status.hpp>
#include <peyk/sweep.hpp>

#include <array>
#include <cstddef>

namespace peyk {
namespace {

template <std::size_t N>
using names = std::array<std::string_view, N>;

// In the order of their values, which begin with 0.
constexpr names<7> deaths{
    "", "retries_exhausted", "permanent_failure", "max_age", "crash_limit", "asked", "queue_full"};
constexpr names<4> hold_scopes{"queue", "task", "publishing", "key"};
constexpr names<5> content_states{"whole", "gone", "lost", "unknown", "foreign"};
constexpr names<8> message_states{
    "scheduled", "ready", "leased", "blocked", "succeeded", "failed", "revoked", "dead"};
constexpr names<3> overflows{"reject", "drop_oldest", "dead_letter"};
constexpr names<3> misfires{"run_once", "skip", "run_all"};
constexpr names<4> overlaps{"allow", "skip", "queue", "replace"};
constexpr names<7> sweep_actions{
    "cancel", "run_now", "reschedule", "move", "redrive", "forget", "edit"};
constexpr names<3> pressures{"none", "slowed", "refused"};

constexpr names<20> obstacle_kinds{"none",
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
// Celery's.
constexpr names<12> event_kinds{"task-sent",
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

// Empty for a value of a newer broker.
template <std::size_t N, class Enum>
std::string_view text_of(names<N> const& all, Enum value) {
    auto const at = static_cast<std::size_t>(value);
    return at < N ? all[at] : std::string_view{};
}

template <class Enum, std::size_t N>
std::optional<Enum> find(names<N> const& all, std::string_view text) {
    for (std::size_t at = 0; at < N; ++at)
        if (all[at] == text)
            return static_cast<Enum>(at);
    return std::nullopt;
}

} // namespace

std::string_view to_string(death value) {
    return text_of(deaths, value);
}

std::string_view to_string(content_state value) {
    return text_of(content_states, value);
}

std::string_view to_string(hold_scope value) {
    return text_of(hold_scopes, value);
}

std::string_view to_string(message_state value) {
    return text_of(message_states, value);
}

std::string_view to_string(overflow value) {
    return text_of(overflows, value);
}

std::string_view to_string(misfire value) {
    return text_of(misfires, value);
}

std::string_view to_string(overlap value) {
    return text_of(overlaps, value);
}

std::string_view to_string(sweep_action value) {
    return text_of(sweep_actions, value);
}

std::string_view to_string(obstacle_kind value) {
    return text_of(obstacle_kinds, value);
}

std::string_view to_string(event_kind value) {
    return text_of(event_kinds, value);
}

std::optional<event_kind> parse_event_kind(std::string_view text) {
    return find<event_kind>(event_kinds, text);
}

std::string_view to_string(pressure value) {
    return text_of(pressures, value);
}

std::optional<message_state> parse_message_state(std::string_view text) {
    return find<message_state>(message_states, text);
}

std::optional<overflow> parse_overflow(std::string_view text) {
    return find<overflow>(overflows, text);
}

std::optional<misfire> parse_misfire(std::string_view text) {
    return find<misfire>(misfires, text);
}

std::optional<overlap> parse_overlap(std::string_view text) {
    return find<overlap>(overlaps, text);
}

} // namespace peyk
