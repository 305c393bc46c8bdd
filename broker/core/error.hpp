#pragma once
// Why a client's request is refused. The wire has a code for each (net/wire_convert).

#include <boost/system/error_code.hpp>

#include <cstdint>

namespace peyk::core {

enum class errc : std::uint8_t {
    ok = 0,
    invalid_argument,   // a field has a value that means nothing
    invalid_queue_name, // empty, too long, or with other characters than limits.hpp allows
    message_too_large,
    result_too_large,
    batch_too_large,
    in_flight_exceeded,
    too_many_queues,
    too_many_names,
    too_many_consumers,
    too_many_watches,
    too_many_sessions,
    credit_too_large,
    unknown_delivery, // the lease is over, was never this session's, or is settled already
    unknown_consumer,
    duplicate_consumer,
    unknown_message,
    unknown_queue,
    duplicate_message, // another message with this id exists
    already_final,     // nothing left to cancel
    memory_full,
    disk_full,
    expired, // `expires` is not in the future
    unsupported,
    session_superseded, // the session went on elsewhere
    heartbeat_missed,
    unique_conflict, // another message has the unique key; the answer names it
    queue_full, // by the queue's policy; the answer names the limit
    queue_draining, // nothing is published into it until that is allowed again
    queue_not_empty, // still holds messages, or somebody reads it
    message_leased, // it is with a worker
    not_final, // only what is final can be forgotten
    not_dead, // only a dead letter can be redriven
    unknown_schedule,
    invalid_schedule, // the answer says what is wrong with it
    unknown_policy,
    unknown_hold,
    unknown_sweep,
    too_many_schedules,
    too_many_policies,
    too_many_holds,
    too_many_sweeps,
    checkpoint_too_large,
    unknown_limit,
    too_many_limits,
    too_many_lanes,  // too many different keys among the messages there are
    unknown_worker,  // no connected program matches
    too_many_listeners,
};

[[nodiscard]] boost::system::error_category const& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

// The name of the enumerator, as logs and scenario files print it.
[[nodiscard]] char const* name(errc code) noexcept;

} // namespace peyk::core

template <>
struct boost::system::is_error_code_enum<peyk::core::errc> : std::true_type {};
