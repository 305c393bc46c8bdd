#pragma once
// Records of every kind, and whether two of them say the same.

#include "broker/core/record.hpp"

#include <string>
#include <utility>
#include <vector>

namespace peyk::test {

inline core::wall_time wall(std::int64_t ms) {
    return core::wall_time{core::duration{ms}};
}

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
                      .spread = core::jitter::full},
            .result = {.ttl_s = 17, .keep = false, .track_started = true},
            .max_crashes = 9,
            .content = content};
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
                  .sequence = {8}},
        published{},
        message_kept{.number = {~0ull},
                     .message = full_message(""),
                     .at = wall(12),
                     .state = core::message_state::leased,
                     .due = wall(13),
                     .retrying = true,
                     .counters = {.attempts = 65'535, .crashes = 2, .deliveries = 0xffff'ffff},
                     .last_error = error,
                     .lease = token,
                     .holder = session,
                     .started = true},
        message_kept{.message = {.content = "x"}, .state = core::message_state::dead},
        leased{.number = {5}, .token = token, .session = session},
        requeued{.number = {5},
                 .due = core::never,
                 .retrying = true,
                 .counters = {.attempts = 1, .crashes = 2, .deliveries = 3},
                 .error = error},
        requeued{},
        started{.number = {5}, .at = wall(99)},
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
                             .finished = wall(1)},
                 .counters = {.attempts = 4, .crashes = 5, .deliveries = 6},
                 .published = wall(2),
                 .until = core::never},
        finished{},
        forgotten{.number = {~0ull}},
    };
}

// A text of all that a record says.
std::string describe(core::any_record const& record);

} // namespace peyk::test
