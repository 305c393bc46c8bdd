#pragma once
// Records of every kind, and whether two of them say the same.

#include "broker/core/record.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace peyk::test {

inline core::wall_time wall(std::int64_t ms) {
    return core::wall_time{core::duration{ms}};
}

inline constexpr std::array<std::uint32_t, 3> delays_ms{0, 1'000, 0xffff'ffff};

inline constexpr std::array<std::string_view, 2> labels{"arch=arm64", "gpu=a100"};
inline constexpr std::array<std::string_view, 2> tags{"tenant=42", "caf\xc3"};

inline core::message full_message(std::string_view content) {
    return {.id = {0x0123456789abcdef, 0xfedcba9876543210},
            .queue = "mail.outgoing-with-a-name-that-does-not-fit-in-a-small-string",
            .task = "tasks.send",
            .priority = 255,
            .eta = wall(1'700'000'000'123),
            .expires = core::never,
            .retry = {.max_retries = 65'535,
                      .factor_percent = 150,
                      .base_ms = 1,
                      .max_ms = 0xffff'ffff,
                      .spread = core::jitter::full,
                      .curve = core::backoff::list},
            .result = {.ttl_s = 17, .keep = false, .track_started = true},
            .max_crashes = 9,
            .retry_delays_ms = delays_ms,
            .max_age_s = 86'400,
            .unique = {.key = "order \xff 17", // a key is any bytes here
                       .until = core::unique_until::ttl,
                       .conflict = core::on_conflict::keep_last,
                       .ttl_s = 30},
            .root = {1, ~0ull},
            .parent = {~0ull, 2},
            .placement = {.ordering_key = "order-17",
                          .fairness_key = "tenant \xff",
                          .limit_key = "api",
                          .cost = 1'000'000,
                          .labels = labels},
            .tags = tags,
            .content = content};
}

// The message nearly everybody publishes.
inline core::message plain_message(std::string_view content) {
    return {.id = {0x0197'0000'0000'7000, 0x8000'0000'0000'0001},
            .queue = "mail",
            .task = "mail.send",
            .retry = {.max_retries = 3},
            .content = content};
}

inline core::traces full_traces() {
    static std::vector<core::attempt> const history{
        {.worker = "host:1",
         .began = wall(1),
         .ended = wall(2),
         .crash = true,
         .error = {.type = "lost", .text = "", .trace = ""}},
        {.worker = "", .began = core::unset, .ended = wall(4), .crash = false, .error = {}},
        {.worker = "host:2",
         .began = wall(5),
         .ended = core::never,
         .crash = false,
         .error = {.type = "T", .text = "caf\xc3", .trace = "line\nline"}}};
    return {.history = history,
            .progress = {.done = 3, .total = ~0ull, .text = "three of many"},
            .log = "one\ntwo\n",
            .log_end = 1ull << 40,
            .checkpoint = {"\0\xff", 2}};
}

inline core::queue_settings full_settings() {
    return {.max_length = 0,
            .max_bytes = ~0ull,
            .overflow = core::overflow::dead_letter,
            .default_ttl_s = 1,
            .lease_ms = 2,
            .max_crashes = 65'535,
            .aging_s = 0,
            .dead_letter = "-",
            .dead_ttl_s = 5,
            .dead_max = 0};
}

inline core::schedule_spec full_schedule() {
    return {.name = "nightly",
            .cron = "0 3 * * *",
            .zone = "Europe/Berlin",
            .every = core::duration{5},
            .start = wall(6),
            .end = wall(7),
            .jitter = core::duration{8},
            .misfire = core::misfire::run_all,
            .overlap = core::overlap::replace,
            .paused = true,
            .configured = true,
            .expires_after = core::duration{9},
            .message = full_message("what it publishes")};
}

inline core::message_edit full_edit() {
    return {.priority = 255, .expires = wall(10), .max_retries = 65'535};
}

inline core::sweep_spec full_sweep() {
    return {.action = core::sweep_action::edit,
            .which = {.queue = "mail.*",
                      .task = "t*",
                      .error = "*Error",
                      .states = {core::message_state::scheduled,
                                 core::message_state::blocked,
                                 core::message_state::succeeded,
                                 core::message_state::dead},
                      .tag = "tenant=*",
                      .worker = "host:*",
                      .root = {1, 2},
                      .parent = {3, 4},
                      .published_after = wall(5),
                      .published_before = core::never},
            .to = "elsewhere",
            .due = wall(6),
            .reason = "because",
            .rate_per_s = 0xffff'ffff,
            .terminate = true,
            .reset_counters = true,
            .edits = full_edit()};
}

// One of each kind at least; also with everything at its default.
inline std::vector<core::any_record> records_of_every_kind() {
    using namespace core::record;
    static std::pair<core::publish_sequence, core::publish_sequence> const accepted[] = {
        {{1}, {5}}, {{7}, {7}}, {{100}, {~0ull}}};
    core::task_error const error{.type = "ValueError", .text = "no \0 way", .trace = "a\nb"};
    core::delivery_token const token{{7}, 1ull << 60};
    core::session_id const session{~0ull, 1};
    return {
        epoch_started{.epoch = {3}, .at = wall(-5)},
        stopped_cleanly{},
        session_opened{
            .session = session, .name = "worker-1", .consumes = true, .accepted = accepted},
        session_opened{},
        session_ended{.session = session},
        published{.number = {1},
                  .message = full_message("the content"),
                  .at = wall(1'700'000'000'000),
                  .session = session,
                  .sequence = {8},
                  .schedule = "nightly",
                  .slot = wall(1'700'000'000'000),
                  .blocked = true},
        published{.number = {2}, .message = plain_message("body"), .at = wall(1)},
        published{},
        message_kept{.number = {~0ull},
                     .message = full_message(""),
                     .at = wall(12),
                     .state = core::message_state::leased,
                     .due = wall(13),
                     .retrying = true,
                     .counters = {.attempts = 65'535, .crashes = 2, .deliveries = 0xffff'ffff},
                     .last_error = error,
                     .traces = full_traces(),
                     .lease = token,
                     .holder = session,
                     .started = true,
                     .acknowledged = true,
                     .has_turn = true},
        message_kept{.message = {.content = "x"}, .state = core::message_state::dead},
        message_kept{.state = core::message_state::blocked, .traces = {.log_end = 7}},
        leased{.number = {5}, .token = token, .session = session},
        leased{.number = {5}, .token = token, .session = session, .at = wall(6)},
        requeued{.number = {5},
                 .due = core::never,
                 .retrying = true,
                 .counters = {.attempts = 1, .crashes = 2, .deliveries = 3},
                 .error = error,
                 .failed = true,
                 .crash = true,
                 .worker = "host:12",
                 .began = wall(3),
                 .ended = wall(4)},
        requeued{},
        rescheduled{.number = {5}, .due = wall(77)},
        rescheduled{},
        edited{.number = {5}, .change = full_edit()},
        // Said to be nothing: 0 and never are values, too.
        edited{.number = {5}, .change = {.priority = 0, .expires = core::unset, .max_retries = 0}},
        edited{},
        moved{.number = {5}, .queue = "elsewhere"},
        redriven{.number = {5},
                 .queue = "elsewhere",
                 .reset_counters = true,
                 .at = wall(8),
                 .keyless = true},
        redriven{},
        reported{.number = {5},
                 .progress = core::progress{.done = 1, .total = 2, .text = "half"},
                 .checkpoint = "state",
                 .log = "line\n"},
        // Nothing said, and said to be nothing, are two things.
        reported{.number = {5}, .progress = core::progress{}, .checkpoint = ""},
        reported{},
        started{.number = {5}, .at = wall(99)},
        started{.number = {5}, .acknowledged = true},
        finished{.number = {5},
                 .id = {1, 2},
                 .queue = "q",
                 .task = "t",
                 .outcome = {.state = core::message_state::revoked,
                             .expired = true,
                             .result = "[1, 2, 3]",
                             .content_type = "application/json",
                             .error = error,
                             .settled_by = token,
                             .worker = "host:12",
                             .finished = wall(1),
                             .death = core::death::queue_full,
                             .origin = "q0"},
                 .counters = {.attempts = 4, .crashes = 5, .deliveries = 6},
                 .published = wall(2),
                 .until = core::never,
                 .traces = full_traces(),
                 .failed = true,
                 .crash = true,
                 .began = wall(3),
                 .root = {1, 2},
                 .parent = {3, 4},
                 .tags = tags,
                 .expires = wall(4),
                 .priority = 255},
        finished{},
        forgotten{.number = {~0ull}},
        queue_created{.name = "mail"},
        queue_deleted{.name = "mail"},
        policy_set{.pattern = "mail.*", .priority = -7, .settings = full_settings()},
        policy_set{.pattern = "*", .settings = {.dead_letter = ""}},
        policy_removed{.pattern = "mail.*"},
        hold_set{.scope = core::hold_scope::publishing,
                 .name = "mail",
                 .until = wall(4),
                 .reason = "maintenance"},
        hold_set{.scope = core::hold_scope::key, .name = "api", .rate_limit = true},
        hold_set{},
        hold_released{.scope = core::hold_scope::task, .name = "mail.send"},
        limit_set{.names = {.task = "tasks.*", .queue = "mail", .key = "tenant=*"},
                  .settings = {.rate = {.thousandths = 500, .seconds = 86'400},
                               .burst = 7,
                               .concurrency = 0xffff'ffff,
                               .per_worker = true}},
        limit_set{.settings = {.burst = 0}},
        limit_set{},
        limit_spent{.names = {.task = "t", .queue = "q", .key = "k"},
                    .until_ns = 1'700'000'000'000'000'001,
                    .worker = session},
        limit_spent{},
        share_set{.key = "tenant \xff", .weight = 1'000},
        share_set{},
        unique_taken{.key = "order \xff 17", .message = {1, 2}, .until = wall(5)},
        schedule_set{.spec = full_schedule(),
                     .since = wall(1),
                     .last_slot = wall(2),
                     .last_message = {3, 4},
                     .fired = 5,
                     .skipped = 6},
        schedule_set{},
        schedule_removed{.name = "nightly"},
        slots_skipped{.name = "nightly", .last_slot = wall(8), .count = 9},
        sweep_began{.id = {1}, .below = {2}, .spec = full_sweep(), .changed = 3},
        sweep_began{},
        sweep_ended{.id = {1}},
    };
}

// A text of all that a record says.
std::string describe(core::any_record const& record);

} // namespace peyk::test
