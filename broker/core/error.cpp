#include "broker/core/error.hpp"

#include <string>

namespace peyk::core {

namespace {

// Boost's base has a protected, non-virtual destructor on purpose: categories live for ever.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "peyk.core"; }
    std::string message(int code) const override { return core::name(static_cast<errc>(code)); }
};
#pragma GCC diagnostic pop

} // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

char const* name(errc code) noexcept {
    switch (code) {
    case errc::ok:
        return "ok";
    case errc::invalid_argument:
        return "invalid_argument";
    case errc::invalid_queue_name:
        return "invalid_queue_name";
    case errc::message_too_large:
        return "message_too_large";
    case errc::result_too_large:
        return "result_too_large";
    case errc::batch_too_large:
        return "batch_too_large";
    case errc::in_flight_exceeded:
        return "in_flight_exceeded";
    case errc::too_many_queues:
        return "too_many_queues";
    case errc::too_many_names:
        return "too_many_names";
    case errc::too_many_consumers:
        return "too_many_consumers";
    case errc::too_many_watches:
        return "too_many_watches";
    case errc::too_many_sessions:
        return "too_many_sessions";
    case errc::credit_too_large:
        return "credit_too_large";
    case errc::unknown_delivery:
        return "unknown_delivery";
    case errc::unknown_consumer:
        return "unknown_consumer";
    case errc::duplicate_consumer:
        return "duplicate_consumer";
    case errc::unknown_message:
        return "unknown_message";
    case errc::unknown_queue:
        return "unknown_queue";
    case errc::duplicate_message:
        return "duplicate_message";
    case errc::already_final:
        return "already_final";
    case errc::memory_full:
        return "memory_full";
    case errc::disk_full:
        return "disk_full";
    case errc::expired:
        return "expired";
    case errc::unsupported:
        return "unsupported";
    case errc::session_superseded:
        return "session_superseded";
    case errc::heartbeat_missed:
        return "heartbeat_missed";
    case errc::unique_conflict:
        return "unique_conflict";
    case errc::queue_full:
        return "queue_full";
    case errc::queue_draining:
        return "queue_draining";
    case errc::queue_not_empty:
        return "queue_not_empty";
    case errc::message_leased:
        return "message_leased";
    case errc::not_final:
        return "not_final";
    case errc::not_dead:
        return "not_dead";
    case errc::unknown_schedule:
        return "unknown_schedule";
    case errc::invalid_schedule:
        return "invalid_schedule";
    case errc::unknown_policy:
        return "unknown_policy";
    case errc::unknown_hold:
        return "unknown_hold";
    case errc::unknown_sweep:
        return "unknown_sweep";
    case errc::too_many_schedules:
        return "too_many_schedules";
    case errc::too_many_policies:
        return "too_many_policies";
    case errc::too_many_holds:
        return "too_many_holds";
    case errc::too_many_sweeps:
        return "too_many_sweeps";
    case errc::checkpoint_too_large:
        return "checkpoint_too_large";
    case errc::unknown_limit:
        return "unknown_limit";
    case errc::too_many_limits:
        return "too_many_limits";
    case errc::too_many_lanes:
        return "too_many_lanes";
    case errc::unknown_worker:
        return "unknown_worker";
    case errc::too_many_listeners:
        return "too_many_listeners";
    }
    return "?";
}

} // namespace peyk::core
