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
};

[[nodiscard]] boost::system::error_category const& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

// The name of the enumerator, as logs and scenario files print it.
[[nodiscard]] char const* name(errc code) noexcept;

} // namespace peyk::core

template <>
struct boost::system::is_error_code_enum<peyk::core::errc> : std::true_type {};
