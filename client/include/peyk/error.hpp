#pragma once
// Everything that can go wrong, as one enumeration, and the exceptions of the blocking calls.
// Values below 100 are the broker's answers (the wire's ErrorCode); the others are this library's.

#include <peyk/message_id.hpp>
#include <peyk/state.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace peyk {

using boost::system::error_code;

enum class errc : std::uint8_t {
    ok = 0,
    // The conversation is broken.
    malformed_frame = 1, // final: it would be sent again
    frame_too_large = 2,
    version_unsupported = 3, // final: the client does not try again
    hello_expected = 4,
    hello_repeated = 5,
    heartbeat_missed = 6,
    session_superseded = 7, // final: the session goes on on another connection
    too_many_connections = 8,
    slow_reader = 9,
    shutting_down = 10,
    handshake_timeout = 11,
    // A request is refused.
    invalid_argument = 20,
    invalid_queue_name = 21,
    message_too_large = 22,
    result_too_large = 23,
    batch_too_large = 24,
    in_flight_exceeded = 25, // also this client's own `in_flight_max`
    too_many_queues = 26,
    too_many_consumers = 27,
    too_many_watches = 28,
    too_many_sessions = 29,
    credit_too_large = 30,
    unknown_delivery = 31, // the lease is over, was never this session's, or is settled
    unknown_consumer = 32,
    duplicate_consumer = 33,
    unknown_message = 34,
    unknown_queue = 35,
    duplicate_message = 36, // another message with this id exists
    already_final = 37,
    memory_full = 38,
    disk_full = 39,
    expired = 40, // `expires` is not in the future
    unsupported = 41,
    too_many_names = 42,
    unique_conflict = 43, // another message has the unique key
    queue_full = 44,      // by the queue's policy
    queue_draining = 45,  // nothing is published into it for now
    queue_not_empty = 46, // or somebody reads it
    message_leased = 47,  // it is with a worker
    not_final = 48,       // only what is final can be forgotten
    not_dead = 49,        // only a dead letter can be redriven
    unknown_schedule = 50,
    invalid_schedule = 51,
    unknown_policy = 52,
    unknown_hold = 53,
    unknown_sweep = 54,
    too_many_schedules = 55,
    too_many_policies = 56,
    too_many_holds = 57,
    too_many_sweeps = 58,
    checkpoint_too_large = 59,
    unknown_limit = 60,
    too_many_limits = 61,
    too_many_lanes = 62, // too many different keys among the messages there are
    unknown_worker = 63, // no connected worker matches
    too_many_listeners = 64,
    // This side.
    timeout = 100,        // no answer in time; a publish may have happened all the same
    unreachable = 101,    // the time is over and there is no connection to a broker
    closed = 102,         // the client, consumer or watcher was closed
    cancelled = 103,      // the operation was cancelled by its caller
    protocol_error = 104, // the broker answered something that makes no sense
    would_deadlock = 105, // a blocking call on the client's own thread
    invalid_url = 106,
    invalid_json = 107, // a value is not what its type says
    task_failed = 108,  // the code of task_error
    task_revoked = 109, // the code of revoked_error
    invalid_filter = 110,
};

[[nodiscard]] boost::system::error_category const& error_category() noexcept;
[[nodiscard]] error_code make_error_code(errc code) noexcept;

// The root of every exception this library throws.
class error : public boost::system::system_error {
public:
    explicit error(error_code code) : error(code, {}) {}
    error(error_code code, std::string const& text);

    // A sentence for people, "text: what the code means", without the number of the code.
    char const* what() const noexcept override { return sentence_.c_str(); }

private:
    std::string sentence_;
};

// The time given to a blocking call is over. The task goes on.
class timeout_error : public error {
public:
    timeout_error() : error(make_error_code(errc::timeout)) {}
    explicit timeout_error(std::string const& text) : error(make_error_code(errc::timeout), text) {}
};

// The broker refused a request. `limit()` names the limit that was exceeded, if one was.
class refused_error : public error {
public:
    refused_error(error_code code, std::string const& text, std::string limit)
        : error(text.empty() ? error(code) : error(code, text)), limit_(std::move(limit)) {}
    [[nodiscard]] std::string const& limit() const { return limit_; }

private:
    std::string limit_;
};

// A publish was refused because another message has its unique key.
class unique_conflict_error : public refused_error {
public:
    unique_conflict_error(std::string const& text, message_id existing)
        : refused_error(make_error_code(errc::unique_conflict), text, {}), existing_(existing) {}
    // The message that has the key.
    [[nodiscard]] message_id existing() const { return existing_; }

private:
    message_id existing_;
};

// What a failed attempt says about itself.
struct error_report {
    std::string type = {};    // stable name, for programs: "std::invalid_argument"
    std::string message = {}; // for people
    std::string trace = {};

    bool operator==(error_report const&) const = default;
};

// The task ended without a result.
class task_error : public error {
public:
    task_error() : task_error(error_report{}, peyk::state::failure) {}
    task_error(error_report report, peyk::state state);

    // "type: message".
    char const* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] std::string const& type() const { return report_.type; }
    [[nodiscard]] std::string const& message() const { return report_.message; }
    [[nodiscard]] std::string const& trace() const { return report_.trace; }
    [[nodiscard]] error_report const& report() const { return report_; }
    // FAILURE or REVOKED.
    [[nodiscard]] peyk::state state() const { return state_; }

private:
    error_report report_;
    peyk::state state_;
    std::string text_;
};

// The task was cancelled or expired before it ended.
class revoked_error : public task_error {
public:
    explicit revoked_error(error_report report) : task_error(std::move(report), state::revoked) {}
};

// Throws the exception that fits `code`: timeout_error, refused_error or error.
[[noreturn]] void
throw_error(error_code code, std::string const& text = {}, std::string const& limit = {});

} // namespace peyk

template <>
struct boost::system::is_error_code_enum<peyk::errc> : std::true_type {};
