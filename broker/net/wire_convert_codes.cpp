#include "broker/net/wire_convert_codes.hpp"

namespace peyk::net {

namespace wire = peyk::wire::v1;

wire::ErrorCode code_of(errc code) {
    switch (code) {
    case errc::ok:
        return wire::OK;
    case errc::malformed_frame:
        return wire::MALFORMED_FRAME;
    case errc::frame_too_large:
        return wire::FRAME_TOO_LARGE;
    case errc::version_unsupported:
        return wire::VERSION_UNSUPPORTED;
    case errc::hello_expected:
        return wire::HELLO_EXPECTED;
    case errc::hello_repeated:
        return wire::HELLO_REPEATED;
    case errc::heartbeat_missed:
        return wire::HEARTBEAT_MISSED;
    case errc::session_superseded:
        return wire::SESSION_SUPERSEDED;
    case errc::too_many_connections:
        return wire::TOO_MANY_CONNECTIONS;
    case errc::slow_reader:
        return wire::SLOW_READER;
    case errc::shutting_down:
        return wire::SHUTTING_DOWN;
    case errc::handshake_timeout:
        return wire::HANDSHAKE_TIMEOUT;
    case errc::session_refused:
        return wire::INVALID_ARGUMENT;
    }
    return wire::MALFORMED_FRAME;
}

wire::ErrorCode code_of(core::errc code) {
    using core::errc;
    switch (code) {
    case errc::ok:
        return wire::OK;
    case errc::invalid_argument:
        return wire::INVALID_ARGUMENT;
    case errc::invalid_queue_name:
        return wire::INVALID_QUEUE_NAME;
    case errc::message_too_large:
        return wire::MESSAGE_TOO_LARGE;
    case errc::result_too_large:
        return wire::RESULT_TOO_LARGE;
    case errc::batch_too_large:
        return wire::BATCH_TOO_LARGE;
    case errc::in_flight_exceeded:
        return wire::IN_FLIGHT_EXCEEDED;
    case errc::too_many_queues:
        return wire::TOO_MANY_QUEUES;
    case errc::too_many_names:
        return wire::TOO_MANY_NAMES;
    case errc::too_many_consumers:
        return wire::TOO_MANY_CONSUMERS;
    case errc::too_many_watches:
        return wire::TOO_MANY_WATCHES;
    case errc::too_many_sessions:
        return wire::TOO_MANY_SESSIONS;
    case errc::credit_too_large:
        return wire::CREDIT_TOO_LARGE;
    case errc::unknown_delivery:
        return wire::UNKNOWN_DELIVERY;
    case errc::unknown_consumer:
        return wire::UNKNOWN_CONSUMER;
    case errc::duplicate_consumer:
        return wire::DUPLICATE_CONSUMER;
    case errc::unknown_message:
        return wire::UNKNOWN_MESSAGE;
    case errc::unknown_queue:
        return wire::UNKNOWN_QUEUE;
    case errc::duplicate_message:
        return wire::DUPLICATE_MESSAGE;
    case errc::already_final:
        return wire::ALREADY_FINAL;
    case errc::memory_full:
        return wire::MEMORY_FULL;
    case errc::disk_full:
        return wire::DISK_FULL;
    case errc::expired:
        return wire::EXPIRED;
    case errc::unsupported:
        return wire::UNSUPPORTED;
    case errc::session_superseded:
        return wire::SESSION_SUPERSEDED;
    case errc::heartbeat_missed:
        return wire::HEARTBEAT_MISSED;
    case errc::unique_conflict:
        return wire::UNIQUE_CONFLICT;
    case errc::queue_full:
        return wire::QUEUE_FULL;
    case errc::queue_draining:
        return wire::QUEUE_DRAINING;
    case errc::queue_not_empty:
        return wire::QUEUE_NOT_EMPTY;
    case errc::message_leased:
        return wire::MESSAGE_LEASED;
    case errc::not_final:
        return wire::NOT_FINAL;
    case errc::not_dead:
        return wire::NOT_DEAD;
    case errc::unknown_schedule:
        return wire::UNKNOWN_SCHEDULE;
    case errc::invalid_schedule:
        return wire::INVALID_SCHEDULE;
    case errc::unknown_policy:
        return wire::UNKNOWN_POLICY;
    case errc::unknown_hold:
        return wire::UNKNOWN_HOLD;
    case errc::unknown_sweep:
        return wire::UNKNOWN_SWEEP;
    case errc::too_many_schedules:
        return wire::TOO_MANY_SCHEDULES;
    case errc::too_many_policies:
        return wire::TOO_MANY_POLICIES;
    case errc::too_many_holds:
        return wire::TOO_MANY_HOLDS;
    case errc::too_many_sweeps:
        return wire::TOO_MANY_SWEEPS;
    case errc::checkpoint_too_large:
        return wire::CHECKPOINT_TOO_LARGE;
    case errc::unknown_limit:
        return wire::UNKNOWN_LIMIT;
    case errc::too_many_limits:
        return wire::TOO_MANY_LIMITS;
    case errc::too_many_lanes:
        return wire::TOO_MANY_LANES;
    case errc::unknown_worker:
        return wire::UNKNOWN_WORKER;
    case errc::too_many_listeners:
        return wire::TOO_MANY_LISTENERS;
    }
    return wire::INVALID_ARGUMENT;
}

wire::Misfire misfire_of(core::misfire misfire) {
    switch (misfire) {
    case core::misfire::skip:
        return wire::MISFIRE_SKIP;
    case core::misfire::run_once:
        return wire::MISFIRE_RUN_ONCE;
    case core::misfire::run_all:
        return wire::MISFIRE_RUN_ALL;
    }
    return wire::MISFIRE_RUN_ONCE;
}

wire::State state_of(core::visible_state state) {
    using core::visible_state;
    switch (state) {
    case visible_state::unknown:
        return wire::UNKNOWN;
    case visible_state::pending:
        return wire::PENDING;
    case visible_state::started:
        return wire::STARTED;
    case visible_state::retry:
        return wire::RETRY;
    case visible_state::success:
        return wire::SUCCESS;
    case visible_state::failure:
        return wire::FAILURE;
    case visible_state::revoked:
        return wire::REVOKED;
    }
    return wire::UNKNOWN;
}

wire::Detail detail_of(core::visible_detail detail) {
    using core::visible_detail;
    switch (detail) {
    case visible_detail::none:
        return wire::DETAIL_NONE;
    case visible_detail::scheduled:
        return wire::DETAIL_SCHEDULED;
    case visible_detail::blocked:
        return wire::DETAIL_BLOCKED;
    case visible_detail::ready:
        return wire::DETAIL_READY;
    case visible_detail::leased:
        return wire::DETAIL_LEASED;
    case visible_detail::revoked:
        return wire::DETAIL_REVOKED;
    case visible_detail::expired:
        return wire::DETAIL_EXPIRED;
    case visible_detail::dead:
        return wire::DETAIL_DEAD;
    }
    return wire::DETAIL_NONE;
}

} // namespace peyk::net
