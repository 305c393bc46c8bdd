#pragma once
// What happened, for those who watch the broker. Produced only while somebody listens, told only
// when it is on disk; not written to the journal.

#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::core {

enum class event_kind : std::uint8_t {
    task_sent,      // published
    task_received,  // delivered
    task_started,
    task_succeeded,
    task_failed,    // finally
    task_retried,   // failed, and will be tried again
    task_revoked,   // cancelled or expired
    task_requeued,  // handed back, or its worker was lost
    task_redriven,  // a dead letter is ready again
    worker_online,
    worker_heartbeat, // said anew what it is doing; at most limits::worker_heartbeat_every each
    worker_offline,   // gone for good, or its grace period began
};
inline constexpr std::size_t event_kinds = 12;

struct event {
    event_kind kind = event_kind::task_sent;
    wall_time at;
    message_id message; // task_*
    session_id session; // of the worker or publisher, if there is one
    std::string_view queue; // live as long as the process
    std::string_view task;
    std::string worker; // name of its session
    std::string error_type;
    std::string error_text;
    std::uint16_t attempt = 0; // failed ones before, plus one
    duration waited{0}; // task_received: since it was ready
    duration ran{0};    // task_succeeded, _failed, _retried: since it was started
};

} // namespace peyk::core
