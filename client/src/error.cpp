#include <peyk/error.hpp>

#include <utility>

namespace peyk {
namespace {

// What no broker says.
char const* text_of_own(errc code) {
    switch (code) {
    case errc::timeout:
        return "the time is over";
    case errc::unreachable:
        return "the broker cannot be reached";
    case errc::closed:
        return "closed";
    case errc::cancelled:
        return "cancelled";
    case errc::protocol_error:
        return "the broker's answer makes no sense";
    case errc::would_deadlock:
        return "a blocking call on the client's own thread would wait for itself";
    case errc::invalid_url:
        return "the url is not of the form peyk://host:port";
    case errc::invalid_json:
        return "the JSON is not what its type says";
    case errc::task_failed:
        return "the task failed";
    case errc::task_revoked:
        return "the task was revoked";
    case errc::invalid_filter:
        return "the filter cannot be read";
    default:
        return "unknown error";
    }
}

char const* text_of(errc code) {
    switch (code) {
    case errc::ok:
        return "no error";
    case errc::malformed_frame:
        return "the broker could not read a frame";
    case errc::frame_too_large:
        return "a frame is larger than the limit";
    case errc::version_unsupported:
        return "the broker speaks no version of the protocol that this client speaks";
    case errc::hello_expected:
        return "the session was not opened";
    case errc::hello_repeated:
        return "the session was opened twice";
    case errc::heartbeat_missed:
        return "the broker heard nothing for three heartbeats";
    case errc::session_superseded:
        return "the session goes on on another connection";
    case errc::too_many_connections:
        return "the broker has too many connections";
    case errc::slow_reader:
        return "the client did not read what it asked for";
    case errc::shutting_down:
        return "the broker is shutting down";
    case errc::handshake_timeout:
        return "the session was not opened in time";
    case errc::invalid_argument:
        return "an argument is not valid";
    case errc::invalid_queue_name:
        return "the queue name is not valid";
    case errc::message_too_large:
        return "the message is larger than the limit";
    case errc::result_too_large:
        return "the result is larger than the limit";
    case errc::batch_too_large:
        return "there are too many items in one request";
    case errc::in_flight_exceeded:
        return "too many publishes are unconfirmed";
    case errc::too_many_queues:
        return "there are too many queues";
    case errc::too_many_consumers:
        return "the session has too many consumers";
    case errc::too_many_watches:
        return "the session has too many watches";
    case errc::too_many_sessions:
        return "the broker has too many sessions";
    case errc::credit_too_large:
        return "the credit is larger than the limit";
    case errc::unknown_delivery:
        return "the delivery is not held by this session";
    case errc::unknown_consumer:
        return "the consumer is not known";
    case errc::duplicate_consumer:
        return "the consumer exists already";
    case errc::unknown_message:
        return "nobody published a message with this id, or it has been forgotten";
    case errc::unknown_queue:
        return "the queue does not exist";
    case errc::duplicate_message:
        return "another message with this id exists";
    case errc::already_final:
        return "the message is final already";
    case errc::memory_full:
        return "the broker's memory is full";
    case errc::disk_full:
        return "the broker's disk is full";
    case errc::expired:
        return "the message expires before it is published";
    case errc::unsupported:
        return "the broker does not support this";
    case errc::too_many_names:
        return "there are too many names of queues and tasks";
    case errc::unique_conflict:
        return "another message has the unique key";
    case errc::queue_full:
        return "the queue is full";
    case errc::queue_draining:
        return "the queue drains: nothing is published into it for now";
    case errc::queue_not_empty:
        return "the queue is not empty, or somebody reads it";
    case errc::message_leased:
        return "the message is with a worker";
    case errc::not_final:
        return "the message is not final";
    case errc::not_dead:
        return "the message is no dead letter";
    case errc::unknown_schedule:
        return "there is no schedule of this name";
    case errc::invalid_schedule:
        return "the schedule is not valid";
    case errc::unknown_policy:
        return "there is no policy with this pattern";
    case errc::unknown_hold:
        return "nothing of this name is held";
    case errc::unknown_sweep:
        return "there is no sweep with this number under way";
    case errc::too_many_schedules:
        return "there are too many schedules";
    case errc::too_many_policies:
        return "there are too many policies";
    case errc::too_many_holds:
        return "there are too many holds";
    case errc::too_many_sweeps:
        return "there are too many sweeps under way";
    case errc::checkpoint_too_large:
        return "the checkpoint is larger than the limit";
    case errc::unknown_limit:
        return "no limit is about exactly this";
    case errc::too_many_limits:
        return "there are too many limits";
    case errc::too_many_lanes:
        return "too many different keys are in use";
    case errc::unknown_worker:
        return "no connected worker matches";
    case errc::too_many_listeners:
        return "too many programs listen to events";
    default:
        return text_of_own(code);
    }
}

// Boost's base has a protected, non-virtual destructor on purpose: categories live for ever.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "peyk"; }
    std::string message(int value) const override { return text_of(static_cast<errc>(value)); }
};
#pragma GCC diagnostic pop

std::string text_of(error_report const& report) {
    if (report.type.empty() || report.message.empty())
        return report.type + report.message;
    return report.type + ": " + report.message;
}

} // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

error::error(error_code code, std::string const& text)
    : system_error(code), sentence_(text.empty() ? code.message() : text + ": " + code.message()) {}

task_error::task_error(error_report report, peyk::state state)
    : error(state == state::revoked ? errc::task_revoked : errc::task_failed, text_of(report)),
      report_(std::move(report)), state_(state), text_(text_of(report_)) {}

void throw_error(error_code code, std::string const& text, std::string const& limit) {
    if (code == errc::timeout)
        throw text.empty() ? timeout_error() : timeout_error(text);
    // The broker's refusals are a closed range of the wire's ErrorCode.
    auto const refused =
        code.category() == error_category() && code.value() < static_cast<int>(errc::timeout);
    if (refused)
        throw refused_error(code, text, limit);
    if (text.empty())
        throw error(code);
    throw error(code, text);
}

} // namespace peyk
